"""Below the tables: which model for which load, in a dozen lines."""

import io
from functools import cache

import pytest
from rich.console import Console

from concbench.analysis.dataset import Dataset
from concbench.report.answers import ALL_TEACH
from concbench.report.terminal.answers import MOST_LINES, print_answers
from tests.report.made_up import Cell, always, dataset_of, growing
from tests.report.pages import EXHAUSTED, sizes


def printed(dataset: Dataset, *workloads: str, width: int = 200) -> list[str]:
    """Return the lines that are printed, without those that are empty."""
    stream = io.StringIO()
    print_answers(Console(file=stream, width=width), dataset, workloads)
    return [line.strip() for line in stream.getvalue().splitlines() if line.strip()]


def spawning(*names: str) -> list[Cell]:
    costs = {name: 100.0 * number for number, name in enumerate(names, 1)}
    return [cell for name in names for cell in sizes(name, "spawn", costs[name], 10, 1000)]


def test_a_load_has_a_line_with_whom_to_choose_and_how_far_behind_the_others_are() -> None:
    title, line = printed(dataset_of(*spawning("uvloop", "asyncio", "threads")))
    assert title == "Which model?"
    assert line.split("   ")[0] == "Many short tasks"
    told, others = line.partition("   ")[2].strip().split("; ")
    assert told == "uvloop: 103 ns wall time per task, 51.5 ns CPU"
    assert others == "asyncio ×2.00 [2.00–2.00], threads ×3.00 [3.00–3.00]"


def test_nobody_chooses_among_loops_that_teach() -> None:
    _title, line, rest = printed(dataset_of(*spawning("polling", "generator", "asyncio", "threads")))
    assert "asyncio: 309 ns" in line
    assert rest == "no choice for a service, but to show what a loop costs: polling, generator"


def test_where_there_are_only_such_they_are_compared_all_the_same() -> None:
    _title, line, rest = printed(dataset_of(*spawning("polling", "generator")))
    assert "polling: 103 ns" in line
    assert rest == ALL_TEACH


def test_there_is_nothing_to_choose_of_one_model_or_where_nothing_was_measured() -> None:
    assert printed(dataset_of(*spawning("asyncio"))) == []
    gone = [
        Cell(contender=name, cost=always(0.0), tasks=1000, outcome=EXHAUSTED) for name in ("trio", "gevent")
    ]
    assert printed(dataset_of(*gone)) == []


def of_loads(*workloads: str) -> list[Cell]:
    points = {"queue": {"capacity": 1}, "cancel": {}, "ring": {}, "pingpong": {}}
    return [
        Cell(contender=name, cost=growing(cost, 1), workload=workload, tasks=1000, more=tuple(more.items()))
        for workload in workloads
        for more in [points.get(workload, {})]
        for name, cost in (("asyncio", 100.0), ("uvloop", 50.0))
    ]


def test_only_loads_of_the_workloads_that_are_asked_for_are_told() -> None:
    cells = [*spawning("asyncio", "trio"), *of_loads("switch")]
    assert len(printed(dataset_of(*cells))) == 3
    assert [line.split("   ")[0] for line in printed(dataset_of(*cells), "switch")] == [
        "Which model?",
        "Much switching",
    ]


def test_of_many_loads_those_closest_to_services_are_told_and_the_rest_is_counted() -> None:
    titles = [f"load {number}" for number in range(12)]
    about = {"metric": "wall", "goal": "least", "price": "", "bound": 0}
    known = {title: {"questions": [{"title": title, **about}], "lanes": ""} for title in titles}
    cells = [
        Cell(contender=name, cost=growing(cost, 1), workload=title, tasks=1000)
        for title in titles
        for name, cost in (("asyncio", 100.0), ("uvloop", 50.0))
    ]
    lines = printed(dataset_of(*cells, *spawning("asyncio", "uvloop"), workloads=known))
    assert len(lines) == MOST_LINES
    assert not any(line.startswith("Many short tasks") for line in lines)
    assert lines[-1] == f"{15 - MOST_LINES} more loads on the page (concbench report FILE)"


@cache
def many_loads() -> Dataset:
    """Return six models at many loads."""
    names = ("asyncio", "uvloop", "trio", "gevent", "threads", "polling")
    cells = [
        one
        for workload in ("spawn", "switch", "ring", "cancel", "semaphore", "pingpong", "queue")
        for place, name in enumerate(names)
        for one in sizes(name, workload, 100.0 * (place + 1), 10, 1000)
    ]
    return dataset_of(*cells)


@pytest.mark.parametrize("width", [40, 60, 80, 110, 130, 200])
def test_there_are_never_more_than_a_dozen_lines(width: int) -> None:
    lines = printed(many_loads(), width=width)
    assert 3 < len(lines) <= MOST_LINES
    assert ("more load" in " ".join(lines)) == (width <= 60)
    assert max(map(len, lines)) <= width


def test_on_a_narrow_terminal_a_line_tells_of_asyncio_and_counts_the_others() -> None:
    _title, *lines = printed(
        dataset_of(*spawning("uvloop", "trio", "gevent", "threads", "asyncio")), width=100
    )
    assert " ".join(lines) == (
        "Many short tasks. uvloop: 103 ns wall time per task, 51.5 ns CPU; asyncio ×5.00 [5.00–5.00];"
        " 3 others worse"
    )
