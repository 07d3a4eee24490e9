"""Launching workers: child processes of any interpreter that answer requests until they are closed or lost.

The driver talks to a worker through :class:`Link`, so that tests can put a fake one in its place.
"""

import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, perf_counter_ns
from typing import Any, Protocol

from concbench.drive.workers.child import Child
from concbench.drive.workers.lastwords import ProcessLost, waiting_in, with_cause
from concbench.drive.workers.place import Place
from concbench.drive.workers.replies import Hangup, NoAnswer, Silence, message_in
from concbench.drive.workers.room import FULL, GIB, LOOK_SECONDS, Guard, Overrun
from concbench.drive.workers.strays import in_words
from concbench.measure.failures import is_out_of, outcome
from concbench.measure.shelf import Handed

Message = dict[str, Any]
Tick = Callable[[float], None]

SERVE = """
from concbench.measure.worker import main
main(sys.argv[1:])
"""

START_SECONDS = 60.0
"""Time for each of: to start and tell what the model is, to open it, to close it."""

MEANWHILE = {
    "greeting": " while its code was imported and its model asked whether it is available",
    "open": " while its model was opened",
    "close": " while its model was closed",
}
"""What a worker does that nobody has asked for."""

ABORT_SECONDS = 1.0
"""Time that a worker which hangs gets to write its traceback."""


class WorkerLost(ProcessLost):
    """A worker that gave no answer, with its last words.

    ``outcome`` is ``timeout``, ``crashed``, or, where the system has nothing left to start it with,
    ``exhausted``. ``reason`` says what it did instead; of a fatal error, which and where. ``given`` is the
    reason that it gave itself before it ended, if it did.
    """

    given: str | None = None


class Link(Protocol):
    """The driver's end of a worker."""

    greeting: Message

    def request(self, message: Message, seconds: float) -> Message:
        """Send a request and return its answer; raises WorkerLost."""

    def close(self) -> Message:
        """Let the worker end in order; return how that went: ``close_ns``, and ``left`` in words.

        ``left`` says which processes it left behind, if any. Nothing is returned for a worker that has ended
        or never opened its model. Raises WorkerLost where closing does not end in order.
        """

    def kill(self) -> None:
        """End the worker at once. Harmless if it has ended."""


