"""The heap: free memory is used up before memory is weighed, and impossible figures are told."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from mmap import MADV_DONTNEED, mmap
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.heap import PARTLY_FREE, SLACK, Memory, cleared, grown, held, impossible
from concbench.measure.obmalloc import BLOCK
from concbench.measure.turns import weigh
from concbench.models.base import Factory, Model
from concbench.models.generator import MODEL as GENERATOR
from concbench.workloads.base import Workload
from concbench.workloads.basics import parked, spawn
from tests.measure.cheats import Run, running
from tests.measure.cheats_in_wording import keeper_that_never_looks

pytestmark = pytest.mark.measured_side
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells the resident set")
WITH_GIL = pytest.mark.skipif("t" in sys.abiflags, reason="without the GIL the allocator keeps what is freed")
TASKS = 2000
ROOT = Path(__file__).parents[2]


def with_ballast() -> Model:
    """Return a model that lets go of 100 MiB in the run that is weighed, which its smallest run had taken.

    They are the system's own, since some allocators keep what is freed.
    """
    ballast: list[mmap] = []

    def free(run: Callable[..., list[Any]], factories: Sequence[Any]) -> list[Any]:
        if len(factories) < TASKS:
            ballast.append(mmap(-1, 100 << 20))
            ballast[-1].write(b"x" * (100 << 20))
        else:
            ballast.clear()
        return run(factories)

    return running(GENERATOR, free)


def weighed(model: Model) -> float:
    """Return bytes per parked task."""
    with model.open() as session:
        figures = weigh(
            cell_of(parked.WORKLOAD, parked.Params(TASKS), model, session), parked.WORKLOAD.smallest
        )
    return float((figures["observed_bytes"] - figures["baseline_bytes"]) / figures["tasks"])


@LINUX
@WITH_GIL
def test_what_a_task_takes_is_the_same_in_a_heap_full_of_holes() -> None:
    honest = float(subprocess.run(
        [sys.executable, "-c", "from tests.measure.test_heap import *; print(weighed(GENERATOR))"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, check=True,
    ).stdout)  # fmt: skip
    blocks = [bytes(100 + index % 400) for index in range(200_000)]
    kept = blocks[::40]
    del blocks
    assert weighed(GENERATOR) == pytest.approx(honest, rel=0.3)
    assert honest > 100
    del kept


@pytest.mark.parametrize("tasks", [1, 2, 3, 5, 8, 100])
def test_a_run_of_few_tasks_may_fit_into_pages_that_are_used_in_part(tasks: int) -> None:
    with GENERATOR.open() as session:
        figures = weigh(
            cell_of(parked.WORKLOAD, parked.Params(tasks), GENERATOR, session), parked.WORKLOAD.smallest
        )
    assert figures["tasks"] == tasks + 1


@LINUX
@WITH_GIL
def test_the_free_blocks_of_every_size_are_used_up() -> None:
    blocks = [bytes(index % 500) for index in range(200_000)]
    kept = blocks[::10]
    del blocks
    baseline = cleared()
    more = [bytes(index % 500) for index in range(20_000)]
    resident = held().resident
    assert resident is not None
    assert baseline.memory.resident is not None
    assert resident - baseline.memory.resident > 0.9 * sum(map(sys.getsizeof, more))
    del kept


@LINUX
def test_a_run_that_frees_other_memory_has_no_figure() -> None:
    with pytest.raises(WrongResult, match="the run freed other memory"):
        weighed(with_ballast())


@LINUX
def test_a_peak_does_not_hide_in_memory_that_the_run_frees() -> None:
    model = with_ballast()
    with model.open() as session, pytest.raises(WrongResult, match="less after the run than before"):
        weigh(cell_of(spawn.WORKLOAD, spawn.Params(TASKS), model, session), spawn.WORKLOAD.smallest)


def observe_of(keeper: Any) -> Callable[[], None]:
    """Return what the keeper of ``parked`` calls when all are there, out of what it closes over."""
    (rt,) = [cell.cell_contents for cell in keeper.__closure__ if hasattr(cell.cell_contents, "observe")]
    observe: Callable[[], None] = rt.observe
    return observe


def test_a_look_at_the_memory_after_the_keepers_own_is_no_figure() -> None:
    def look_again(run: Callable[..., list[Any]], factories: Sequence[Any]) -> list[Any]:
        results = run(factories)
        observe_of(factories[-1])()
        return results

    with pytest.raises(WrongResult, match="looked at 2 times during the run; a keeper looks once"):
        weighed(running(GENERATOR, look_again))


@pytest.mark.parametrize(
    ("workload", "looks"),
    [(keeper_that_never_looks(), 0), (replace(spawn.WORKLOAD, versions=parked.WORKLOAD.versions), 1)],
)
def test_memory_is_looked_at_once_if_there_is_a_keeper_and_else_never(
    workload: Workload[Any], looks: int
) -> None:
    workload, params = replace(workload, judge=lambda *_: None), workload.params(3)
    with GENERATOR.open() as session, pytest.raises(WrongResult, match=f"looked at {looks} times"):
        weigh(cell_of(workload, params, GENERATOR, session), params)


def test_memory_cannot_shrink_nor_hold_more_blocks_than_bytes() -> None:
    before = Memory(1000, 10)
    assert impossible(before, Memory(1000 + 5 * BLOCK, 15), filled=True) is None
    assert "less with its tasks" in str(impossible(before, Memory(999, 10), filled=True))
    hidden = Memory(1000 + 5 * BLOCK - 1, 15 + PARTLY_FREE)
    assert "more blocks" in str(impossible(before, hidden, filled=True))
    assert impossible(before, hidden._replace(blocks=14 + PARTLY_FREE), filled=True) is None


@pytest.mark.parametrize("unread", [(None, 1000), (1000, None), (None, None)])
def test_where_the_resident_set_cannot_be_read_nothing_is_impossible(
    unread: tuple[int | None, int | None],
) -> None:
    before, after = unread
    assert impossible(Memory(before, 10), Memory(after, 10_000), filled=True) is None


def test_where_free_memory_was_not_used_up_it_may_come_and_go() -> None:
    before = Memory(1 << 20, 10)
    assert impossible(before, Memory((1 << 20) - 4096, 10_000), filled=False) is None
    assert "less with its tasks" in str(impossible(before, Memory(1 << 19, 10), filled=False))


def test_what_is_filled_lives_as_long_as_it_is_kept() -> None:
    before = held().blocks
    baseline = cleared()
    during = baseline.memory.blocks
    if baseline.filling:
        assert during > before
    baseline.filling.clear()
    assert held().blocks < max(during, before + 1000)


def test_the_peak_before_a_run_is_no_less_than_what_is_held_then() -> None:
    baseline = cleared()
    assert baseline.floor >= (baseline.memory.resident or 1) - SLACK


def test_a_run_cannot_hold_much_more_without_its_tasks_than_with_them() -> None:
    before, observed = Memory(10 * SLACK, 10), Memory(14 * SLACK, 10)
    assert grown(before, observed, Memory(19 * SLACK, 10), 0) is None
    assert "without its tasks, than while" in str(grown(before, observed, Memory(19 * SLACK + 1, 10), 0))
    assert grown(before, observed, Memory(21 * SLACK, 10), SLACK) is None
    assert grown(before, observed, Memory(21 * SLACK + 1, 10), SLACK) is not None
    assert grown(before, observed, Memory(9 * SLACK, 10), 0) is None
    assert grown(before, observed, Memory(None, 10), 0) is None


@LINUX
@WITH_GIL
def test_memory_that_is_let_go_of_for_the_look_is_no_figure() -> None:
    ballast = mmap(-1, 5 * SLACK // 2)

    def trick(run: Run, factories: Sequence[Factory]) -> list[Any]:
        *others, keeper = factories

        def last() -> Any:
            ballast.madvise(MADV_DONTNEED)
            return (yield from keeper())

        results = run([*others, last])
        ballast[:] = b"x" * len(ballast)
        return results

    model = running(GENERATOR, trick)
    with model.open() as session, pytest.raises(WrongResult, match="without its tasks, than while"):
        weigh(cell_of(parked.WORKLOAD, parked.Params(2 * TASKS), model, session), parked.Params(1))
