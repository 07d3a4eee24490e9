"""The lanes picture: everything is in it, as text, and no name can break it."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from concbench.report.charts.lanes import lanes_svg
from concbench.report.charts.palette import Look, looks_of
from concbench.report.charts.svg import standalone
from tests.report.traces import BUSY, FAST, IDLE, lane, no_trace, trace

HOSTILE = """<script>alert('&"')</script>$x^2$ \\frac{ %s {{}} ]]> --> \x1b[31m\u202e"""


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  (of our own making)


def words_in(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter() if element.tag.endswith("}text")]


def bars_in(svg: str, number: int) -> int:
    """Return how many bars have the colour of this number."""
    return len(re.findall(rf'style="fill: var\(--series-{number}\)', svg))


def test_names_tasks_and_resumes_are_text() -> None:
    words = words_in(lanes_svg([BUSY, IDLE]))
    assert "timers (tasks 2, delay 0.02 s)" in words
    assert [word for word in words if word in ("polling", "asyncio")] == ["polling", "asyncio"]
    assert [word for word in words if "task" in word and "(" not in word] == ["task 0", "task 1"] * 2
    assert [word for word in words if "resumed" in word] == [
        "resumed 24\u202f813 ×", "resumed 7 ×", "resumed 1 ×", "resumed 1 ×",
    ]  # fmt: skip
    assert any("no timing" in word for word in words)


def test_every_stretch_is_a_bar_in_the_colour_of_its_contender() -> None:
    svg, looks = lanes_svg([BUSY, IDLE]), looks_of(["polling", "asyncio"])
    assert [bars_in(svg, look.number) for look in looks.values()] == [2, 4]


def test_contenders_have_the_colours_that_they_have_elsewhere() -> None:
    svg = lanes_svg([BUSY, IDLE], {"polling": Look(5), "asyncio": Look(2)})
    assert (bars_in(svg, 5), bars_in(svg, 2), bars_in(svg, 0)) == (2, 4, 0)


def marks_in(svg: str) -> list[str]:
    return [word for word in words_in(svg) if re.fullmatch(r"[\d.]+ [nµm]s", word)]


def test_one_axis_is_marked_where_it_is_shared_and_else_each() -> None:
    shared, apart = lanes_svg([BUSY, IDLE]), lanes_svg([FAST, IDLE])
    assert len(set(marks_in(shared))) == len(marks_in(shared)) > 1
    assert {"10 ns", "50 ns", "1 µs"} <= set(marks_in(apart))
    assert "a time axis of its own" in " ".join(words_in(apart))
    assert "a time axis of its own" not in " ".join(words_in(shared))


def test_the_shared_axis_is_marked_below_the_last_lanes() -> None:
    assert marks_in(lanes_svg([BUSY, IDLE, no_trace("threads")])) == marks_in(lanes_svg([BUSY, IDLE]))


@pytest.mark.parametrize("others", [[], [BUSY], [BUSY, IDLE]])
def test_who_has_no_lanes_has_the_reason_in_their_place(others: list[Any]) -> None:
    words = words_in(lanes_svg([no_trace("threads", "exhausted", "can't start new thread"), *others]))
    assert "threads" in words
    assert "exhausted: can't start new thread" in words


def test_a_long_reason_is_broken_into_lines_and_then_cut() -> None:
    words = words_in(lanes_svg([no_trace("threads", "crashed", "so it goes on " * 50)]))
    lines = [word for word in words if "so it goes" in word]
    assert len(lines) == 3
    assert lines[-1].endswith("…")


@pytest.mark.parametrize("with_lanes", [True, False])
def test_a_hostile_name_is_shown_and_does_nothing(with_lanes: bool) -> None:
    one = trace(HOSTILE, 10, lane(0, (0, 10))) if with_lanes else no_trace(HOSTILE, reason=HOSTILE)
    one = replace(one, workload=HOSTILE, params={HOSTILE: HOSTILE})
    svg = standalone(lanes_svg([one]))
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert any("<script>alert('&\"')</script>$x^2$ \\frac{ %s" in word for word in words_in(svg))


def test_long_names_are_cut_at_the_edge() -> None:
    svg = lanes_svg([trace("x" * 1000, 10, lane(0, (0, 10)))])
    assert max(map(len, words_in(svg))) < 100
    assert 'viewBox="0 0 480 ' in svg


def test_the_picture_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    label = parsed(lanes_svg([BUSY])).get("aria-label", "")
    assert label.startswith("Who runs when, timers (tasks 2, delay 0.02 s).")
    assert "polling: resumed 24\u202f813 ×, resumed 7 ×" in label


def test_two_pictures_on_a_page_share_no_id() -> None:
    pictures = [lanes_svg([BUSY], name=name) for name in ("lanes-a", "lanes-b")]
    first, second = (set(re.findall(r' id="([^"]+)"', picture)) for picture in pictures)
    assert first
    assert not first & second


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="no traces"):
        lanes_svg([])