class ProcessLink:
    """A real worker process. ``kill`` may be called by any thread, and ends what another one waits for.

    Between two requests it is stopped with all its group, where the lifeline ends even those (on Linux): a
    thread or child that a model left at work would slow the others down that take turns on the same CPU.

    ``code`` is what the process runs, and ``meanwhile`` what it does that nobody has asked for, in words.
    With ``later`` it is not waited for until ``meet`` is called, so that several can start at once. It may
    hold ``most_memory`` GiB, None for any number.
    """

    rests = sys.platform == "linux"
    patience = START_SECONDS
    """How long (s) it may take to come up, to open its model, and to close it."""

    def __init__(
        self,
        place: Place,
        setup: Message,
        code: str = SERVE,
        meanwhile: Mapping[str, str] = MEANWHILE,
        *,
        later: bool = False,
        most_memory: float | None = None,
    ) -> None:
        self._busy = threading.RLock()
        self._number, self._meanwhile, self._began = 0, meanwhile, perf_counter_ns()
        try:
            self._child = Child(place, code, setup)
        except OSError as error:
            what = "exhausted" if is_out_of(error) else "crashed"
            raise WorkerLost(what, f"{place.interpreter} cannot be started: {error.strerror}") from error
        self._guard = None if most_memory is None else Guard(self._child, most_memory * GIB)
        if not later:
            self.meet(self.patience)

    def meet(self, seconds: float) -> None:
        """Wait for what the process says of itself, at most ``seconds`` for each; raises WorkerLost."""
        try:
            self.greeting = self._receive("greeting", seconds)
            if self.greeting["unavailable"] is None:
                self.greeting["startup_ns"] = perf_counter_ns() - self._began
                self.greeting |= self._receive("open", seconds)
                self.greeting["gil_by"] = self._child.gil_brought_by() if self.greeting["gil"] else None
                self._signal_group(signal.SIGSTOP)
        except BaseException:
            self.kill()
            raise

    def request(self, message: Message, seconds: float, tick: Tick = lambda _seconds: None) -> Message:
        """Send a request and return its answer; raises WorkerLost, with the worker ended.

        ``tick`` is called with every tick (s) that is told on the way.
        """
        if self._child.requests.closed:
            raise WorkerLost("crashed", "the worker has been ended", "")
        if self.greeting["unavailable"] is not None:
            return outcome("unavailable", self.greeting["unavailable"])
        with self._busy:
            if self._child.lines.unasked():
                raise self._lose_to_end("wrote into the pipe of answers when nothing was asked")
        self._signal_group(signal.SIGCONT)
        self._child.say({**message, "id": self._number})
        answer = self._receive(message["op"], seconds, message, tick)
        self._signal_group(signal.SIGSTOP)
        return answer if self._guard is None else self._guard.explained(answer)

    def _signal_group(self, number: int) -> None:
        """Stop or continue the worker and what it started, if it rests between requests and is there."""
        if self.rests:
            self._child.signal_group(number)

    def _receive(
        self,
        kind: str,
        seconds: float,
        request: Message | None = None,
        tick: Tick = lambda _seconds: None,
    ) -> Message:
        """Return the next message of a kind, and count it: both ends number all messages but ticks."""
        deadline = monotonic() + seconds
        with self._busy:
            while "tick" in (message := self._message(kind, deadline, seconds, request)):
                tick(message["tick"])
            self._number += 1
        return message

    def _message(self, kind: str, deadline: float, seconds: float, request: Message | None) -> Message:
        meanwhile = self._meanwhile.get(kind, "")
        try:
            line = self._line(deadline, guarded=request is not None)
            message = message_in(line, self._number, kind, request)
        except Overrun as error:
            raise self._lose_to_end_by(error) from error
        except Silence as error:
            raise self._lose_to_timeout(f"no answer within {seconds:g} s{meanwhile}") from error
        except Hangup as error:
            closed = None if self._child.await_end(ABORT_SECONDS) else "closed the pipe of answers"
            raise self._lose_to_end(closed, meanwhile) from error
        except NoAnswer as error:
            raise self._lose_to_end(f"sent {error}", meanwhile) from error
        if meanwhile and "outcome" in message:
            lost = self._lose_to_end(f"gave up ({message['reason']})", meanwhile)
            lost.given = message["reason"]
            raise lost
        return message

    def _line(self, deadline: float, *, guarded: bool) -> bytes:
        """Return the next line; a worker at a request that may take so much is looked at meanwhile."""
        while guarded and self._guard is not None:
            try:
                return self._child.lines.next(min(deadline, monotonic() + LOOK_SECONDS))
            except Silence:
                if monotonic() >= deadline:
                    raise
            self._guard.look()
        return self._child.lines.next(deadline)

    def _lose_to_end_by(self, overrun: Overrun) -> WorkerLost:
        self._child.end()
        words = self._child.last_words()
        self.kill()
        return WorkerLost("exhausted", str(overrun), words)

    def _lose_to_timeout(self, reason: str) -> WorkerLost:
        """Ask the worker where it hangs (its fault handler answers SIGABRT with a traceback), and end it."""
        self._child.signal(signal.SIGABRT)
        self._child.await_end(ABORT_SECONDS)
        self._child.end()
        words = self._child.last_words()
        where = waiting_in(words)
        self.kill()
        return WorkerLost("timeout", f"{reason}, {where}" if where else reason, words)

    def _lose_to_end(self, how: str | None, meanwhile: str = "") -> WorkerLost:
        self._child.end()
        words = self._child.last_words()
        self.kill()
        reason = f"the worker {how or self._child.how_it_ended()}{meanwhile}"
        return WorkerLost("crashed", reason if how else with_cause(reason, words), words)

    def close(self) -> Message:
        """Close the request pipe and wait for the worker's last message; raises WorkerLost."""
        if self._child.requests.closed:
            return {}
        self._child.requests.close()
        self._signal_group(signal.SIGCONT)
        try:
            if self.greeting["unavailable"] is not None:
                return {}
            last = self._receive("close", self.patience)
            self._child.await_end(ABORT_SECONDS)
            left = self._child.family.others_that_stay()
            return {**last, "left": in_words(left) if left else None}
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process and what it has started, wait for it, and close the pipes."""
        self._child.end()
        with self._busy:  # another thread may still be reading how it ended
            self._child.close()


def launch(
    place: Place | Path,
    model: str,
    *,
    cpus: Sequence[int] = (),
    plugins: Sequence[Handed] = (),
    loops: Sequence[str] = (),
    most_memory: float | None = None,
    link: type[ProcessLink] = ProcessLink,
) -> ProcessLink:
    """Start a worker for ``model`` in a place, or in a mere interpreter; raises WorkerLost if it stays away.

    What did not come up in time once is not waited for again: the next worker of its kind is lost at once,
    until ``forget_lost`` is called. The worker may hold ``most_memory`` GiB, None for any number.
    """
    place = Place(place) if isinstance(place, Path) else place
    setup = {"model": model, "cpus": list(cpus), **place.imports(plugins, loops, model)}
    setup |= {"full": FULL} if most_memory is not None else {}
    kind = json.dumps([str(place), setup])
    if kind in _in_vain:
        known = _in_vain[kind]
        raise WorkerLost(known.outcome, known.reason, known.last_words)
    try:
        return link(place, setup, most_memory=most_memory)
    except WorkerLost as lost:
        if lost.outcome == "timeout":
            _in_vain[kind] = lost
        raise


def forget_lost() -> None:
    """Let workers be waited for again whose kind did not come up in time."""
    _in_vain.clear()


_in_vain: dict[str, WorkerLost] = {}
"""How workers were lost that did not come up in time, by all that they were started with."""
