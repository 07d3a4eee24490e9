"""Room: how many tasks are alive is counted by what shows of them, in every dialect."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.execution import Cell, cell_of
from concbench.measure.failures import outcome, outcome_of
from concbench.measure.room import Counting, in_words, number_of
from concbench.measure.watching.base import Alive
from concbench.models import index
from concbench.models.base import Exhausted
from concbench.workloads.basics import parked

pytestmark = pytest.mark.measured_side
TASKS = 25


def counting(messages: list[dict[str, Any]] | None = None) -> Counting:
    return Counting((messages if messages is not None else []).append)


def counted_by_the_keeper(cell: Cell) -> list[Alive | None]:
    """Run the cell, whose keeper counts when all the others are suspended."""
    seen: list[Alive | None] = []
    counts = counting()
    counts.begin(cell, "once", 2)
    (batch,) = cell.batches(1, replace(cell.lent.rt, observe=lambda: seen.append(counts.alive())))
    cell.lent.carry_out(cell.lent.ready([batch]))
    return seen


@pytest.mark.parametrize(
    "name", ["polling", "generator", "yield-from", "asyncio", "threads", "trio", "tinyio", "curio"]
)
def test_all_tasks_are_counted_while_they_are_parked_and_none_afterwards(name: str) -> None:
    model = index.get(name)
    if (reason := model.unavailable()) is not None:
        pytest.skip(reason)
    assert counted_in(name) == [Alive(TASKS + 1, None if name == "polling" else TASKS + 1)]


def counted_in(name: str) -> list[Alive | None]:
    """Count the tasks of a model: threads in a process where no earlier test has left any waiting."""
    if name == "threads":
        code = f"from {__name__} import alone; alone({name!r})"
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
        )
        return [Alive(*one) for one in json.loads(done.stdout)]
    return counted_here(name)


def alone(name: str) -> None:
    """Print what is counted here."""
    print(json.dumps([(one.made, one.started) for one in counted_here(name) if one is not None]))  # noqa: T201


def counted_here(name: str) -> list[Alive | None]:
    model = index.get(name)
    with model.open() as session:
        return counted_by_the_keeper(cell_of(parked.WORKLOAD, parked.Params(TASKS), model, session))


def test_where_nothing_was_asked_for_nothing_is_counted() -> None:
    assert counting().alive() is None


class Broken:
    """The generator model's session, which runs out of memory when all tasks are made."""

    def __init__(self, rt: Any) -> None:
        self.rt = rt

    def run(self, factories: Sequence[Any]) -> list[Any]:
        self.tasks = [factory() for factory in factories]
        raise MemoryError


def test_a_model_that_runs_out_of_memory_is_told_with_the_tasks_that_were_alive() -> None:
    model = index.get("generator")
    with model.open() as session:
        cell = cell_of(parked.WORKLOAD, parked.Params(TASKS), model, Broken(session.rt))
        counts = counting()
        counts.begin(cell, "once", 2)
        with pytest.raises(MemoryError) as caught:
            cell.run(1)
        told = counts.counted(outcome_of(caught.value))
    assert (told["outcome"], told["at"]) == ("exhausted", TASKS + 1)


def test_what_is_not_seen_is_not_said() -> None:
    assert in_words(Alive(9, 4)) == "tasks that had been made: 9, and started: 4"
    assert in_words(Alive(9, None)) == "tasks that had been made: 9"
    assert in_words(None) == "no task was to be seen"


def test_who_has_started_counts_where_anybody_has() -> None:
    assert number_of(Alive(made=9, started=4)) == 4
    assert number_of(Alive(made=9, started=0)) == 9
    assert number_of(Alive(0, 0)) is number_of(None) is None


def test_what_a_model_says_itself_stands() -> None:
    assert counting().counted(outcome_of(Exhausted("no more", at=7)))["at"] == 7
    assert counting().counted(outcome("crashed", "anyhow")) == outcome("crashed", "anyhow")
