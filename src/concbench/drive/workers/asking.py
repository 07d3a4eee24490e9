"""Asking a process of its own what a plug-in or an event loop is, so that this process imports none of it.

Such a process is started when there is something to ask, and ended before anything is measured.
"""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from concbench.drive.workers.answers import wrong
from concbench.drive.workers.child import Child
from concbench.drive.workers.descriptions import ERROR, complaint_about_answer, complaint_about_description
from concbench.drive.workers.lastwords import cause
from concbench.drive.workers.place import Place
from concbench.drive.workers.replies import Hangup, NoAnswer, Silence, object_in
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


class Informant:
    """A process that has imported ``source``: plug-ins, event loops, what is ``named`` of what is installed.

    It is started by the first question.
    """

    def __init__(
        self,
        place: Place,
        source: str,
        plugins: Sequence[str],
        loops: Sequence[str],
        seconds: float = SECONDS,
        named: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.place, self.source, self._seconds = place, source, seconds
        self._setup = {"source": source, "named": named, **place.imports(plugins, loops)}
        self._lock = threading.RLock()
        self._process: _Process | None = None
        self._described: Message | None = None

    def describe(self) -> Message:
        """Return what the source defines, as it said when it was first asked; raises PluginError."""
        with self._lock:
            if self._described is None:
                self._described = self._start()
            return self._described

    def ask(self, question: Message) -> Message:
        """Return the answer to a question; raises PluginError."""
        with self._lock:
            if self._process is None:
                self._described = self._start()
            return self._answer(question)

    def rest(self) -> None:
        """End the process and what it has started (what cannot be found is told in ``strays``).

        It is started again by the next question.
        """
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                process.end()
                process.close()

    def _start(self) -> Message:
        """Start the process and return its description."""
        try:
            self._process = _Process(self.place, self._setup)
        except OSError as error:
            reason = f"{self.place.interpreter} cannot be started to import it: {error.strerror}"
            raise PluginError(f"{self.source}: {reason}") from error
        return self._answer(None)

    def _answer(self, question: Message | None) -> Message:
        """Return what the process says next, to a question or unasked; where that is none, it is ended."""
        assert self._process is not None  # noqa: S101  (it was started)
        who = f"{self.source}: the process that imports it"
        with contextlib.ExitStack() as stack:
            stack.callback(self.rest)
            try:
                said = self._process.answer(question, monotonic() + self._seconds)
                self._require(said, question)
            except Silence as error:
                raise PluginError(
                    f"{self.source}: no answer within {self._seconds:g} s of importing or asking it; see what"
                    " it does at its top level"
                ) from error
            except Hangup as error:
                raise PluginError(f"{who} {self._process.fate()}") from error
            except NoAnswer as error:
                hint = "see what it writes into files that it has not opened"
                raise PluginError(f"{who} sent {plain_text(error)}; {hint}") from error
            stack.pop_all()
        return said

    def _require(self, said: Message, question: Message | None) -> None:
        """Raise NoAnswer for what does not answer a question, PluginError for an error that is told."""
        if ERROR(said) is None:
            raise PluginError(" ".join(plain_text(said["error"]).split()))
        if question is None:
            complaint = complaint_about_description(said)
        else:
            complaint = complaint_about_answer(question["ask"], said, self._workload(question))
        if complaint is not None:
            kind = "description" if question is None else question["ask"]
            raise NoAnswer(wrong(kind, complaint))

    def _workload(self, question: Message) -> Message | None:
        """Return the description of the workload that a question is about; None where it is a model."""
        workloads = self._described["workloads"] if self._described and question["ask"] != "about" else []
        return next((one for one in workloads if one["name"] == question["of"]), None)


class _Process(Child):
    """A process that imports, with all that it starts; raises OSError where it cannot be started."""

    def __init__(self, place: Place, setup: Message) -> None:
        # Where compiled files have no folder of their own, none is left beside the plug-in.
        super().__init__(place, TELL, setup, *([] if place.compiled else ["-B"]))

    def answer(self, question: Message | None, deadline: float) -> Message:
        """Ask a question, if there is one, and return what is said; raises Silence, Hangup and NoAnswer."""
        if question is not None:
            self.say(question)
        return object_in(self.lines.next(deadline))

    def fate(self) -> str:
        """Return what became of a process that answers no more, with its last words."""
        if not self.await_end(END_SECONDS):
            return "closed the pipe of its answers"
        self.end()
        words = self.last_words()
        why = cause(words) or next(iter(words.strip().splitlines()[-1:]), None)
        return self.how_it_ended() + (f", and says {plain_text(why)!r}" if why else "")
