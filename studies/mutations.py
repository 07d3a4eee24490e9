"""Damage to run files: values, types, keys and lines are changed, swapped, doubled and cut."""

import copy
import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[Any, ...]

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        0.5,
        -0.5,
        1e-300,
        1e308,
        -1e308,
        2**31,
        2**53,
        2**63 - 1,
        2**63,
        2**64,
    ),
    *(10**400, -(10**400), "", "x", "1", "asyncio", "\x1b[31m", "a" * 3000, "0001-01-01T00:00:00+00:00"),
    *("9999-12-31T23:59:59+00:00", "2026-01-01T00:00:00", [], {}, [1, {"a": None}], [None], {"a": [1]}, [[]]),
    *([1, 2], ["x"], {"": 0}, "single", "time", "memory", "task"),
)
"""What a value is replaced by."""


def places_in(value: Any, here: Place = ()) -> list[Place]:
    """Return the places of all values within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here] * bool(here) + [place for key, one in inner for place in places_in(one, (*here, key))]


def at(value: Any, place: Place) -> Any:
    """Return the value at a place."""
    for key in place:
        value = value[key]
    return value


def change_value(records: list[Record], draw: random.Random) -> None:
    """Change one value of one record: to another kind, another size, or that of another place; or drop it."""
    record = records[0] if draw.random() < 0.4 else draw.choice(records)
    places = places_in(record)
    # The environment is large and little read; what is near the top is read by everyone.
    place = min(draw.sample(places, min(2, len(places))), key=len)
    holder, key = at(record, place[:-1]), place[-1]
    old = holder[key]
    match draw.randrange(8):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(at(record, draw.choice(places)))
        case 2 if type(old) in (int, float):
            near = max(-1e300, min(1e300, old))  # a whole number may be too large for a float
            holder[key] = draw.choice([old + 1, -old, near * 1e6, old * 10**18, near / 7, old - 1, str(old)])
        case 2 if isinstance(old, list):
            holder[key] = [*old, *old]
        case 3 if isinstance(holder, dict):
            holder[str(key) + "_"] = holder.pop(key)
        case _:
            holder[key] = copy.deepcopy(draw.choice(VALUES))


def double_line(records: list[Record], draw: random.Random) -> None:
    """Let a line stand there twice, near or far."""
    copied = copy.deepcopy(draw.choice(records[1:]))
    records.insert(draw.randrange(1, len(records) + 1), copied)


def swap_lines(records: list[Record], draw: random.Random) -> None:
    """Let two lines change places."""
    one, other = (draw.randrange(len(records)) for _ in "ab")
    records[one], records[other] = records[other], records[one]


def cut_lines(records: list[Record], draw: random.Random) -> None:
    """Leave out one line, or a stretch of lines."""
    start = draw.randrange(len(records))
    del records[start : start + draw.choice([1, 1, 1, 5, len(records)])]


def graft_line(records: list[Record], others: Sequence[Record], draw: random.Random) -> None:
    """Put a line of another file between those of this one."""
    records.insert(draw.randrange(len(records) + 1), copy.deepcopy(draw.choice(others)))


def damaged(files: dict[str, list[Record]], name: str, draw: random.Random) -> bytes:
    """Return a file with one to three changes."""
    records = copy.deepcopy(files[name])
    for _ in range(draw.choice([1, 1, 2, 3])):
        if len(records) < 3:
            break
        others = files[draw.choice(sorted(files))]
        ways: list[Callable[[], None]] = [
            *[lambda: change_value(records, draw)] * 8,
            *[lambda: double_line(records, draw)] * 2,
            lambda: swap_lines(records, draw),
            lambda: cut_lines(records, draw),
            partial(graft_line, records, others, draw),
        ]
        draw.choice(ways)()
    content = b"".join(spelled(record) for record in records)
    if draw.random() < 0.05:
        content = content[: draw.randrange(len(content) + 1)]
    return content


def spelled(record: Record) -> bytes:
    """Return a record as a line; one that strict JSON cannot hold too."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
