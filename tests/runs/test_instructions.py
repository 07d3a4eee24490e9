"""Counting as a part of a comparison: what is recorded of each cell, and when."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from concbench.commands.progress import Bar
from concbench.drive.instructions import CountedCell, Found, Lost, Pair, Tally
from concbench.drive.pairing import PairPlan, paired_cells
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.runs import instructions
from concbench.runs.instructions import counter_for
from concbench.workloads.catalogue import Catalogue

SIDE = Side(label="a side", place=Place(Path("/a/python")))
SAME = Tally(number=1, zero=1, full=2)


def plan_of(catalogue: Catalogue, *cells: tuple[str, str]) -> PairPlan:
    """Return a plan of cells (model and workload) to be timed."""
    made = [
        cell
        for model, workload in cells
        for cell in paired_cells([catalogue.workload(workload)], [catalogue.model(model)], {}, weigh=False)
    ]
    return PairPlan(contenders={}, cells=tuple(made), seed=1)


def records_of(
    monkeypatch: pytest.MonkeyPatch, found: list[Found], *cells: tuple[str, str], wish: str = "on"
) -> Iterator[Any]:
    """Return what is recorded where counting the countable cells has these outcomes, one by one."""

    def count_all(_base: Side, _head: Side, wanted: list[CountedCell]) -> Iterator[tuple[int, Found]]:
        assert len(wanted) >= len(found)
        try:
            yield from enumerate(found)
        finally:
            closed.append(True)

    closed: list[bool] = []
    monkeypatch.setattr(instructions, "count_all", count_all)
    monkeypatch.setattr(instructions, "valgrind_path", lambda: Path("/valgrind"))
    monkeypatch.setenv("CI", "1")
    count = counter_for(wish, (SIDE, SIDE))
    assert count is not None
    catalogue = Catalogue()
    with Bar(Console(stderr=True, force_terminal=False)) as bar:
        yield from count(plan_of(catalogue, *cells), catalogue, bar)
    assert closed


def pair() -> Pair:
    return Pair(base=SAME, head=SAME, confirmed=False)


def test_each_record_is_there_as_soon_as_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    records: Any = records_of(monkeypatch, [pair(), pair()], ("generator", "switch"), ("asyncio", "spawn"))
    assert next(records).type == "counted"
    records.close()


def test_what_could_not_be_counted_is_a_warning_with_the_end_of_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "a traceback\n" * 100 + "pyenv:  python3.13\ncommand not found\n"
    lost = Lost(side="head", outcome="crashed", reason="it ended with exit code 127", last_words=words)
    (record,) = records_of(monkeypatch, [lost], ("generator", "switch"))
    assert (record.type, record.name) == ("warning", "not counted")
    assert record.why.startswith("crashed, it ended with exit code 127: …")
    assert record.why.endswith("pyenv: python3.13 command not found")
    assert len(record.why) < 400


ALL = (("generator", "switch"), ("threads", "switch"), ("threads", "spawn"), ("asyncio", "timers"))


def test_cells_that_cannot_be_counted_are_warned_of_once_for_each_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads, timers, counted = records_of(monkeypatch, [pair()], *ALL)
    assert [threads.name, timers.name, counted.type] == ["not counted", "not counted", "counted"]
    assert threads.seen.endswith("suspensions=100]/threads, spawn[tasks=100]/threads:")
    assert threads.why.startswith("it runs in several threads")
    assert timers.seen.startswith("no instructions are counted of timers[")
    assert "waits for time to pass" in timers.why


def test_of_many_cells_that_cannot_be_counted_a_few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (warning,) = records_of(monkeypatch, [], *[("threads", "switch")] * 5)
    assert warning.seen.endswith("/threads and 2 more:")


def test_where_counts_were_not_asked_for_the_reasons_are_told_and_no_warnings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [one.type for one in records_of(monkeypatch, [pair()], *ALL, wish="auto")] == ["counted"]
    said = " ".join(capsys.readouterr().err.split())
    assert said.count("it runs in several threads") == 1
    assert said.count("waits for time to pass") == 1
