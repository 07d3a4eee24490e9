"""Asking a process of its own what a plug-in or an event loop is, so that this process imports none of it.

Such a process is started when there is something to ask, and ended before anything is measured.
"""

import contextlib
import signal
import threading
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any
from weakref import WeakSet

from concbench.drive.workers.answers import wrong
from concbench.drive.workers.child import Child
from concbench.drive.workers.descriptions import ERROR, complaint_about_description
from concbench.drive.workers.lastwords import cause, waiting_in
from concbench.drive.workers.place import Place
from concbench.drive.workers.replies import Hangup, NoAnswer, Silence, object_in
from concbench.validators import Validator
from concbench.words import plain_text
from concbench.workloads.catalogue import PluginError

Message = dict[str, Any]

TELL = """
from concbench.measure.telling import main
main(sys.argv[1:])
"""

SECONDS = 30.0
"""How long an import, or an answer, may take."""

END_SECONDS = 1.0
"""Time to end for a process that has closed the pipe of its answers."""

DOING = {
    "description": "importing it or asking what it defines",
    "about": "asking whether {of} is available and which version it has",
}
"""What a process is about when it is asked something, where that is no question about a workload."""


AT_WORK: "WeakSet[Informant]" = WeakSet()
"""All whose process may be running."""


class Informant:
    """A process that has imported ``source``: plug-ins and event loops.

    It is started by the first question.
    """

    def __init__(
        self,
        place: Place,
        source: str,
        plugins: Sequence[str] = (),
        loops: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> None:
        self.place, self.source, self._seconds = place, source, seconds
        self._setup = {"source": source, **place.imports(plugins, loops)}
        self._lock = threading.RLock()
        self._process: Child | None = None
        self._described: Message | None = None

    def describe(self, named: Mapping[str, Sequence[str]] | None = None) -> Message:
        """Return what the plug-ins define, or what is ``named`` of what is installed, as was said first.

        Raises PluginError.
        """
        with self._lock:
            if self._described is None:
                question = {"ask": "description", "named": named}
                self._described = self.ask(question, complaint_about_description)
            return self._described

    def rest(self) -> None:
        """End the process and what it has started (what cannot be found is told in ``strays``).

        It is started again by the next question.
        """
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                process.end()
                process.close()

    def _start(self) -> Child:
        AT_WORK.add(self)
        # Where compiled files have no folder of their own, none is left beside the plug-in.
        options = [] if self.place.compiled else ["-B"]
        try:
            return Child(self.place, TELL, self._setup, *options)
        except OSError as error:
            reason = f"{self.place.interpreter} cannot be started to import it: {error.strerror}"
            raise PluginError(f"{self.source}: {reason}") from error

    def ask(self, question: Message, complaint_about: Validator) -> Message:
        """Return the answer to a question; where there is a complaint about it, the process is ended.

        Raises PluginError.
        """
        who = f"{self.source}: the process that imports it"
        with self._lock, contextlib.ExitStack() as stack:
            process = self._process = self._process or self._start()
            stack.callback(self.rest)
            try:
                process.say(question)
                said = object_in(process.lines.next(monotonic() + self._seconds))
                _require(said, question["ask"], complaint_about)
            except Silence as error:
                what = DOING.get(question["ask"], "asking {of}").format(of=question.get("of"))
                silent = f"{self.source}: no answer within {self._seconds:g} s of {what}"
                where = where_it_hangs(process) or "see what it does at its top level"
                raise PluginError(plain_text(f"{silent}, {where}")) from error
            except Hangup as error:
                raise PluginError(f"{who} {fate_of(process)}") from error
            except NoAnswer as error:
                hint = "see what it writes into files that it has not opened"
                raise PluginError(f"{who} sent {plain_text(error)}; {hint}") from error
            stack.pop_all()
        return said


def _require(said: Message, kind: str, complaint_about: Validator) -> None:
    """Raise NoAnswer for what is none of a kind, PluginError for an error that is told."""
    if ERROR(said) is None:
        raise PluginError(" ".join(plain_text(said["error"]).split()))
    if (complaint := complaint_about(said)) is not None:
        raise NoAnswer(wrong(kind, complaint))


def where_it_hangs(process: Child) -> str | None:
    """Return in which line a process is that does not answer, where it tells; it is ended."""
    process.signal(signal.SIGABRT)  # its fault handler answers with a traceback
    process.await_end(END_SECONDS)
    process.end()
    return waiting_in(process.last_words())


def fate_of(process: Child) -> str:
    """Return what became of a process that answers no more, with its last words; it is ended."""
    if not process.await_end(END_SECONDS):
        return "closed the pipe of its answers"
    process.end()
    words = process.last_words()
    why = cause(words) or next(iter(words.strip().splitlines()[-1:]), None)
    return process.how_it_ended() + (f", and says {plain_text(why)!r}" if why else "")
