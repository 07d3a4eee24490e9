"""Laws and crossings of made-up curves whose exponents, parts, knees and crossings are known."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.dataset import Dataset, gather
from concbench.analysis.laws import Crossing, Law, crossings_of, laws_of
from concbench.analysis.sweeps import sweeps_of
from concbench.results.measured import measured_of
from concbench.stats.knee import Knee
from concbench.stats.line import FittedLine
from concbench.stats.scaling import PowerLaw
from tests.report.made_up import Cell, Cost, always, dataset_of, run_elsewhere, run_of

SIZES = (10, 30, 100, 300, 1000, 3000, 10_000)
WOBBLE = (1.0, 1.01, 0.99, 1.005, 0.995, 1.002, 0.998)
"""Factors by which the processes differ, each the same at all sizes."""


def wobbling(cost: float) -> Cost:
    return lambda generation, _round: cost * WOBBLE[generation]


def cells(contender: str, per_task: Callable[[int], float], sizes: Sequence[int] = SIZES) -> list[Cell]:
    return [Cell(contender=contender, cost=wobbling(per_task(tasks)), tasks=tasks) for tasks in sizes]


def laws(dataset: Dataset) -> dict[str, Law]:
    """Return the laws of the only contender and sweep, under their metrics."""
    (sweep,) = sweeps_of(dataset)
    return {law.metric: law for law in laws_of(dataset, sweep)}


def crossings(dataset: Dataset) -> list[Crossing]:
    return [found for sweep in sweeps_of(dataset) for found in crossings_of(dataset, sweep)]


def test_a_constant_cost_per_task_is_proportional_in_wall_and_in_cpu() -> None:
    found = laws(dataset_of(*cells("a", lambda _: 5000)))
    assert list(found) == ["wall", "cpu"]
    for law in found.values():
        assert isinstance(law.power, PowerLaw)
        assert law.power.exponent.middle == pytest.approx(1, abs=1e-3)
        assert law.knee is None
    assert isinstance(found["wall"].line, FittedLine)
    assert found["wall"].line.per_unit.middle == pytest.approx(5000, rel=0.01)


def test_a_cost_per_task_that_grows_with_their_number_is_quadratic() -> None:
    power = laws(dataset_of(*cells("a", lambda tasks: 100 * tasks)))["wall"].power
    assert isinstance(power, PowerLaw)
    assert power.exponent.middle == pytest.approx(2, abs=1e-3)
    assert power.exponent.low <= power.exponent.middle <= power.exponent.high


def test_a_fixed_part_is_found_where_a_line_describes_the_curve_better() -> None:
    law = laws(dataset_of(*cells("a", lambda tasks: 1000 + 200_000 / tasks)))["wall"]
    assert law.better == "line"
    assert isinstance(law.line, FittedLine)
    assert law.line.fixed.middle == pytest.approx(200_000, rel=0.02)
    assert law.line.per_unit.middle == pytest.approx(1000, rel=0.02)


def test_a_knee_is_found_where_a_cost_begins_to_grow_faster() -> None:
    knee = laws(dataset_of(*cells("a", lambda tasks: 1000 * max(1, tasks / 300))))["wall"].knee
    assert isinstance(knee, Knee)
    assert knee.at.low <= 300 * 1.001
    assert knee.at.high >= 300 / 1.001
    assert knee.before.middle == pytest.approx(1, abs=0.05)
    assert knee.after.middle == pytest.approx(2, abs=0.05)


def test_memory_and_lateness_have_laws_of_their_own() -> None:
    timers = [
        Cell(contender="a", cost=always(9), tasks=tasks, heavy=[1000] * 7, late=200 * tasks)
        for tasks in SIZES
    ]
    found = laws(dataset_of(*timers))
    assert list(found) == ["wall", "cpu", "memory", "lateness_p50"]
    for metric in ("memory", "lateness_p50"):
        power = found[metric].power
        assert isinstance(power, PowerLaw)
        assert power.exponent.middle == pytest.approx(1)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (cells("a", lambda _: 5000, sizes=(10, 100)), "2 sizes are too few"),
        (
            [Cell(contender="a", cost=always(5), tasks=tasks, generations=5) for tasks in SIZES],
            "5 processes are too few",
        ),
        (
            [
                Cell(contender="a", cost=always(5), tasks=tasks, lost=[place])
                for place, tasks in enumerate(SIZES)
            ],
            "0 processes are too few",
        ),
        (
            [
                Cell(
                    contender="a", cost=always(tasks - 1000), tasks=tasks, floor_ns=20_000_000, cpu=always(0)
                )
                for tasks in SIZES
            ],
            "a cost came out at zero or below",
        ),
    ],
)
def test_what_is_not_determined_says_why(made: Sequence[Cell], reason: str) -> None:
    found = laws(dataset_of(*made))
    assert set(found) == {"wall", "cpu"}
    for law in found.values():
        for part in (law.power, law.line, law.better, law.knee):
            assert isinstance(part, str)
            assert reason in part


def test_an_arm_that_did_one_size_has_no_law() -> None:
    dataset = dataset_of(*cells("a", lambda _: 5000), Cell(contender="b", cost=always(1)))
    (sweep,) = sweeps_of(dataset)
    assert {law.contender.label for law in laws_of(dataset, sweep)} == {"a"}


def cheap_start(tasks: int) -> float:
    return 10 * tasks


def dear_start(_tasks: int) -> float:
    return 5000


@pytest.mark.parametrize("turned", [False, True])
def test_two_models_cross_where_their_costs_are_equal_whoever_comes_first(turned: bool) -> None:
    made = [*cells("rising", cheap_start), *cells("flat", dear_start)]
    found = {
        crossing.metric: crossing for crossing in crossings(dataset_of(*(made[::-1] if turned else made)))
    }
    assert set(found) == {"wall", "cpu"}
    for crossing in found.values():
        assert (crossing.before.label, crossing.after.label) == ("rising", "flat")
        assert crossing.found.at.middle == pytest.approx(500, rel=0.01)


def test_models_that_cost_the_same_or_keep_their_order_do_not_cross() -> None:
    same = [cell for name in ("a", "b") for cell in cells(name, cheap_start)]
    above = cells("c", lambda tasks: 3 * cheap_start(tasks))
    assert crossings(dataset_of(*same, *above)) == []


def test_only_what_both_did_in_the_same_generations_is_compared() -> None:
    made = [
        *cells("rising", cheap_start, sizes=(100, 300, 1000, 3000)),
        *cells("flat", dear_start, sizes=(10, 300, 1000)),
    ]
    assert {crossing.metric for crossing in crossings(dataset_of(*made))} == {"wall", "cpu"}
    apart = [
        *cells("rising", cheap_start, sizes=(100, 1000)),
        *cells("flat", dear_start, sizes=(10, 10_000)),
    ]
    assert crossings(dataset_of(*apart)) == []


def test_arms_of_different_runs_do_not_cross() -> None:
    rising, flat = run_of(*cells("rising", cheap_start)), run_of(*cells("flat", dear_start))
    assert crossings(gather([measured_of(rising), measured_of(run_elsewhere(flat, 1))])) == []


_cost = st.integers(-3, 50).map(float)


@settings(max_examples=12, deadline=None)
@given(
    table=st.lists(st.lists(_cost, min_size=7, max_size=7), min_size=2, max_size=6),
    floor=st.sampled_from([0, 10_000_000]),
)
def test_whatever_the_costs_each_part_of_a_law_is_found_or_has_a_reason(
    table: list[list[float]], floor: int
) -> None:
    def cost(row: list[float]) -> Cost:
        return lambda generation, _round: row[generation] if floor else max(0.0, row[generation])

    made = [
        Cell(contender=name, cost=cost(row), tasks=10**place, floor_ns=floor)
        for place, row in enumerate(table, start=1)
        for name in ("a", "b")
    ]
    dataset = dataset_of(*made)
    (sweep,) = sweeps_of(dataset)
    found = laws_of(dataset, sweep)
    assert len(found) == 4
    for law in found:
        assert isinstance(law.power, PowerLaw) or law.power
        assert isinstance(law.line, FittedLine) or law.line
        assert law.better
        assert law.knee is None or isinstance(law.knee, Knee) or law.knee
    assert crossings_of(dataset, sweep) == []
