"""The turns of a pair at a benchmark: both sides run into it, are timed in slices, and run to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import lcm
from typing import Any

from concbench.drive.pairing import SLICES, PairedCell
from concbench.drive.slices import Turns
from concbench.drive.workers.launch import Link

Message = dict[str, Any]

SLICE_NS = 2_000_000
"""A slice of a short benchmark is repeated until it takes this long, as one of the suite's own is."""

LONG_NS = 50_000_000
"""A call that takes this long, with what is done around it, has few slices."""

AROUND_NS = 20_000_000
"""A slice of calls that have something done around each takes about this long in all, at most."""

FEW_SLICES = 2

PREPARED_NS = 10_000_000
"""Calls that have something done before all of them are timed for up to this long, to be worth it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a benchmark is called in a pair, on each side.

    ``number`` calls make a slice, after ``untimed`` others; ``warm``: as many go before the first slice.
    """

    number: int
    slices: int
    untimed: int
    warm: bool

    def calls(self) -> int:
        """Return how many calls a pair makes on each side."""
        return self.slices * (self.number + self.untimed) + (self.number if self.warm else 0)


MOST_CALLS = 10_000
"""Calls of a slice, at most."""

MUCH = 4
"""A call of head that takes so many times ``LONG_NS`` has few slices, however short it is at base."""


def pace_of(about: Mapping[str, Any]) -> Pace:
    """Return how often to call a benchmark that told this of itself when it was tried.

    One that stands few calls in a process (``most``) has them all timed. All numbers are multiples of its
    ``sample``.
    """
    once_ns, whole_ns = about["once_ns"], max(about["once_ns"], about["whole_ns"])
    around_ns, sample, most = about["around_ns"], about["sample"], about["most"]
    long = max(sample * whole_ns, around_ns) >= LONG_NS
    aim_ns = min(PREPARED_NS, max(SLICE_NS, around_ns // 4))
    number = min(MOST_CALLS, max(1, -(-aim_ns // once_ns)), max(1, AROUND_NS // whole_ns))
    slices = FEW_SLICES if long else SLICES
    if most is not None:
        slices = max(1, min(slices, most // sample))
        return Pace(_samples(min(number, most // slices), sample), slices, 0, warm=False)
    untimed = 0 if long or around_ns >= SLICE_NS else _samples(number // 4, sample)
    return Pace(_samples(number, sample), slices, untimed, warm=True)


def pace_of_both(base: Mapping[str, Any], head: Mapping[str, Any]) -> Pace:
    """Return a pace that both sides stand: samples of either are whole, and neither is called too often.

    How long a call takes is what base told, so that a change of that changes nothing else; but where base's
    number of calls would keep head busy for longer than ``LONG_NS``, there are as many as fit into that.
    """
    few = [about["most"] for about in (base, head) if about["most"] is not None]
    sample = lcm(base["sample"], head["sample"])
    pace = pace_of({**base, "sample": sample, "most": min(few, default=None)})
    longer_ns = max(head["once_ns"], head["whole_ns"])
    if longer_ns >= MUCH * LONG_NS:
        pace = replace(pace, slices=min(FEW_SLICES, pace.slices), untimed=0)
    number = min(pace.number, _samples(LONG_NS // longer_ns, sample))
    return replace(pace, number=number, untimed=min(pace.untimed, number))


def _samples(number: int, sample: int) -> int:
    """Return as many calls as whole samples have, at least one."""
    return max(1, number // sample) * sample


class ServedTurns(Turns):
    """The turns at one benchmark: beginning it, its slices A B B A, and its end, on both sides in turn.

    ``following`` is the one that comes after it in this pair, so that what both share is kept.
    """

    def __init__(
        self, cell: PairedCell, pace: Pace, first: int, seconds: float, following: str | None
    ) -> None:
        super().__init__(cell, pace.number, first, seconds)
        self._pace, self._following = pace, following
        both = [first, 1 - first]
        slices = self.order[2:]
        warm = both if pace.warm else []
        self.order = [*both, *warm, *slices, *both]
        self._asked = iter(
            [*(["begin"] * 2), *(["warm"] * len(warm)), *(["slice"] * len(slices)), *(["end"] * 2)]
        )

    def take(self, link: Link, side: int) -> Message:
        """Let ``side`` take its next turn, and return the worker's answer; raises WorkerLost."""
        operation = next(self._asked)
        answer = link.request({"op": operation, **self._told(operation)}, self.seconds)
        if operation == "slice":
            self._slices[side].append(answer)
        return answer

    def _told(self, operation: str) -> Message:
        pace = self._pace
        told: dict[str, Message] = {
            "begin": {"test": self.cell.id, "next": self._following},
            "warm": {"number": pace.number},
            "slice": {"number": pace.number, "untimed": pace.untimed},
            "end": {},
        }
        return told[operation]
