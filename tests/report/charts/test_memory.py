"""Bytes per parked task: every contender on its row, its interval, and its figure beside it."""

import re

import pytest

from concbench.analysis.memory import weights_of
from concbench.report.charts.memory import memory_chart
from concbench.report.charts.palette import looks_of
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import drawn, words_in


def parked(contender: str, heavy: int, step: int = 1) -> Cell:
    return Cell(contender=contender, cost=always(10.0), workload="parked", tasks=1000,
                heavy=[heavy + step * generation for generation in range(7)])  # fmt: skip


def chart(*cells: Cell) -> str:
    return memory_chart(weights_of(dataset_of(*cells)), "m")


def test_every_contender_has_a_row_with_its_figure() -> None:
    words = words_in(chart(parked("generator", 200), parked("threads", 16_000)))
    assert words.index("generator") < words.index("threads")
    assert {"203 B", "15.6 KiB", "resident memory per idle task"} <= set(words)


def test_the_interval_is_a_thick_bar_where_there_is_one() -> None:
    thick = f"stroke: {looks_of(['generator'])['generator'].css}; stroke-width: 3;"
    few = Cell(contender="few", cost=always(10.0), workload="parked", tasks=1000, heavy=[200, 210],
               generations=2)  # fmt: skip
    assert thick in chart(parked("generator", 200, step=20))
    assert thick not in chart(few)


def test_an_interval_that_reaches_far_has_its_place() -> None:
    svg = chart(parked("wild", 100, step=20_000))
    right = 477.0
    bar = next(element for element in drawn(svg).iter() if "stroke-width: 3;" in element.get("style", ""))
    ends = [float(x) for x in re.findall(r"[ML] ([\d.]+)", bar.attrib["d"])]
    assert max(ends) <= right


@pytest.mark.parametrize("heavy", [3, 200, 300_000, 2**31])
def test_the_axis_has_two_marks_at_least(heavy: int) -> None:
    words = words_in(chart(parked("one", heavy)))
    marks = [word for word in words if re.fullmatch(r"[\d.]+ (B|KiB|MiB|GiB)", word)]
    assert len(set(marks)) >= 3  # the figure, and two marks


@pytest.mark.parametrize("name", ["x" * 300, r"$\frac{", "<b>", "\x00\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_any_name_leaves_room_for_the_chart(name: str) -> None:
    svg = chart(parked(name, 200))
    assert max(map(len, words_in(svg))) < 40
    assert drawn(svg).get("viewBox", "").startswith("0 0 480 ")
