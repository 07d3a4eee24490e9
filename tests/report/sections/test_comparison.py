"""The section on a comparison: what is said first, which pictures there are, and that names are only text."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from concbench.analysis.comparison import Comparison, Failed
from concbench.analysis.stored import WARNING
from concbench.report.blocks import Block, Folded, Picture, Table, Told, Words
from concbench.report.charts.palette import Look
from concbench.report.charts.ratios import ends_of, ratio_chart
from concbench.report.page.build import comparison_page_of
from concbench.report.sections.comparison import comparison_sections
from tests.analysis.test_compared import COUNTED
from tests.report.pages import words_in
from tests.report.test_pull_request import LINE, SLOWER, comparison

HOSTILE = "<script>alert(1)</script>$\\frac{x}$\x1b"


def blocks(whole: Comparison, kind: type) -> list[object]:
    return [block for part in comparison_sections(whole) for block in part.blocks if isinstance(block, kind)]


def told(whole: Comparison) -> dict[str, list[tuple[str, list[tuple[str, str]]]]]:
    """Return what is said of cells: heading → what it is about → models and how they differ."""
    return {
        one.heading: [(title, [(said.who, said.how) for said in all_of_it]) for title, all_of_it in one.lines]
        for one in blocks(whole, Told)
        if isinstance(one, Told)
    }


def test_the_answer_is_the_first_thing_that_is_read() -> None:
    parts = comparison_sections(comparison(LINE, SLOWER))
    assert parts[0].blocks[0] == Words("1 of 2 cells is slower. The others: 1 same.", "lead")
    assert parts[0].line == ""
    assert all(part.line for part in parts[1:])


def test_what_got_slower_is_said_with_how_much_and_the_rest_by_its_verdict() -> None:
    cpu = replace(SLOWER, metric="cpu", low=1.1, middle=1.2, high=1.3)
    faster = replace(LINE, cell="f", model="trio", verdict="faster", low=0.8, middle=0.85, high=0.9)
    unsure = replace(LINE, cell="u", model="threads", verdict="unsure", low=0.9, middle=1.0, high=1.1)
    again = replace(LINE, cell="x", model="uvloop")
    assert told(comparison(LINE, SLOWER, cpu, faster, unsure, again)) == {
        "slower": [
            (
                "switch, tasks 10",
                [("asyncio", "wall time ×1.050 [1.040–1.060], CPU time ×1.200 [1.100–1.300]")],
            )
        ],
        "faster": [("switch, tasks 10", [("trio", "wall time ×0.850 [0.800–0.900]")])],
        "not decided": [("switch, tasks 10", [("threads", "wall time ×1.000 [0.900–1.100]")])],
        "the same, within the margin": [("switch, tasks 10", [("asyncio, uvloop", "")])],
    }


def test_what_is_worse_and_does_not_count_is_said_apart() -> None:
    memory = replace(SLOWER, metric="memory", kind="difference", verdict="more", margin=32.0, gated=False)
    assert list(told(comparison(LINE, replace(memory, cell=LINE.cell)))) == [
        "worse, though it does not count",
        "the same, within the margin",
    ]


def test_of_very_many_cells_most_are_folded() -> None:
    many = [replace(SLOWER, cell=f"c{n}", model=f"m{n}", params={"tasks": n // 7}) for n in range(30)]
    (shown,) = blocks(comparison(*many), Told)
    (folded,) = blocks(comparison(*many), Folded)
    assert isinstance(shown, Told)
    assert isinstance(folded, Folded)
    assert folded.line == "10 more: slower"
    (rest,) = folded.blocks
    assert isinstance(rest, Told)
    said = [
        one.who for lines in (shown.lines, rest.lines) for _title, all_of_it in lines for one in all_of_it
    ]
    assert sum(len(all_of_it) for _title, all_of_it in shown.lines) == 20
    assert said == [f"m{n}" for n in range(30)]


def test_what_a_warning_and_the_promise_say_alike_is_said_once() -> None:
    page = comparison_page_of(comparison(LINE, paired=False, warnings=(WARNING, "the CPUs differ")), "f")
    assert "A hint and no verdict to build on" in page
    assert WARNING not in page
    assert "The CPUs differ." in page
    assert " in 10 s" not in page


def test_what_the_sides_are_stands_side_by_side() -> None:
    about = {
        "base": {"label": "v0", "python": "3.12"},
        "head": {"label": "v1", "python": "3.13", "commit": "c"},
    }
    (table,) = blocks(comparison(about=about), Table)
    assert isinstance(table, Table)
    rows = [[field.lines[0] for field in row.fields] for row in table.rows]
    assert rows == [["python", "3.12", "3.13"], ["commit", "none", "c"]]


def test_each_workload_has_a_chart_of_its_wall_time_and_waiting_ones_of_their_cpu_time() -> None:
    waiting = replace(LINE, workload="timers", cell="timers[tasks=10]/asyncio", metric="cpu")
    lines = [LINE, replace(LINE, metric="cpu"), replace(SLOWER, workload="spawn"), waiting]
    (picture,) = blocks(comparison(*lines), Picture)
    assert isinstance(picture, Picture)
    assert len(picture.svgs) == 3
    assert "CPU time" in picture.svgs[2]


def test_the_table_has_every_line() -> None:
    (table,) = blocks(comparison(LINE, SLOWER), Table)
    assert isinstance(table, Table)
    assert [row.fields[4].lines for row in table.rows] == [("same",), ("slower",)]


def test_what_was_not_determined_is_in_the_table_and_in_no_chart() -> None:
    bare = replace(LINE, low=None, middle=None, high=None, verdict="unsure", reason="too few pairs")
    assert blocks(comparison(bare), Picture) == []
    assert len(blocks(comparison(bare), Table)) == 1


def flat(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with those that are folded in them."""
    return [one for block in blocks for one in (block.blocks if isinstance(block, Folded) else [block])]


