"""The ladder in the terminal: a table for each workload, and the wrong predictions."""

import io

from rich.console import Console

from concbench.analysis.ladder.climbing import ladder_of
from concbench.analysis.ladder.differing import neighbours
from concbench.analysis.ladder.showing import shown_step
from concbench.report.terminal.ladder import print_ladder
from concbench.report.terminal.ladder_diff import print_difference
from tests.analysis.ladder.made_up import rungs, swinging
from tests.report.made_up import Cell, dataset_of
from tests.report.pages import EXHAUSTED


def printed(*cells: Cell, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    dataset = dataset_of(*cells)
    print_ladder(console, dataset, ladder_of(dataset))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


LADDER = rungs(yield_from=100.0, idle_sleep=200.0, timer_heap=202.0, ready_queue=swinging(190.0, 260.0))


def test_a_line_for_each_rung_has_its_figures_what_the_step_did_and_what_was_predicted() -> None:
    lines = printed(*LADDER).splitlines()
    assert "spawn, tasks 1\N{NARROW NO-BREAK SPACE}000" in lines[0]
    rows = {line.split()[0]: " ".join(line.split()) for line in lines if line.split()}
    assert rows["rung"] == "rung time / task CPU / task"
    assert rows["yield-from"] == "yield-from 100 ns 100 ns"
    assert rows["idle-sleep"] == "idle-sleep 200 ns ×2.00 [2.00–2.00]* ↑ 200 ns ×2.00 [2.00–2.00]* ↑"
    assert "×1.01 [1.01–1.01]* ↓✗" in rows["timer-heap"]
    assert rows["ready-queue"].endswith("↑?")


def test_below_the_tables_stands_where_we_were_wrong() -> None:
    text = " ".join(printed(*LADDER).split())
    assert (
        "2 predictions right, 2 wrong, 2 open; where we were wrong: spawn, timer-heap: wall was to be less"
        in text
    )


def test_a_rung_without_figures_says_why() -> None:
    text = printed(*LADDER, *rungs(of={"outcome": EXHAUSTED}, selector=1.0))
    assert "selector: exhausted: no more threads" in text


def test_in_a_narrow_terminal_intervals_give_way() -> None:
    narrow = printed(*LADDER, width=60)
    assert "×2.00*" in narrow
    assert "[2.00–2.00]" not in narrow.partition("each figure")[0]


def test_a_difference_has_colours_and_what_was_predicted_after_it() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    step = neighbours(["timer-heap"])
    print_difference(console, shown_step(step))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "idle-sleep → timer-heap: the timer heap" in text
    assert "\x1b[32m+" in text
    assert "\x1b[31m-" in text
    assert "timers: wall =, CPU ↓, memory =, lateness ↓" in text


def test_where_there_is_no_module_to_compare_it_is_said_what_changes() -> None:
    console = Console(file=io.StringIO(), width=100)
    step = neighbours(["asyncio"])
    print_difference(console, shown_step(step))
    assert isinstance(console.file, io.StringIO)
    text = " ".join(console.file.getvalue().split())
    assert (
        "asyncio is no kernel of ours, so there are no two modules to compare. Task and Future are those"
        in text
    )


def test_a_difference_says_what_its_imports_bring_in_what_tasks_become_and_why_it_was_predicted() -> None:
    console = Console(file=io.StringIO(), width=60)
    print_difference(console, shown_step(neighbours(["async-await"])))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert "models/ladder/cancellation.py → models/ladder/async_await.py" in lines
    assert "  calls.switch: Let the others have their turn" in lines
    assert "+        await switch()" in lines
    assert lines.index("  switch: wall ↑, CPU ↑, memory =, lateness =,") < lines.index(
        "  every other workload: wall =, CPU =, memory =, lateness =,"
    )
    assert lines[-2:] == [
        "    because a coroutine is stepped as a generator is, by the",
        "    very same kernel",
    ]
