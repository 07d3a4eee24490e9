"""Replays: identical sides raise no alarms, more work is found, and a replay uses every pair once."""

import numpy as np
import pytest

from concbench.analysis.rates import Rates
from concbench.analysis.recorded_order import order_of
from concbench.analysis.resampling import Recording, judged_in_turn, orders_of, powers_of, rates_of, replayed
from concbench.analysis.stopping import StoppingRule, judge_again
from concbench.errors import UserError
from concbench.metrics import margins
from concbench.results.pairs import Key, Paired
from tests.report.paired import comparison_with
from tests.results.examples import made_header, typed

MARGINS = margins()


def paired(name: str, model: str, more: int = 100) -> Paired:
    return Paired(
        id=name,
        cells=(f"{name}@base", f"{name}@head"),
        workload="w",
        model=model,
        params={"tasks": 100},
        head_params={"tasks": more},
        purpose="time",
        floor_ns=0,
    )


def recording(pairs: int = 60, spread: float = 0.01) -> Recording:
    """Return cells of two models with identical sides, and one with 5 % more work."""
    cells = (paired("one", "a"), paired("two", "b"), paired("more", "a", 105))
    generator = np.random.default_rng(3)
    values: dict[Key, np.ndarray] = {}
    for cell in cells:
        for metric in ("wall", "cpu"):
            values[cell.id, metric] = generator.normal(np.log(cell.factor), spread, pairs)
    return Recording(cells, values)


def rates(found: Recording, replays: int = 30) -> Rates:
    runs = list(replayed(found, MARGINS, orders_of(found, 1, replays)))
    powers = powers_of(found, MARGINS, {"more": 1.05}, seed=1, replays=replays)
    return rates_of(found, runs, [], powers)


def test_identical_sides_raise_no_alarm_and_more_work_is_found() -> None:
    found = rates(recording())
    assert (found.cells, found.series, found.recorded, found.replays) == (2, 4, 60, 30)
    assert (found.false_runs.hits, found.false_runs.trials) == (0, 30)
    assert (found.false_series.hits, found.false_series.trials) == (0, 120)
    assert found.same.hits == 120
    (power,) = found.powers
    assert (power.model, power.factor, power.counted, power.cells) == ("a", 1.05, 1.05, 1)
    assert (power.found.hits, power.found.trials) == (30, 30)
    assert 16 <= power.pairs <= 60


def test_sides_that_differ_though_they_should_not_raise_alarms() -> None:
    found = recording()
    shifted = {key: values + 0.05 if key[0] == "one" else values for key, values in found.values.items()}
    seen = rates(Recording(found.cells, shifted))
    assert seen.false_runs.hits == 30
    assert seen.false_series.hits == 60


def test_an_order_has_every_pair_of_a_model_once() -> None:
    found = recording(pairs=20)
    for order in orders_of(found, 1, 5):
        assert set(order) == {"a", "b"}
        assert all(sorted(places) == list(range(20)) for places in order.values())


def test_orders_are_drawn_again_from_the_seed() -> None:
    found = recording(pairs=20)
    one, same, other = (next(orders_of(found, seed, 1))["a"].tolist() for seed in (1, 1, 2))
    assert one == same != other


def test_a_cell_that_is_decided_is_not_measured_on() -> None:
    values: dict[Key, np.ndarray] = {
        ("one", "wall"): np.full(100, 0.5),
        ("two", "wall"): np.random.default_rng(1).normal(0, 0.5, 100),
    }
    judged = judged_in_turn(values, MARGINS)
    assert (judged["one", "wall"].verdict, judged["one", "wall"].pairs) == ("slower", 16)
    assert judged["two", "wall"].pairs == 81


def test_the_pairs_of_a_verdict_are_those_at_which_it_was_first_given() -> None:
    quiet = np.random.default_rng(1).normal(0, 0.001, 100)
    noisy = np.random.default_rng(2).normal(0, 0.5, 100)
    judged = judged_in_turn({("one", "wall"): quiet, ("one", "cpu"): noisy}, MARGINS)
    assert (judged["one", "wall"].verdict, judged["one", "wall"].pairs) == ("same", 16)
    assert (judged["one", "cpu"].verdict, judged["one", "cpu"].pairs) == ("unsure", 81)


def test_one_metric_that_is_slower_is_enough_at_the_first_look() -> None:
    """Of two series, one of which says nothing, in a family of fifty: as the whole family would judge it."""
    cells = tuple(paired(f"c{number}", "a") for number in range(25))
    generator = np.random.default_rng(3)
    quiet = {
        (one.id, metric): generator.normal(0, 0.01, 16)
        for one in cells
        for metric in (("wall", "cpu") if one.id else ())
    }
    slow: dict[Key, np.ndarray] = {
        ("more", "wall"): generator.normal(0.1, 0.005, 16),
        ("more", "cpu"): generator.normal(0, 1.0, 16),
    }
    found = Recording((*cells, paired("more", "a", 110)), {**quiet, **slow})
    (power,) = powers_of(found, MARGINS, {"more": 1.1}, seed=1, replays=10)
    whole = judged_in_turn({**quiet, **slow}, MARGINS)
    assert whole["more", "wall"].verdict == "slower"
    assert (power.found.hits, power.pairs) == (10, 16)


def test_independent_pairs_are_told_from_those_that_favour_a_side_for_long() -> None:
    fine = order_of(recording(pairs=200), MARGINS)
    assert fine is not None
    assert (fine.series, fine.dependent, fine.alarms) == (4, 0, 0)
    assert -0.3 < fine.lowest < fine.highest < 0.3
    lasting = recording(pairs=200)
    favour = np.repeat([0.06, -0.06], 100)
    values = {key: series + favour for key, series in lasting.values.items()}
    found = order_of(Recording(lasting.cells, values), MARGINS)
    assert found is not None
    assert (found.dependent, found.alarms) == (4, 4)
    assert rates(Recording(lasting.cells, values)).false_series.hits == 0


def test_the_order_of_few_or_equal_pairs_tells_nothing() -> None:
    assert order_of(recording(pairs=5), MARGINS) is None
    assert order_of(recording(pairs=50, spread=0.0), MARGINS) is None


def test_without_anything_measured_there_is_no_rate() -> None:
    with pytest.raises(UserError, match="neither a recorded pair nor a live run"):
        rates_of(Recording((), {}), [], [], [])


def test_replays_that_judge_nothing_are_no_trials() -> None:
    few, enough = rates(recording(pairs=15)), rates(recording(pairs=16))
    assert (few.replays, few.false_runs.trials, few.same.trials) == (0, 0, 0)
    assert (few.series, few.recorded) == (4, 15)
    assert [power.found.trials for power in few.powers] == [0]
    assert (enough.replays, enough.false_runs.trials) == (30, 30)
    assert [power.found.trials for power in enough.powers] == [30]


def judged(name: str, pairs: int) -> StoppingRule:
    header, records = comparison_with({name: 1.0}, pairs)
    return judge_again(made_header(**header), map(typed, records), MARGINS)


def test_live_runs_that_judge_nothing_are_no_trials() -> None:
    one = "w[tasks=10]/asyncio"
    few, enough = (judged(one, pairs) for pairs in (15, 16))
    found = rates_of(Recording((), {}), [], [(few, 7.0), (enough, 9.0)], [])
    assert (found.live, found.live_runs.trials, found.live_seconds) == (2, 1, 9.0)
    assert (found.cells, found.series) == (0, 0)


def test_more_work_that_was_not_witnessed_is_left_out() -> None:
    assert powers_of(recording(), MARGINS, {}, seed=1, replays=3) == []
