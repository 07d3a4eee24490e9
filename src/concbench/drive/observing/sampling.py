"""Samples of a worker at work: where it is, in C and in Python, at the ticks of its threads' CPU clocks.

At a tick (:mod:`concbench.measure.ticking`) a thread stops by itself, where it was when the tick came, and
stands there until it has been looked at: how soon that is, and how busy the machine, changes nothing of what
is seen. A sample stands for the CPU time that the thread took since the one before: together they are what
those threads used. A thread that is started meanwhile is not seen, and what it used is in no sample.

To stop a thread from outside would not do: it stops when it next enters the system or leaves it, so that one
that often does is mostly found there.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from struct import iter_unpack
from typing import TypeVar

from concbench.drive.observing.frames import FrameMap
from concbench.drive.observing.mapped import NOWHERE, CFunction, CodeMap
from concbench.drive.observing.tracee import WORD, Registers, Tracee, is_of_a_child
from concbench.measure.ticking import SIGNAL

EVERY_NS = 1_900_000
"""A tick is asked for so often; it comes with the next of the system's own, of which there are 100 to 1000 a
second."""

LOOK_S = 0.0002
"""How often it is looked whether a thread has stopped."""

STACK_WORDS = 192
"""Words of the stack that are searched for functions which called the one that was seen."""

EVALUATES = "_PyEval_EvalFrame"
"""How the functions of CPython begin that run Python code: beyond the first is another frame's."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One sample as it was read: the CPU time (ns) it stands for; registers, stack and codes of who ran.

    ``main`` are the codes of the frames of the main thread, which says whether a run is timed, down to that.
    """

    cpu_ns: int
    registers: Registers
    stack: bytes
    frames: tuple[int, ...]
    main: tuple[int, ...]


@dataclass(slots=True)
class Watch:
    """Watches threads of a worker, time and again, as if all that they do meanwhile were one piece.

    ``unseen`` is the CPU time (ns) that each has taken since its last sample.
    """

    pid: int
    frames: FrameMap
    seen: list[Glimpse] = field(default_factory=list)
    unseen: dict[int, int] = field(default_factory=dict)

    def observed_while(self, frames: FrameMap, do: Callable[[], Answer]) -> Answer:
        """Return what ``do`` returns, and keep what is seen of the worker meanwhile; raises Unobservable."""
        self.frames = frames
        begun, over = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(self._watch, begun, over)
            watching.add_done_callback(lambda _done: begun.set())
            begun.wait()
            try:
                answer = do() if not watching.done() else None
            finally:
                over.set()
            watching.result()
        return answer  # type: ignore[return-value]

    def _watch(self, begun: threading.Event, over: threading.Event) -> None:
        threads: dict[int, Tracee] = {}
        with ExitStack() as seized, suppress(OSError):  # it has ended, which who asked it will be told
            for thread in dict.fromkeys((self.pid, *self.frames.threads)):
                if thread != self.pid and not is_of_a_child(thread, self.pid):
                    continue  # it has ended since
                threads[thread] = Tracee(thread, self.pid)
                seized.callback(threads[thread].let_go)
            used = {one: cpu_ns_of(self.pid, one) - self.unseen.get(one, 0) for one in threads}
            begun.set()
            while not over.wait(LOOK_S):
                for thread, tracee in threads.items():
                    self._look(thread, tracee, used)
            self.unseen = {one: cpu_ns_of(self.pid, one) - used[one] for one in threads}

    def _look(self, thread: int, tracee: Tracee, used: dict[int, int]) -> None:
        """Keep where a thread has stopped at a tick, and let it go on; hand over any other signal."""
        number = tracee.stopped_at()
        if number is None:
            return
        if number == SIGNAL and (registers := tracee.registers()) is not None:
            now, until = cpu_ns_of(self.pid, thread), frozenset((self.frames.timed, self.frames.root))
            stack = tracee.memory(registers.stack, WORD * STACK_WORDS)
            frames = self.frames.now(tracee.words, thread, until)
            main = frames if thread == self.pid else self.frames.now(tracee.words, self.pid, until)
            self.seen.append(Glimpse(now - used[thread], registers, stack, frames, main))
            used[thread] = now
        tracee.go_on(0 if number == SIGNAL else number)


def cpu_ns_of(pid: int, thread: int) -> int:
    """Return the CPU time (ns) of a thread, exact while it stands still; raises OSError once it ended."""
    return int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_bytes().split()[0])


def callers(glimpse: Glimpse, code: CodeMap) -> Iterator[CFunction]:
    """Yield the functions in C that were at work for the innermost Python frame, innermost first.

    The first is sure, the others are addresses on the stack that lie in a function, behind its beginning:
    some may be left from calls that have returned. It ends with the function that runs Python code.
    """
    here = code.at(glimpse.registers.pc)
    yield here
    if here.function.startswith(EVALUATES):
        return
    words = [one for (one,) in iter_unpack("Q", glimpse.stack)]
    for word in (glimpse.registers.link, *words):
        place = code.at(word) if word else NOWHERE
        if place.function and code.at(word - 1) == place:
            yield place
            if place.function.startswith(EVALUATES):
                return
