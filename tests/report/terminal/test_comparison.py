"""A comparison in the terminal: it fits, tells verdicts without colour, and leaves nothing out."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from concbench.analysis.comparison import Comparison, Failed, Line
from concbench.metrics import BETTER, WORSE
from concbench.report.terminal.comparison import MARKS, print_comparison
from tests.analysis.test_compared import COUNTED, EMPTY, FAILED, MORE, UNSURE
from tests.report.hostile import NAMES
from tests.report.test_pull_request import LINE, SLOWER, comparison

LONG = "asyncio+uvloop:new_event_loop"


def printed(whole: Comparison, width: int = 80) -> str:
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=width), whole)
    return stream.getvalue()


def of_model(model: str) -> list[Line]:
    """Return lines of every kind: ratios, a difference in bytes, one in ns."""
    params: dict[str, Any] = {"tasks": 100, "delay": 0.01, "spread": 0, "seed": 1}
    late = replace(
        LINE, metric="lateness", kind="difference", margin=1e5, verdict="unsure", reason="24 pairs"
    )
    late = replace(late, low=-1234.5, middle=45.6, high=54_321.0)
    cell = f"switch[tasks=100]/{model}"
    return [
        replace(line, workload="switch", model=model, cell=cell, params=params)
        for line in (LINE, SLOWER, MORE, late)
    ]


def test_every_verdict_has_a_mark_and_one_that_changed_none_of_what_is_the_same() -> None:
    assert MARKS.keys() == WORSE | BETTER | {"unsure"}
    assert not any("=" in mark for mark in MARKS.values())
    rate = replace(LINE, verdict="worse")
    assert "▼ worse" in printed(comparison(rate))


@pytest.mark.parametrize("width", [80, 100, 150])
def test_every_line_fits_the_console_and_names_are_whole(width: int) -> None:
    lines = [line for model in ("asyncio", "threads", LONG) for line in of_model(model)]
    counted = [replace(COUNTED, cell=line.cell) for line in lines]
    text = printed(comparison(*lines, counted=tuple(counted)), width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "…" not in text
    assert "×1.050 [1.040–1.060]" in text
    assert "×1.1000" in text


@pytest.mark.parametrize("width", [40, 60])
@pytest.mark.parametrize("also", [False, True])
def test_on_a_narrow_console_words_are_folded_and_every_row_says_whose_it_is(width: int, also: bool) -> None:
    lines = [line for model in ("asyncio", "threads", LONG) for line in of_model(model)]
    counted = tuple(replace(COUNTED, cell=line.cell) for line in lines) if also else ()
    text = printed(comparison(*lines, counted=counted), width)
    table = text[text.index("model") :]
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "…" not in text
    rows = [line.split()[0][:7] for line in table.splitlines() if line.split()[1:2] in (["wall"], ["memory"])]
    assert rows == [name for name in ("asyncio", "threads", LONG[:7]) for _ in range(3)]


def test_verdicts_are_words_with_a_sign() -> None:
    text = printed(comparison(LINE, SLOWER, MORE, UNSURE, replace(LINE, verdict="faster")))
    for words in ("= same", "▲ slower", "▲ more", "? unsure", "▼ faster"):
        assert words in text, words
    assert "\x1b" not in text


def test_what_got_worse_without_counting_is_told_at_the_top() -> None:
    lines = printed(comparison(LINE, MORE, counted=(replace(COUNTED, gated=False),)), 150).splitlines()
    assert lines[:3] == [
        "Nothing is slower: of 1 cell 1 same.",
        "switch[tasks=10]/asyncio: memory per task +210 [200–220] B, more (does not count)",
        "switch[tasks=10]/asyncio: instructions ×1.1000, slower (does not count)",
    ]


def test_figures_of_both_sides_are_shown_where_there_is_room() -> None:
    heading = next(line for line in printed(comparison(LINE), 150).splitlines() if "model" in line)
    assert heading.split() == ["model", "of", "what", "base", "head", "head", "against", "base", "verdict",
                               "pairs"]  # fmt: skip


def test_reasons_failures_warnings_and_promises_are_all_there() -> None:
    text = printed(comparison(LINE, UNSURE, failed=(FAILED,), warnings=("the clock drifts",)))
    for words in ("unsure (asyncio): too few", "w/m on head: crashed: gone", "warning: the clock drifts"):
        assert words in text, words
    assert "At most 1% of what is called slower" in text


def test_a_workload_of_which_nothing_was_measured_has_a_sentence_in_place_of_a_table_of_zeros() -> None:
    nothing = replace(EMPTY, workload="parked", model="trio")
    text = printed(comparison(nothing, replace(nothing, metric="cpu"), LINE), 150)
    assert "parked: nothing was measured under trio\n" in text
    assert "0.00" not in text
    assert [line.split()[:3] for line in text.splitlines() if " same" in line][-1] == [
        "asyncio",
        "wall",
        "time",
    ]
    mixed = printed(comparison(LINE, replace(EMPTY, workload=LINE.workload)), 150)
    assert "–" in mixed
    assert "0.00" not in mixed


def test_a_comparison_of_nothing_is_printed_too() -> None:
    assert printed(comparison(failed=(FAILED,))).startswith("Nothing was compared. 1 cell failed.")


@pytest.mark.parametrize("name", NAMES)
def test_words_of_a_file_are_only_text(name: str) -> None:
    line = replace(SLOWER, cell=name, workload=name, model=name, params={name: name}, reason=name)
    failed = Failed(cell=name, workload=name, model=name, side="head", outcome="crashed", reason=name)
    whole = comparison(line, MORE, failed=(failed,), warnings=(name,), base=name, head=name)
    text = printed(whole)
    assert all(letter.isprintable() for letter in text.replace("\n", ""))


def test_a_change_that_is_not_decided_is_printed_in_grey() -> None:
    few = replace(UNSURE, cell="few", low=None, middle=None, high=None, seen=1.25, pairs=3)
    text = printed_with_styles(comparison(LINE, SLOWER, replace(LINE, verdict="unsure", middle=1.007), few))
    grey = re.findall(r"\x1b\[2m *(×[^\x1b]*?) *\x1b\[0m", text)
    assert grey == ["×1.007 [0.995–1.005]", "×1.250 so far"]


def printed_with_styles(whole: Comparison) -> str:
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=200, force_terminal=True, color_system="standard"), whole)
    return stream.getvalue()
