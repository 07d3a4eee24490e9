"""Room: how much of the machine a worker may take, and what becomes of one that has taken it.

It is looked at while its answer is waited for. One that has taken its room is told so by a signal, says how
many tasks are alive, and ends (:mod:`concbench.measure.room`); one that goes on instead is ended, so that the
kernel never has to choose whom to end. What it may not take is more than its limit of memory, and what
everybody else needs: the last of the machine's memory, and of its threads.
"""

import signal
from dataclasses import dataclass
from time import monotonic
from typing import Any

from concbench.drive.host.left import memory_left, threads_left
from concbench.drive.workers.child import Child
from concbench.measure.failures import outcome

Message = dict[str, Any]

FULL: int = getattr(signal, "SIGUSR2", 0)
"""The signal that tells a worker to end. (Windows has none such, and measures nothing.)"""

LOOK_SECONDS = 0.05
"""How often a worker is looked at. One takes some 2 GB in a second at most, and starts 20,000 threads."""

KEPT_BYTES, KEPT_THREADS = 1 << 30, 2000
"""What is left to others."""

OVERRUN_BYTES = KEPT_BYTES // 2
"""How much more a worker may take while it counts, and ends: more is not waited for."""

COUNT_SECONDS = 60.0
"""How long that may take: several million objects are looked through."""

GIB = 1 << 30


class Overrun(Exception):
    """A worker has taken all its room, and does not end; says what it has taken."""


@dataclass(frozen=True, slots=True)
class RoomUsed:
    """What a worker holds (bytes), and what is left to all: bytes, threads; None where nobody tells."""

    held: int | None
    memory_left: int | None
    threads_left: int | None

    @classmethod
    def by(cls, pid: int) -> "RoomUsed":
        """Read what a process has taken now."""
        from concbench.measure.probe import resident_bytes  # noqa: PLC0415  (Windows has no such module)

        return cls(resident_bytes(pid), memory_left(), threads_left())

    def too_much(self, most_bytes: float) -> str | None:
        """Return what is used up, as a reason, or None."""
        if self.held is not None and self.held > most_bytes:
            return f"the worker held {most_bytes / GIB:g} GiB, the most that it may (--most-memory)"
        if self.memory_left is not None and self.memory_left < KEPT_BYTES:
            held = "" if self.held is None else f", {self.held / GIB:.1f} GiB of it by the worker"
            return f"all memory of this machine but {KEPT_BYTES / GIB:g} GiB was taken{held}"
        if self.threads_left is not None and self.threads_left < KEPT_THREADS:
            return f"all threads that this system can have but {KEPT_THREADS}, which others need, were taken"
        return None


class Guard:
    """Looks at one worker, which may hold ``most_bytes``."""

    def __init__(self, child: Child, most_bytes: float) -> None:
        self._child, self._most_bytes = child, most_bytes
        self._reason: str | None = None
        self._told = 0.0

    def look(self) -> None:
        """Tell the worker to end if it has taken its room; raises Overrun if it was told, and goes on."""
        taken = RoomUsed.by(self._child.pid)
        if self._reason is None:
            self._reason = taken.too_much(self._most_bytes)
            if self._reason is not None:
                self._told = monotonic()
                self._child.signal(FULL)
            return
        short = taken.memory_left is not None and taken.memory_left < KEPT_BYTES - OVERRUN_BYTES
        grown = taken.held is not None and taken.held > self._most_bytes + OVERRUN_BYTES
        if short or grown or monotonic() - self._told > COUNT_SECONDS:
            raise Overrun(f"{self._reason}; it was ended before it could say how many tasks were alive")

    def explained(self, answer: Message) -> Message:
        """Return an answer; that of a worker which was told to end with the reason.

        What it answers in the moment in which it is told is no figure either: it has taken more than it may.
        """
        if self._reason is None:
            return answer
        if answer.get("outcome") == "exhausted":
            return answer | {"reason": f"{self._reason}; {answer['reason']}"}
        return outcome("exhausted", f"{self._reason}, just before the run ended")