def test_many_cells_that_could_not_be_compared_have_one_alarm_and_a_table() -> None:
    failed = [
        Failed(cell=f"w/{number}", workload="w", model="m", side="head", outcome="crashed", reason=reason)
        for number, reason in enumerate(["gone"] * 6 + ["away"])
    ]
    answer = comparison_sections(comparison(LINE, failed=tuple(failed)))[0]
    alarms = [one.text for one in answer.blocks if isinstance(one, Words) and one.kind == "alarm"]
    assert alarms[-1] == "7 cells could not be compared: crashed on head, gone (and 1 other reason)"
    (table,) = [one for one in flat(answer.blocks) if isinstance(one, Table) and one.name == "failed"]
    assert len(table.rows) == 7


def test_a_comparison_of_nothing_says_so() -> None:
    failed = Failed(cell="w/m", workload="w", model="m", side="head", outcome="crashed", reason="gone")
    found = blocks(comparison(failed=(failed,)), Words)
    words = [block.text for block in found if isinstance(block, Words)]
    assert words[0] == "Nothing was compared. 1 cell failed."
    assert words[-1] == "w/m could not be compared: crashed on head, gone"


def test_words_of_a_file_are_only_text_on_the_page() -> None:
    line = replace(LINE, model=HOSTILE, workload=HOSTILE, cell=HOSTILE, params={HOSTILE: HOSTILE})
    page = comparison_page_of(comparison(line, base=HOSTILE, warnings=(HOSTILE,)), HOSTILE)
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("count", [1, 60])
def test_a_chart_grows_with_its_rows(count: int) -> None:
    lines = [replace(LINE, model=f"m{row}") for row in range(count)]
    svg = ratio_chart(lines, {line.model: Look(0) for line in lines}, "c", "spawn")
    assert svg.count("m0<") == 1
    assert f"of {count} cells" in svg


@pytest.mark.parametrize(("middle", "half"), [*product([0.1, 0.99, 1.0, 1.5, 9.0], [0.001, 0.5])])
def test_every_estimate_and_the_margin_are_within_the_axis(middle: float, half: float) -> None:
    line = replace(LINE, low=middle * (1 - half), middle=middle, high=middle * (1 + half))
    low, high = ends_of([line])
    assert low < min(middle, 0.99)
    assert high > max(middle, 1.01)


def test_every_verdict_stands_at_its_mark() -> None:
    verdicts = ("slower", "faster", "same", "unsure")
    lines = [replace(LINE, verdict=verdict) for verdict in verdicts]
    words = words_in(ratio_chart(lines, {LINE.model: Look(1)}, "c", "spawn"))
    assert [word for word in words if word in verdicts] == [*verdicts]


def test_instructions_have_a_mark_of_their_own_which_fits_in() -> None:
    plain = ratio_chart([LINE], {LINE.model: Look(1)}, "c", "spawn")
    counted = ratio_chart([LINE], {LINE.model: Look(1)}, "c", "spawn", {LINE.cell: 1.2})
    assert "instructions<" in counted
    assert "instructions<" not in plain
    assert ends_of([LINE], [1.2])[1] > 1.2


def test_the_lines_of_a_title_are_each_fitted() -> None:
    svg = ratio_chart([LINE], {LINE.model: Look(1)}, "c", f"spawn\n{'x' * 200}")
    assert ">spawn<" in svg
    assert f">{'x' * 57}…<" in svg


def test_what_got_worse_without_counting_is_told_before_the_charts() -> None:
    counted = replace(COUNTED, gated=False)
    assert told(comparison(LINE, counted=(counted,)))["worse, though it does not count"] == [
        ("switch, tasks 10", [("asyncio", "instructions ×1.1000")])
    ]


def test_a_change_that_is_not_decided_is_in_grey_on_the_page() -> None:
    (table,) = blocks(comparison(LINE, replace(LINE, verdict="unsure"), SLOWER), Table)
    assert isinstance(table, Table)
    assert [row.fields[table.columns.index("head against base")].faint for row in table.rows] == [
        False,
        True,
        False,
    ]
