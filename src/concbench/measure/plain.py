"""Plain data: what a task may return, since looking at it cannot run any code of the model's.

An object of a class of one's own may do the work that it stands for when it is compared, iterated over or
counted, which is after the clock has stopped. Numbers, text and containers of exactly these types cannot.
"""

import sys
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from concbench.words import a_kind

ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
CONTAINERS = frozenset({tuple, list, set, frozenset, dict})

DEEPEST = 50
"""Levels of containers within containers that a result may have: one that holds itself has no end of them."""


def unlike_plain(results: Sequence[Any]) -> str | None:
    """Return which of a run's results is no plain data, as a sentence that names its task, or None."""
    if ATOMS.issuperset(map(type, results)):
        return None
    for index, result in enumerate(results):
        strange = _strange(result, DEEPEST)
        if strange is not None:
            return f"task {index} returned {strange}; results are plain data (numbers, text, tuples …)"
    return None


def _strange(value: Any, levels: int) -> str | None:
    """Return what in ``value`` is not plain, by its type, or that it has more ``levels``; or None."""
    kind = type(value)
    if kind in ATOMS:
        return None
    if kind not in CONTAINERS:
        return a_kind(kind)
    if not levels:
        return f"data nested more than {DEEPEST} levels deep"
    inner = map(_strange, _inner(value), repeat(levels - 1))
    return next((strange for strange in inner if strange is not None), None)


def size_of(value: Any) -> int:
    """Return the bytes that plain data takes at most: what is in it twice counts twice."""
    return sys.getsizeof(value) + sum(map(size_of, _inner(value)))


def _inner(value: Any) -> Iterable[Any]:
    """Return what a container holds; nothing for what is none."""
    if type(value) is dict:
        return (*value.keys(), *value.values())
    return value if type(value) in CONTAINERS else ()
