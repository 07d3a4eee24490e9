"""What the leaves of a tree do beside waiting: the same code in all wordings.

``none``: it returns at once. ``switch``: it hands over once. ``sleep``: it waits. ``memo``: nine of ten find
a value that was looked up before and return at once; the first works it out, and waits as who looks it up
elsewhere does. ``cpu``: it computes.
"""

from collections.abc import Callable
from functools import partial

from concbench.workloads.steps import after, compute, start_of

LEAVES = ("none", "switch", "sleep", "memo", "cpu")
SHARE = 10
"""So many leaves share a value of the memo."""

Memo = dict[int, int]
Find = Callable[[int, int, Memo], tuple[int, bool]]
"""Takes the tree's number, the leaf's place and the memo; returns its value, and whether it has to wait."""


def found_by(leaf: str, work: int) -> Find:
    """Return how a leaf comes by its value; ``work``: how many steps it computes, where it does.

    No two leaves have the same, so that none can stand for another.
    """
    if leaf == "memo":
        return partial(recall, work)
    if leaf == "cpu":
        return lambda number, place, _memo: (compute(start_of(number + place), work), False)
    waits = leaf != "none"
    return lambda number, place, _memo: (number + place, waits)


def recall(work: int, number: int, place: int, memo: Memo) -> tuple[int, bool]:
    """Return a leaf's value; who does not find what it is made of in the memo puts it there, and waits."""
    key = place // SHARE
    known = memo.get(key)
    if known is not None:
        return known + place, False
    memo[key] = value = compute(start_of(number + key), work)
    return value + place, True


def value_of(leaf: str, work: int, number: int, place: int) -> int:
    """Return what a leaf has to return, without doing the work."""
    if leaf == "memo":
        return after(start_of(number + place // SHARE), work) + place
    return after(start_of(number + place), work) if leaf == "cpu" else number + place
