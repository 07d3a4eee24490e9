"""Paths in fewer letters: they lead where they led, to a tenth of a pixel."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.report.page.paths import Point, Step, moved, reach_of, short, steps_of

SIZES = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}


def ends_of(path: str) -> list[tuple[str, Point]]:
    """Return where each step of a short path ends, as a browser reads it."""
    x = y = 0.0
    start, found = (x, y), []
    for letter, text in re.findall(r"([MlhvqczZ])([^MlhvqczZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        many = {"M": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6}.get(letter, 1)
        assert len(numbers) % many == 0
        for first in range(0, max(len(numbers), 1), many):
            part = numbers[first : first + many]
            if letter == "z":
                x, y = start
            elif letter == "M":
                assert len(numbers) == 2, "what follows would be absolute"
                x, y = start = part[0], part[1]
            else:
                x += 0 if letter == "v" else part[-1 if letter == "h" else -2]
                y += 0 if letter == "h" else part[-1]
            found.append((letter, (x, y)))
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M 63.6 -250.67 L 63.6 -228.55 L 161.5 -151 z", "M63.6-250.7v22.1l97.9 77.6z"),
        ("M 85.95 39.89 L 85.95 50.07 L 123.06 50.07 L 123.06 39.89 z", "M86 39.9v10.2h37.1v-10.2z"),
        ("M 0 0 L 1 2 L 2 3", "M0 0l1 2 1 1"),
        ("M 0 0 L 0 3.5 M 9 0 L 9 3.5", "M0 0v3.5M9 0v3.5"),
        ("M 5 5 L 5 5", "M5 5h0"),
        ("M 1 1 L 2 2 L 2.01 2.01 L 3 1", "M1 1l1 1 1-1"),
        ("M 0 0 C 0.04 0.5 1 -0.5 1 1 z", "M0 0c0 .5 1-.5 1 1z"),
        ("M 350 164.5 Q 339.3 170.6 328.7 176.8", "M350 164.5q-10.7 6.1-21.3 12.3"),
    ],
)
def test_a_path_is_short(path: str, expected: str) -> None:
    steps = steps_of(path)
    assert steps
    assert short(steps) == expected


POINTS = st.tuples(st.floats(-900, 900), st.floats(-900, 900))
STEPS = st.sampled_from("LQC").flatmap(
    lambda letter: st.tuples(
        st.just(letter), st.lists(POINTS, min_size=SIZES[letter], max_size=SIZES[letter])
    )
)


@given(POINTS, st.lists(STEPS, min_size=1, max_size=9), st.sampled_from([1, 2]))
def test_it_ends_where_it_ended(start: Point, steps: list[Step], digits: int) -> None:
    ends = [end for _, end in ends_of(short([("M", [start]), *steps], digits))]
    exact = [start, *(points[-1] for _, points in steps)]
    near = 0.51 * 10**-digits
    for x, y in exact:
        assert any(abs(x - a) <= near and abs(y - b) <= near for a, b in ends)
    assert ends[-1] == pytest.approx(exact[-1], abs=near)


@pytest.mark.parametrize("path", ["", "m 1 1 l 2 2", "M 1 1 A 1 1 0 0 0 2 2", "none"])
def test_what_is_written_otherwise_is_not_read(path: str) -> None:
    assert steps_of(path) is None


def test_a_path_elsewhere_reaches_as_far_from_there() -> None:
    steps = steps_of("M 0 0 L 0 3.5 L -2 1 z")
    assert steps
    there = steps_of(moved(steps, 10, 20))
    assert there
    assert reach_of(there) == (8, 20, 10, 23.5)
