"""The work of twenty benchmarks. ``MORE`` names those that do 1.05 times as much."""

import asyncio
import json
import re

MORE: frozenset[str] = frozenset()

TEXT = "in the beginning was the loop, and the loop was with the scheduler " * 20
WORDS = re.compile(r"\bloop\b")
RECORDS = [{"id": number, "name": f"n{number}", "tags": ["a", "b", "c"]} for number in range(60)]


def times(name: str, number: int) -> int:
    """Return a number, or 1.05 times as much where a benchmark does more."""
    return number + number // 20 if name in MORE else number


def additions(number: int) -> int:
    """Add so many ones, one by one; return how many."""
    total = 0
    for _ in range(number):
        total += 1
    return total


async def stepping(number: int, suspensions: int) -> int:
    """Add before each of some suspensions; return how many ones."""
    total = 0
    for _ in range(suspensions):
        for _ in range(number):
            total += 1
        await asyncio.sleep(0)
    return total


class Point:
    """An object with two attributes."""

    __slots__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y


def points(number: int) -> list[Point]:
    """Make so many objects."""
    return [Point(number, 1) for number in range(number)]


def texts(number: int) -> str:
    """Format so many numbers."""
    return ",".join(f"{one:05d}" for one in range(number))


def substituted(number: int) -> int:
    """Look for a word in a text; return how often it is there."""
    return sum(len(WORDS.findall(TEXT)) for _ in range(number))


def dumped(number: int) -> int:
    """Write records as JSON; return the length of the text."""
    return sum(len(json.dumps(RECORDS)) for _ in range(number))


def counted(number: int) -> dict[int, int]:
    """Count remainders in a dictionary."""
    found: dict[int, int] = {}
    for one in range(number):
        found[one % 97] = found.get(one % 97, 0) + 1
    return found


def ordered(number: int) -> list[int]:
    """Sort numbers that are in no order."""
    return sorted((one * 7919) % 10007 for one in range(number))
