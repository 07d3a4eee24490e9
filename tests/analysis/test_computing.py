"""Speed-ups and shares of computing of made-up runs for which both are known."""

from collections.abc import Callable
from typing import Any

import pytest

from concbench.analysis.computing import Speedup, speedups_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.findings import findings_of
from concbench.analysis.laws import Crossing, crossings_of
from concbench.analysis.sweeps import sweeps_of
from concbench.results.measured import measured_of
from concbench.stats.interval import Interval
from tests.report.made_up import Cell, Cost, dataset_of, run_of
from tests.results.examples import Plain

MS = 1_000_000
WOBBLE = (1.0, 1.01, 0.99, 1.005, 0.995, 1.002, 0.998)


def wobbling(cost: float) -> Cost:
    return lambda generation, _round: cost * WOBBLE[generation]


def chunks(
    contender: str, per_task: Callable[[int], float], workload: str = "parallel", **more: Any
) -> list[Cell]:
    """Return cells of 1, 2 and 4 tasks, each of which takes 6 ms of CPU."""
    return [
        Cell(contender=contender, workload=workload, tasks=tasks, cost=wobbling(per_task(tasks)),
             cpu=wobbling(6 * MS), **more)
        for tasks in (1, 2, 4)
    ]  # fmt: skip


def speedups(dataset: Dataset) -> list[Speedup]:
    return [found for sweep in sweeps_of(dataset) for found in speedups_of(dataset, sweep)]


def test_a_speed_up_is_that_of_whole_runs_over_one_task_with_the_cores_that_were_busy() -> None:
    found = speedups(
        dataset_of(*chunks("loop", lambda _: 6 * MS), *chunks("pool", lambda tasks: 6 * MS / min(tasks, 2)))
    )
    assert [(one.contender.label, one.tasks) for one in found] == [
        ("loop", 2), ("pool", 2), ("loop", 4), ("pool", 4)
    ]  # fmt: skip
    for one, (speedup, cores) in zip(found, [(1, 1), (2, 2), (1, 1), (2, 2)], strict=True):
        assert isinstance(one.found, Interval)
        assert one.found.middle == pytest.approx(speedup, rel=1e-3)
        assert one.found.low <= one.found.middle <= one.found.high
        assert one.cores == pytest.approx(cores, rel=1e-3)


def test_processes_of_a_generation_are_held_against_each_other() -> None:
    """Where one generation is slow throughout, its speed-up is what it is in the others."""
    slow: Cost = lambda generation, _round: (30.0 if generation == 3 else 6.0) * MS  # noqa: E731
    cells = [Cell(contender="loop", workload="parallel", tasks=tasks, cost=slow) for tasks in (1, 2)]
    (found,) = speedups(dataset_of(*cells))
    assert isinstance(found.found, Interval)
    assert (found.found.low, found.found.high) == pytest.approx((1, 1))


def test_with_too_few_processes_the_reason_stands_in_the_place_of_a_speed_up() -> None:
    found = speedups(dataset_of(*chunks("loop", lambda _: 6 * MS, generations=3)))
    assert [type(one.found) for one in found] == [str, str]


def test_without_one_task_of_its_own_a_contender_has_no_speed_up() -> None:
    partly = chunks("pool", lambda _: 3 * MS)[1:]
    found = speedups(dataset_of(*chunks("loop", lambda _: 6 * MS), *partly))
    assert {one.contender.label for one in found} == {"loop"}


def test_tasks_that_wait_or_do_something_else_have_no_speed_up() -> None:
    assert speedups(dataset_of(*chunks("loop", lambda _: 6 * MS, workload="spawn"))) == []
    assert speedups(dataset_of(*chunks("loop", lambda _: 6 * MS, floor_ns=MS))) == []


def telling(share: float) -> Callable[[int], Plain]:
    """Return what samples tell: half of the processes were held up while they computed."""
    return lambda generation: {"computing_share": share + (0.4 * (1 - share) if generation % 2 else 0)}


def mixed(contender: str, cost: Callable[[int], float], share: bool = True) -> list[Cell]:
    """Return cells along steps of 1 µs each beside 4 ms of waiting."""
    return [
        Cell(
            contender=contender, workload="mix", cost=wobbling(cost(steps)), counts={"round": 10},
            more=(("steps", steps),), floor_ns=4 * MS,
            told=telling(steps / (steps + 4_000)) if share else None,
        )
        for steps in (100, 1_400, 2_800, 10_000)
    ]  # fmt: skip


def crossings(*cells: Cell) -> dict[str, Crossing]:
    dataset = dataset_of(*cells)
    (sweep,) = sweeps_of(dataset)
    assert sweep.axis == "steps"
    return {one.metric: one for one in crossings_of(dataset, sweep)}


def test_a_crossing_tells_the_share_of_computing_at_its_place() -> None:
    # The loop takes 1 µs a step; the pool half of that, and 1 ms: they cross at 2,000 steps, 2 ms of 6 ms.
    loop = mixed("loop", lambda steps: 1_000.0 * steps)
    pool = mixed("pool", lambda steps: 500.0 * steps + MS)
    found = crossings(*loop, *pool)["wall"]
    assert (found.before.label, found.after.label) == ("loop", "pool")
    assert found.share is not None
    at = found.found.at
    for share, steps in [
        (found.share.low, at.low), (found.share.middle, at.middle), (found.share.high, at.high)
    ]:  # fmt: skip
        assert share == pytest.approx(steps / (steps + 4_000))


def test_without_shares_a_crossing_has_none() -> None:
    cells = [
        *mixed("loop", lambda steps: 1_000.0 * steps, share=False),
        *mixed("pool", lambda steps: 500.0 * steps + MS, share=False),
    ]
    assert crossings(*cells)["wall"].share is None


def test_scripts_are_told_the_same() -> None:
    loop, pool = mixed("loop", lambda steps: 1_000.0 * steps), mixed("pool", lambda steps: 500.0 * steps + MS)
    told = findings_of([measured_of(run_of(*loop, *pool, *chunks("loop", lambda _: 6 * MS)))])
    by_workload = {one["workload"]: one for one in told["sweeps"]}
    (crossing,) = (one for one in by_workload["mix"]["crossings"] if one["metric"] == "wall")
    assert 0 < crossing["share_of_computing"]["low"] <= crossing["share_of_computing"]["high"] < 1
    assert [one["tasks"] for one in by_workload["parallel"]["speedups"]] == [2, 4]
    assert by_workload["parallel"]["speedups"][0]["cores_busy"] == pytest.approx(1, rel=1e-3)
    assert "speedups" not in by_workload["mix"]
