"""The section on a comparison: what is said first, which pictures there are, and that names are only text."""

from dataclasses import replace
from itertools import product

import pytest

from concbench.analysis.comparison import Comparison, Failed
from concbench.report.blocks import Picture, Table, Words
from concbench.report.charts.palette import Look
from concbench.report.charts.ratios import ends_of, ratio_chart
from concbench.report.page.build import comparison_page_of
from concbench.report.sections.comparison import comparison_section
from tests.analysis.test_compared import COUNTED
from tests.report.test_pull_request import LINE, SLOWER, comparison

HOSTILE = "<script>alert(1)</script>$\\frac{x}$\x1b"


def blocks(whole: Comparison, kind: type) -> list[object]:
    return [block for block in comparison_section(whole).blocks if isinstance(block, kind)]


def test_the_answer_is_the_first_thing_that_is_read() -> None:
    first = comparison_section(comparison(LINE, SLOWER)).blocks[0]
    assert first == Words("1 of 2 cells is slower: spawn[tasks=10]/asyncio.", "lead")


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
    assert [row.fields[6].lines for row in table.rows] == [("same",), ("slower",)]


def test_what_was_not_determined_is_in_the_table_and_in_no_chart() -> None:
    bare = replace(LINE, low=None, middle=None, high=None, verdict="unsure", reason="too few pairs")
    section = comparison_section(comparison(bare))
    assert not any(isinstance(block, Picture) for block in section.blocks)
    assert any(isinstance(block, Table) for block in section.blocks)


def test_a_comparison_of_nothing_says_so() -> None:
    failed = Failed(cell="w/m", workload="w", model="m", side="head", outcome="crashed", reason="gone")
    words = [block.text for block in comparison_section(comparison(failed=(failed,))).blocks]  # type: ignore[union-attr]
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


def test_every_verdict_can_be_drawn() -> None:
    lines = tuple(replace(LINE, verdict=verdict) for verdict in ("slower", "faster", "same", "unsure"))
    assert ratio_chart(lines, {LINE.model: Look(1)}, "c", "spawn").startswith("<svg")


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
    told = comparison_section(comparison(LINE, counted=(counted,))).blocks
    assert told[2] == Words(
        "Worse, though it does not count: switch[tasks=10]/asyncio: instructions ×1.1000.", "alarm"
    )
