"""timers: deadlines, lateness, order and judgement, on figures made by hand."""

import random
import statistics
from itertools import combinations

import pytest

from concbench.promises import Overlap
from concbench.promising import promises_of
from concbench.workloads.basics import timers
from concbench.workloads.basics.timers import Params, delays, inversions, judge, lateness, records
from concbench.workloads.latency import quantile

pytestmark = pytest.mark.measured_side


def woken(p: Params, late: float) -> list[tuple[float, float]]:
    """Return results in which every task is armed 1 ms after the last, and ``late`` s late."""
    armed = [1.0 + 0.001 * index for index in range(p.tasks)]
    return [(start, start + delay + late) for start, delay in zip(armed, delays(p), strict=True)]


def test_without_spread_every_delay_is_the_same() -> None:
    assert delays(Params(5, 0.3)) == (0.3,) * 5


def test_the_longest_delay_is_always_the_stated_one() -> None:
    for seed in range(50):
        p = Params(20, 0.4, 0.7, seed)
        assert max(delays(p)) == 0.4
        assert min(delays(p)) >= 0.4 * 0.3 - 1e-12
        assert len(set(delays(p))) == 20


def test_delays_depend_on_the_seed_alone() -> None:
    assert delays(Params(20, 0.4, 0.5, 3)) == delays(Params(20, 0.4, 0.5, 3))
    assert delays(Params(20, 0.4, 0.5, 3)) != delays(Params(20, 0.4, 0.5, 4))


def test_lateness_is_signed_and_counts_from_each_tasks_own_arming() -> None:
    p = Params(3, 0.5)
    assert lateness([(0, 0.5), (1, 1.75), (2, 2.25)], p) == [0, 0.25, -0.25]


def test_inversions_are_the_pairs_that_a_brute_force_count_finds() -> None:
    rng = random.Random(5)
    for _ in range(30):
        p = Params(rng.randint(1, 25), 0.5, rng.random(), rng.randrange(1000))
        results = [(rng.randrange(4), rng.random()) for _ in range(p.tasks)]
        deadlines = [armed + delay for (armed, _), delay in zip(results, delays(p), strict=True)]
        wakes = [woke for _, woke in results]
        brute = sum(
            (wakes[a] - wakes[b]) * (deadlines[a] - deadlines[b]) < 0
            for a, b in combinations(range(p.tasks), 2)
        )
        assert inversions(results, p) == brute


def test_tasks_that_wake_in_the_order_of_their_deadlines_have_no_inversions() -> None:
    p = Params(30, 0.5, 0.5)
    assert inversions(woken(p, 0.002), p) == 0


def test_quantiles_are_those_of_the_standard_library() -> None:
    rng = random.Random(2)
    for count in (2, 3, 10, 101):
        values = sorted(rng.gauss(0, 1) for _ in range(count))
        cuts = statistics.quantiles(values, n=20, method="inclusive")
        assert [quantile(values, share / 20) for share in range(1, 20)] == pytest.approx(cuts)
        assert (quantile(values, 0), quantile(values, 1)) == (values[0], values[-1])


def test_the_quantile_of_one_value_is_that_value() -> None:
    assert quantile([7.0], 0.3) == 7


def test_records_are_in_ns_and_keep_every_lateness_of_few_tasks() -> None:
    p = Params(3, 0.5)
    found = records([(0, 0.5), (1, 1.75), (2, 2.25)], p)
    assert found["lateness_ns"] == [-250_000_000, 0, 250_000_000]
    assert (found["lateness_p50_ns"], found["lateness_max_ns"], found["early"]) == (0, 250_000_000, 1)
    assert "inversions" not in found


def test_records_of_many_tasks_keep_the_percentiles() -> None:
    p = Params(500, 0.5)
    results = [(0.0, 0.5 + index / 1000) for index in range(500)]
    found = records(results, p)
    assert len(found["lateness_ns"]) == 101
    assert found["lateness_ns"][0] == pytest.approx(0, abs=1)
    assert found["lateness_ns"][-1] == found["lateness_max_ns"] == 499_000_000
    assert found["lateness_ns"][90] == found["lateness_p90_ns"]


def test_records_count_inversions_where_deadlines_differ() -> None:
    p = Params(2, 0.5, 0.5)
    results = [(0.0, 2.0 - delay) for delay in delays(p)]
    assert records(results, p)["inversions"] == 1


def test_an_early_wake_within_the_tolerance_has_slept() -> None:
    p = Params(4, 0.5)
    assert judge(woken(p, -0.9 * timers.EARLY_TOLERANCE), p) is None
    wrong = judge(woken(p, -1.1 * timers.EARLY_TOLERANCE), p)
    assert wrong is not None
    assert wrong.startswith("task 0 slept 0.49")


def test_the_judge_names_the_task_that_returned_something_else() -> None:
    p = Params(2, 0.5)
    assert judge([(0, 1), None], p) == "task 1 returned None instead of (armed, woke)"
    assert judge([(0, 1)], p) == "1 results instead of 2"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tasks": 0}, "tasks must be .*at least 1, not 0"),
        ({"delay": -1.0}, "delay must be .*at least 0, not -1"),
        ({"spread": -0.1}, "spread must be .*at least 0, not -0.1"),
        ({"spread": 1.5}, "spread must be at most 1, not 1.5"),
    ],
)
def test_a_parameter_out_of_range_is_named(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Params(**values)  # type: ignore[arg-type]


def test_only_delays_that_are_long_enough_promise_an_overlap_and_all_need_room_for_every_task() -> None:
    sizes = [Params(5, 0.001), Params(5, 0.5), Params(5, 0.5, spread=1), Params(1, 0.5)]
    promised = [promises_of(timers.promise(params, "coroutine")) for params in sizes]
    overlaps = [overlap.tasks for one in promised if (overlap := one.get(Overlap))]
    assert overlaps == [1, 2, 1, 1]
    assert [one.room for one in promised] == [5, 5, 5, 1]
