"""The paths of an SVG, as matplotlib writes them, in fewer letters: relative steps in tenths of a pixel.

``M 63.6 -250.67 L 63.6 -228.55 L 161.5 -151 z`` is ``M63.6-250.7v22.1l97.9 77.6z``. Each end is rounded by
itself, so nothing adds up, and a point that falls on the one before it is left out. A path that is not made
of absolute M, L, Q, C and z alone stays as it is.
"""

import re
from collections.abc import Iterator, Sequence

_PLAIN = re.compile(r"\s*M(?:[MLQCz]|[-+\d.eE]|\s)*")
_ZERO = re.compile(r"^(-?)0\.")
_STEP = re.compile(r"([MLQCz])([^MLQCz]*)")

Point = tuple[float, float]
Step = tuple[str, list[Point]]


def steps_of(path: str) -> list[Step] | None:
    """Return the steps of a path, each with its points; None of a path that has others than those."""
    if not _PLAIN.fullmatch(path):
        return None
    return [(letter, _points(numbers.split())) for letter, numbers in _STEP.findall(path)]


def _points(numbers: Sequence[str]) -> list[Point]:
    values = [float(number) for number in numbers]
    return list(zip(values[::2], values[1::2], strict=True))


def moved(steps: Sequence[Step], x: float, y: float) -> str:
    """Return a path elsewhere, as matplotlib would write it."""
    words = (" ".join([letter, *(f"{a + x:g} {b + y:g}" for a, b in points)]) for letter, points in steps)
    return " ".join(words)


def short(steps: Sequence[Step], digits: int = 1) -> str:
    """Return a path that goes these steps, its ends rounded to so many digits."""
    unit = 10**digits
    written, before = "", ""
    for letter, numbers in _relative(steps, unit):
        again = letter == before
        words = _words([number / unit for number in numbers], digits)
        written += words if again and words.startswith("-") else f" {words}" if again else f"{letter}{words}"
        before = letter
    return written


def _relative(steps: Sequence[Step], unit: int) -> Iterator[tuple[str, list[int]]]:
    """Yield steps as letters and whole parts of a pixel: starts are absolute, what follows is relative."""
    at = start = (0, 0)
    last = len(steps) - 1
    for place, (letter, points) in enumerate(steps):
        ends = [(round(x * unit), round(y * unit)) for x, y in points]
        if letter == "z":
            at = start
            yield "z", []
            continue
        if letter == "M":
            start = ends[-1]
            yield "M", [*start]
        elif letter == "L":
            yield from _line(at, ends[-1], place == last or steps[place - 1][0] == "M")
        else:
            yield letter.lower(), [part for x, y in ends for part in (x - at[0], y - at[1])]
        at = ends[-1]


def _line(at: tuple[int, int], end: tuple[int, int], needed: bool) -> Iterator[tuple[str, list[int]]]:
    """Yield a straight line, if it leads anywhere, or is all that there is of a path."""
    dx, dy = end[0] - at[0], end[1] - at[1]
    if dx and dy:
        yield "l", [dx, dy]
    elif dy:
        yield "v", [dy]
    elif dx or needed:
        yield "h", [dx]


def _words(numbers: Sequence[float], digits: int) -> str:
    words = (_ZERO.sub(r"\1.", f"{number:.{digits}f}".rstrip("0").rstrip(".")) for number in numbers)
    return "".join(f"{'' if word.startswith('-') else ' '}{word}" for word in words).removeprefix(" ")


def reach_of(steps: Sequence[Step]) -> tuple[float, float, float, float]:
    """Return the least and the most x and y of points that a path has: left, top, right, bottom."""
    xs, ys = zip(*(point for _, points in steps for point in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)
