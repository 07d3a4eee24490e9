"""An explanation in the terminal: tables that no line of which is folded, and what their layers are."""

import io
from dataclasses import replace

from rich.console import Console

from concbench.analysis.explained import Explanation, instructions_split, time_split
from concbench.drive.observing.mapped import CFunction
from concbench.drive.observing.spots import PythonCode, Spot
from concbench.report.terminal.why import TWO_QUESTIONS, print_explanation

LOOP = [
    Spot(100, (), (PythonCode("/lib/python3.11/asyncio/base_events.py", f"BaseEventLoop.{name}", 1),))
    for name in ("_run_once_and_for_all", "_check_closed", "run_forever", "time")
]
SMALL = [CFunction(f"/lib/{name}.so", "") for name in ("_asyncio", "uvloop/loop", "greenlet/x")]
FOUND = Explanation(
    contender="asyncio",
    workload="switch",
    params={"tasks": 10},
    python="3.11.7",
    unit="suspension",
    units=1000,
    time=time_split(LOOP * 200, whole=100.0, units=800),
    instructions=instructions_split(
        {CFunction("/lib/libpython3.so", "_PyEval_EvalFrameDefault"): 50_000, **dict.fromkeys(SMALL, 5)},
        whole=50.0,
        units=1000,
        runs=1,
    ),
)


def printed(found: Explanation, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    print_explanation(console, found)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_no_row_is_folded_in_eighty_columns_and_more_names_stand_in_wider_ones() -> None:
    for width in (60, 80, 120):
        lines = printed(FOUND, width)
        at = next(number for number, line in enumerate(lines) if line.startswith(" event loop"))
        assert lines[at + 1 : at + 3][-1].startswith(" sum"), lines
        assert max(map(len, lines)) <= width
    (narrow,) = [line for line in printed(FOUND, 80) if line.startswith(" event loop")]
    (wide,) = [line for line in printed(FOUND, 180) if line.startswith(" event loop")]
    assert narrow.endswith("BaseEventLoop._run_once_and_for_all 25.0")
    assert wide.endswith("BaseEventLoop.run_forever 25.0 and 1 more")


def test_a_name_that_does_not_fit_is_cut_and_keeps_its_share() -> None:
    (row,) = [line for line in printed(FOUND, 55) if line.startswith(" event loop")]
    assert row.endswith("… 25.0")


def test_below_a_table_stands_what_each_of_its_layers_means() -> None:
    lines = printed(FOUND, 80)
    assert "  event loop  deciding round after round what is next" in lines
    assert "  evaluation loop  running bytecode, and frames for it" in lines


def test_two_tables_are_said_to_answer_two_questions() -> None:
    assert TWO_QUESTIONS in " ".join(printed(FOUND, 80))
    assert TWO_QUESTIONS not in " ".join(printed(replace(FOUND, instructions=None), 80))
