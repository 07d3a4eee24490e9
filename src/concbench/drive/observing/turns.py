"""Turns at a cell with an observer and without: what was seen, and what it takes when nobody looks.

Both are samples as any other: the CPU time of those without an observer is the whole that what was seen has
to add up to, and the machine's drift hits both alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

from concbench.drive.observing.frames import FrameMap
from concbench.drive.observing.mapped import CodeMap
from concbench.drive.observing.sampling import EVERY_NS, Watch
from concbench.drive.observing.spots import Spot, codes_told, names_wanted, spots_of
from concbench.drive.observing.tracee import Unobservable
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.lastwords import ProcessLost
from concbench.outcomes import CellOutcome

Message = dict[str, Any]

FEWEST_TURNS = 2
UNTIMED = 0
LONGEST = 5
"""How many times as long as it is to be seen at work a worker is observed that mostly waits."""


@dataclass(frozen=True, slots=True)
class Observation:
    """So many ``runs`` were seen, in ``spots``, and as many took ``cpu_ns`` while nobody looked."""

    runs: int
    cpu_ns: int
    spots: Sequence[Spot]

    def and_(self, other: "Observation") -> "Observation":
        """Return both together."""
        spots = [*self.spots, *other.spots]
        return Observation(self.runs + other.runs, self.cpu_ns + other.cpu_ns, spots)


def asked(client: WorkerClient, message: Message, seconds: float) -> Message:
    """Return what a worker answers; raises ProcessLost with the outcome where it has no figures."""
    answer = client.ask(message, seconds)
    if "outcome" in answer:
        raise ProcessLost(answer["outcome"], answer["reason"], answer.get("last_words") or "")
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Watches the worker of ``client`` at a cell, ``number`` runs in each slice, within ``timeout`` s.

    ``tell`` is told after each turn for how long (ns of CPU time) the worker was at it meanwhile.
    """

    client: WorkerClient
    cell: Mapping[str, Any]
    number: int
    timeout: float
    random: Random
    tell: Callable[[int], None] = lambda _cpu_ns: None

    def observe(self, seconds: float) -> Observation:
        """Return what was seen in slices that took ``seconds`` of CPU time, or LONGEST times as long.

        Raises ProcessLost for a cell that fails, and Unobservable where nobody can look.
        """
        watch = Watch(self._pid(), self._frames())
        turns, cpu_ns, seen_ns, until = 0, 0, 0, perf_counter() + LONGEST * seconds
        while turns < FEWEST_TURNS or (seen_ns < 1e9 * seconds and perf_counter() < until):
            before = cpu_ns + seen_ns
            if turns % 2 == 0:
                cpu_ns += self._slice()["cpu_ns"]
            frames = self._frames()  # a model, or a workload, may have started threads
            seen_ns += watch.observed_while(frames, partial(self._ticking, frames))["cpu_ns"]
            if turns % 2:
                cpu_ns += self._slice()["cpu_ns"]
            turns += 1
            self.tell(cpu_ns + seen_ns - before)
        wanted = names_wanted(watch.seen)
        names = asked(self.client, {"op": "names", "codes": wanted}, self.timeout)["names"]
        spots = spots_of(watch.seen, watch.frames, codes_told(names), CodeMap.of(watch.pid))
        return Observation(turns * self.number, cpu_ns, list(spots))

    def _ticking(self, frames: FrameMap) -> Message:
        """Have a slice done at which its threads get ticks; raises Unobservable where they get none."""
        first = {str(thread): self.random.randint(1, EVERY_NS) for thread in frames.threads}
        self._unless_unavailable({"op": "ticks", "threads": first, "every_ns": EVERY_NS})
        answer = self._slice()
        self._unless_unavailable({"op": "ticks", "threads": {}, "every_ns": EVERY_NS})
        return answer

    def _unless_unavailable(self, message: Message) -> Message:
        answer = self.client.ask(message, self.timeout)
        if answer.get("outcome") == CellOutcome.UNAVAILABLE:
            raise Unobservable(answer["reason"])
        if "outcome" in answer:
            raise ProcessLost(answer["outcome"], answer["reason"])
        return answer

    def _slice(self) -> Message:
        about = {"op": "slice", **self.cell, "number": self.number, "untimed": UNTIMED}
        return asked(self.client, about, self.timeout)

    def _pid(self) -> int:
        greeting = self.client.greet()
        if "pid" not in greeting:
            raise ProcessLost(greeting["outcome"], greeting["reason"])
        return int(greeting["pid"])

    def _frames(self) -> FrameMap:
        frames = FrameMap.told(self._unless_unavailable({"op": "sight"}))
        if self._pid() not in frames.threads:
            raise Unobservable("the worker does not say where the frames of its main thread are")
        return frames
