"""A comparison in words: the answer is true whatever counts, and plain data has no figure that is none."""

import json
from dataclasses import replace

import pytest

from concbench.analysis.compared import (
    as_plain,
    change_words,
    figure_words,
    headline,
    margin_words,
    rates_words,
    what_words,
)
from concbench.analysis.comparison import Counted, Failed, Line
from tests.report.test_pull_request import LINE, SLOWER, comparison

MEMORY = replace(
    LINE, metric="memory", kind="difference", margin=32.0, low=200.0, middle=210.0, high=220.0, gated=False
)
MORE = replace(MEMORY, verdict="more")
UNSURE = replace(LINE, cell="other", verdict="unsure", low=None, middle=None, high=None, reason="too few")
COUNTED = Counted(
    cell=LINE.cell,
    workload=LINE.workload,
    model=LINE.model,
    params=LINE.params,
    base=1000,
    head=1100,
    ratio=1.1,
    verdict="slower",
    threshold=0.005,
    gated=True,
)
FAILED = Failed(cell="w/m", workload="w", model="m", side="head", outcome="crashed", reason="gone")


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ([], "Nothing was compared."),
        ([LINE], "Nothing is slower: of 1 cell 1 same."),
        ([LINE, SLOWER], "1 of 2 cells is slower: spawn[tasks=10]/asyncio."),
        ([replace(LINE, verdict="faster"), UNSURE], "Nothing is slower: of 2 cells 1 faster, 1 unsure."),
        ([UNSURE], "Nothing is decided: 1 cell unsure."),
        ([LINE, MORE], "Nothing is slower: of 1 cell 1 same."),
        ([LINE, replace(MORE, gated=True)], "1 of 1 cell is worse by memory: switch[tasks=10]/asyncio."),
        ([SLOWER, replace(MORE, gated=True)], "2 of 2 cells are worse: spawn[tasks=10]/asyncio, "
         "switch[tasks=10]/asyncio."),
        ([replace(SLOWER, gated=False)], "Nothing that counts is worse: of 1 cell 1 slower."),
        ([replace(MEMORY, verdict="less")], "Nothing is slower: of 1 cell 1 faster."),
    ],
)  # fmt: skip
def test_the_answer_says_what_counts_and_nothing_that_is_not_so(lines: list[Line], answer: str) -> None:
    assert headline(comparison(*lines)) == answer


EMPTY = replace(UNSURE, pairs=0, base=0.0, head=0.0, reason="no pair was measured")


def test_where_nothing_was_measured_the_answer_says_so_and_gives_no_zero_for_a_figure() -> None:
    whole = comparison(EMPTY, replace(EMPTY, metric="cpu"))
    assert headline(whole) == "Nothing was measured: of 1 cell none had a pair within 60 s."
    stopped = comparison(EMPTY, complete=False, failed=(FAILED,))
    assert headline(stopped) == (
        "Nothing was measured: of 1 cell none had a pair before it was stopped. 1 cell failed."
    )
    assert headline(comparison(EMPTY, LINE)) == "Nothing is slower: of 2 cells 1 same, 1 unsure."
    assert figure_words(EMPTY) == ("–", "–")
    assert rates_words(whole).startswith("No verdict is given")


def test_instructions_that_count_are_in_the_answer() -> None:
    answer = headline(comparison(LINE, counted=(COUNTED,)))
    assert answer == "1 of 1 cell is worse by instructions: switch[tasks=10]/asyncio."
    assert headline(comparison(LINE, counted=(replace(COUNTED, gated=False),))).startswith(
        "Nothing is slower"
    )


def test_cells_that_failed_are_in_the_answer_once_each() -> None:
    both = (FAILED, replace(FAILED, side="base"))
    assert headline(comparison(failed=both)) == "Nothing was compared. 1 cell failed."
    assert headline(comparison(LINE, failed=both)).endswith("1 same. 1 cell failed.")


def test_cells_that_one_side_lacks_did_not_fail() -> None:
    lacking = replace(FAILED, cell="lacked", outcome="unavailable")
    assert headline(comparison(LINE, failed=(lacking,))).endswith("1 same. 1 cell could not be compared.")
    assert headline(comparison(failed=(FAILED, lacking))) == (
        "Nothing was compared. 1 cell failed. 1 cell could not be compared."
    )


def test_what_is_all_new_is_the_answer() -> None:
    one = Failed(
        cell="w/a",
        workload="w",
        model="a",
        side="base",
        outcome="unavailable",
        reason="base has no such benchmark",
    )
    new = (one, replace(one, cell="w/b", model="b"))
    told = "Nothing was compared: head brings 2 benchmarks, and base has none to compare with."
    assert headline(comparison(failed=new, served="pytest")) == told


def test_an_answer_names_some_cells_and_counts_the_rest() -> None:
    answer = headline(comparison(*(replace(SLOWER, cell=f"c{number}") for number in range(8))))
    assert answer == "8 of 8 cells are slower: c0, c1, c2, c3, c4 and 3 more."


def test_figures_are_spelled_by_what_they_are() -> None:
    assert what_words(SLOWER) == "wall time ×1.050 [1.040–1.060]"
    assert what_words(MORE) == "memory per task +210 [200–220] B"
    assert what_words(COUNTED) == "instructions ×1.1000"
    assert change_words(UNSURE) == "not determined"
    assert change_words(replace(MORE, low=-3.0, middle=-2.0, high=-1.0)) == "-2.00 [-3.00 – -1.00] B"
    assert [margin_words(line) for line in (LINE, MORE)] == ["±1%", "±32.0 B"]


def test_what_is_promised_is_said_of_the_comparisons_that_were_made() -> None:
    words = rates_words(comparison(LINE, UNSURE))
    assert "over all 1 comparison;" in words
    assert "however early" in words
    assert "however early" not in rates_words(comparison(LINE, paired=False))


def test_plain_data_is_strict_json_with_the_answer_and_none_for_open_ends() -> None:
    told = json.loads(
        json.dumps(
            as_plain(comparison(LINE, UNSURE, counted=(replace(COUNTED, gated=False),))), allow_nan=False
        )
    )
    assert told["answer"] == "Nothing is slower: of 2 cells 1 same, 1 unsure."
    assert [told["lines"][1][end] for end in ("low", "middle", "high")] == [None] * 3
    assert told["counted"][0]["ratio"] == 1.1


@pytest.mark.parametrize("paired", [True, False])
def test_of_no_comparison_nothing_is_promised(paired: bool) -> None:
    words = rates_words(comparison(UNSURE, paired=paired))
    assert words.startswith("No verdict is given: none of the figures has enough p")
