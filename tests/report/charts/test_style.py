"""What all charts share: plain text, and axes that can be read."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, Units
from concbench.report.charts.style import (
    apart,
    drawing,
    even_axis,
    fitting,
    new_figure,
    round_marks,
    signed_axis,
    signed_marks,
    spelled_count,
    spelled_mark,
    unit_axis,
)
from concbench.report.charts.svg import svg_of
from concbench.words import plain_text
from tests.report.pages import words_in

NARROW = "\N{NARROW NO-BREAK SPACE}"
positive = st.floats(1e-3, 1e15)


@given(st.text(st.characters()))
def test_plain_text_is_one_line_that_can_be_printed(words: str) -> None:
    plain = plain_text(words)
    assert plain.replace(NARROW, "").isprintable()
    assert len(plain) == len(words)
    assert plain_text(plain) == plain
    plain.encode()


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("asyncio", "asyncio"),
        ("a\nb\tc\N{NO-BREAK SPACE}d", "a b c d"),
        ("\x1b[31m", "\N{REPLACEMENT CHARACTER}[31m"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("\N{HEBREW LETTER ALEF}", "\N{HEBREW LETTER ALEF}"),
        (f"1{NARROW}000", f"1{NARROW}000"),
        (3, "3"),
    ],
)
def test_what_cannot_be_printed_is_replaced(words: object, plain: str) -> None:
    assert plain_text(words) == plain


@given(st.text(), st.integers(1, 80))
def test_what_does_not_fit_is_cut(words: str, letters: int) -> None:
    fits = fitting(words, letters)
    assert len(fits) <= letters
    assert fits == plain_text(words) or fits.endswith("…")


@given(st.lists(st.floats(-10, 1e9), max_size=40))
def test_marks_have_room_and_the_ends_are_among_them(values: list[float]) -> None:
    marks = apart(values)
    above = sorted({value for value in values if value > 0})
    assert marks == sorted(marks)
    assert set(marks) <= set(above)
    if above:
        assert (marks[0], marks[-1]) == (above[0], above[-1])
    if len(marks) > 2:
        assert min(np.diff(np.log(marks))) >= 0.119 * np.log(marks[-1] / marks[0])


def test_a_few_sizes_are_all_marked() -> None:
    assert apart([1, 10, 100, 1000]) == [1, 10, 100, 1000]
    assert apart([1000, 1, 990, 10]) == [1, 10, 1000]


@given(positive, st.floats(1, 1e12), st.sampled_from([4, 10]))
def test_an_axis_of_a_decade_or_more_has_two_marks_at_least_and_eleven_at_most(
    low: float, ratio: float, base: int
) -> None:
    high = low * max(ratio, 10)
    marks = round_marks(low, high, base)
    assert 2 <= len(marks) <= 11
    assert marks == sorted(set(marks))
    assert low <= marks[0]
    assert marks[-1] <= high


@settings(deadline=None)
@given(st.lists(positive | st.sampled_from([0.0, -5.0, float("nan"), float("inf")]), max_size=6))
def test_an_axis_has_room_for_all_that_is_above_zero(values: list[float]) -> None:
    with drawing():
        axes = new_figure(200).add_subplot()
        unit_axis(axes, "y", TIME_UNITS, values)
        low, high = axes.get_ylim()
        seen = [value for value in values if 0 < value < float("inf")]
        assert 0 < low <= high / 9.99
        assert all(low < value < high for value in seen)


@given(st.floats(0, 1e17), st.floats(0, 1e17))
def test_a_signed_axis_is_marked_at_zero_and_not_crowded(below: float, above: float) -> None:
    marks = signed_marks(1000.0, (-below, above))
    assert 0.0 in marks
    assert marks == sorted(set(marks))
    assert len(marks) <= 10
    assert all(-below <= mark <= above for mark in marks)


def test_times_on_both_sides_of_zero_are_spelled_with_their_sign() -> None:
    with drawing():
        figure = new_figure(200)
        signed_axis(figure.add_subplot(), "x", TIME_UNITS, 1000.0, (-2e4, 2e6))
        words = words_in(svg_of(figure, "x", "x"))
    assert words[:7] == ["-10 µs", "-1 µs", "0", "1 µs", "10 µs", "100 µs", "1 ms"]


@pytest.mark.parametrize(
    ("units", "values", "words"),
    [
        (TIME_UNITS, [-3e5, 1.2e6], ["-250 µs", "0", "250 µs", "500 µs", "750 µs", "1 ms", "1.25 ms"]),
        (SIZE_UNITS, [0.0, 3.0 * 1024], ["0", "512 B", "1 KiB", "1.5 KiB", "2 KiB", "2.5 KiB", "3 KiB"]),
        (SIZE_UNITS, [0.0, 0.0], ["0"]),
        (TIME_UNITS, [-2000.0], ["-2 µs"]),
    ],
)
def test_an_even_axis_has_round_marks_in_the_unit_of_its_figures(
    units: Units, values: list[float], words: list[str]
) -> None:
    with drawing():
        figure = new_figure(200)
        axes = figure.add_subplot()
        axes.plot(values)
        even_axis(axes, "y", units, values)
        axes.xaxis.set_visible(False)
        assert words_in(svg_of(figure, "x", "x")) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(1, "1"), (1000, f"1{NARROW}000"), (2.5, "2.5"), (0.02, "0.02"), (1e6, f"1{NARROW}000{NARROW}000")],
)
def test_numbers_of_tasks_are_spelled_as_they_are(value: float, words: str) -> None:
    assert spelled_count(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (10_000, "10 µs"), (-1000, "-1 µs"), (2.5e6, "2.5 ms"), (1e12, "1000 s"), (0.1, "0.1 ns")],
)
def test_marks_have_the_largest_unit_that_they_fill(value: float, words: str) -> None:
    assert spelled_mark(value, TIME_UNITS) == words


def test_sizes_are_marked_at_powers_of_four() -> None:
    assert [spelled_mark(mark, SIZE_UNITS) for mark in round_marks(200, 20_000, 4)] == [
        "256 B", "1 KiB", "4 KiB", "16 KiB",
    ]  # fmt: skip


def chart() -> str:
    with drawing():
        figure = new_figure(200)
        axes = figure.add_subplot()
        axes.plot([1, 2], [3, 4])
        axes.set_title(r"$\frac{")
        return svg_of(figure, "x", "x")


def test_what_a_user_has_set_for_her_own_charts_changes_nothing_and_is_left_alone() -> None:
    ours = chart()
    own: dict[Any, Any] = {
        "text.usetex": True,
        "font.family": "monospace",
        "lines.linestyle": ":",
        "font.size": 30.0,
    }
    with mpl.rc_context(own):
        assert chart() == ours
        assert mpl.rcParams["text.usetex"] is True
        assert mpl.rcParams["font.size"] == 30
