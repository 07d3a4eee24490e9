"""The profiling hook: sees tasks take their steps though nobody wrapped them.

The interpreter's profiling hook tells when a function's code is entered and left, in any thread that it can
be set in (see ``profiled``). Entering
a task's outermost frame is a start or a resume, leaving it a suspension or the end, so it fills a
ledger like the one of a watched run, from the very factories and primitives that a timed run gets.
"""

import sys
import threading
from _thread import get_ident
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType, MappingProxyType
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Watching, function_of, is_unstarted, own_code, suspended_tasks


def told_or_refused(current: Callable[[], object]) -> Callable[[], object]:
    """Return a function that tells what ``current`` does; what it raises counts as one who runs tasks.

    In a task that the model runs it does not raise, or the watched pass would have. An error from a hook
    would be raised in the task.
    """

    def tell() -> object:
        try:
            return current()
        except Exception as error:  # noqa: BLE001  (it is told apart by its type)
            return type(error)

    return tell


def made_already(codes: Collection[CodeType]) -> int:
    """Return how many generators and coroutines of these codes have not taken their first step."""
    return sum(map(is_unstarted, suspended_tasks(codes)))


class ProfileHook:
    """A profiling hook that reports the steps of tasks to a ledger. Tasks are numbered as they start.

    Of several runs that follow each other each has a ledger of its own (``turn_to``). ``codes`` are those of
    tasks. Those of the tasks that tasks make are learnt when a primitive is called with their factories:
    ``bearing`` has the code of each such primitive, and the name of that parameter.
    """

    def __init__(
        self,
        ledger: Ledger,
        watching: Watching,
        codes: Iterable[CodeType],
        bearing: Mapping[CodeType, str] = MappingProxyType({}),
    ) -> None:
        self._ledger, self._watching, self._bearing = ledger, watching, bearing
        self._instructions = {code: code.co_code for code in codes}
        self._learnt: dict[int, object] = {}
        self._alive: dict[int, tuple[object, int, Ledger]] = {}
        self._lock = threading.Lock()
        self._met = 0

    def turn_to(self, ledger: Ledger) -> None:
        """Report the tasks that start from now on to another ledger, and the others where they started."""
        with self._lock:
            self._ledger, self._met = ledger, 0

    def hook(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Take note of one profiling event; frames that a task's own frame called are part of that task."""
        if event not in ("call", "return"):
            return
        if event == "call" and frame.f_code in self._bearing and self._by_a_task(frame):
            self._learn(frame.f_locals.get(self._bearing[frame.f_code]))
        instructions = self._instructions.get(frame.f_code)
        if instructions is None:
            return
        caller = frame.f_back
        if caller is not None and caller.f_code in self._instructions:
            return
        subject = self._watching.subject(frame)
        if event == "call":
            self._enter(subject)
        else:
            goes_on = self._watching.goes_on(subject, instructions[frame.f_lasti])
            self._leave(subject, ended=not goes_on)

    def _by_a_task(self, frame: FrameType | None) -> bool:
        """Say whether a task stands on the stack: a model may run the first tasks by the same primitive."""
        while frame is not None:
            if frame.f_code in self._instructions:
                return True
            frame = frame.f_back
        return False

    def _learn(self, factories: Any) -> None:
        """Learn the code of tasks to come, by a factory of each function that makes them."""
        for factory in factories if isinstance(factories, list | tuple) else ():
            function = function_of(factory)
            if own_code(function) not in self._instructions and id(function) not in self._learnt:
                self._learnt[id(function)] = function
                code = self._watching.code(factory)
                self._instructions[code] = code.co_code

    def _enter(self, subject: object) -> None:
        known = self._alive.get(id(subject))
        if known is None:
            index, ledger = self._meet(subject)
            ledger.start(index, index)
        else:
            known[2].resume(known[1], known[1])

    def _leave(self, subject: object, *, ended: bool) -> None:
        known = self._alive.get(id(subject))
        if known is None:
            return
        if ended:
            del self._alive[id(subject)]
            known[2].finish(known[1])
        else:
            known[2].suspend(known[1])

    def _meet(self, subject: object) -> tuple[int, Ledger]:
        """Give a task its number; one more than there should be gets an entry too."""
        with self._lock:
            index, ledger = self._met, self._ledger
            self._met += 1
            if index == len(ledger.tasks):
                ledger.expect(1)
                ledger.spawn(index)
            self._alive[id(subject)] = (subject, index, ledger)
        return index, ledger


class Unwitnessable(Exception):
    """Why nobody can say whether a model does the work: no accusation, but no figures either."""


SEES_ALL_THREADS = hasattr(threading, "setprofile_all_threads")
"""Whether threads that run already can be looked into: since Python 3.12."""


@contextmanager
def profiled(hook: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """Have the interpreter call ``hook`` in this thread and in those that the threading module starts now.

    Since Python 3.12 it is called in all threads that run already, too (``SEES_ALL_THREADS``). It never is in
    those that are started meanwhile by other means, say ``_thread.start_new_thread``.
    """
    before = sys.getprofile()
    _set_everywhere(hook)
    try:
        yield
    finally:
        _set_everywhere(before)


def _set_everywhere(hook: Callable[..., object] | None) -> None:
    if SEES_ALL_THREADS:
        threading.setprofile_all_threads(hook)  # type: ignore[attr-defined]
    else:
        threading.setprofile(hook)
    sys.setprofile(hook)


def running_threads(ledger: Ledger) -> frozenset[int]:
    """Return the threads, but for this one, in which tasks ran that are still there, as in a pool."""
    return frozenset({task.thread for task in ledger.tasks if task.started} - {get_ident()}) & others()


def others() -> frozenset[int]:
    """Return the identifiers of all threads but this one, those included that nobody entered in threading."""
    return frozenset(sys._current_frames()) - {get_ident()}


def require_seen(unwatched: Ledger, watched: Ledger, running: frozenset[int]) -> None:
    """Raise Unwitnessable where tasks were not seen that may have run in threads that nobody can look into.

    These are threads that the threading module did not start, and before Python 3.12 all (``running``) that
    were there before the model was opened.
    """
    seen = [task.started > 0 for task in unwatched.tasks]
    if not all(seen) and any(task.raw for task in watched.tasks):
        raise Unwitnessable(
            "its tasks run in threads that the threading module did not start (as _thread.start_new_thread "
            "does), and nobody can look into those"
        )
    if running and not SEES_ALL_THREADS and not any(seen):
        raise Unwitnessable(
            f"Python {sys.version_info.major}.{sys.version_info.minor} cannot look into threads that a model "
            "started before it was opened; from 3.12 on it can"
        )
