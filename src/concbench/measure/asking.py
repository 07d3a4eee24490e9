"""Asking a process of its own what a plug-in or an event loop is, so that this process imports none of it.

Such a process is started when there is something to ask, and ended before anything is measured.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import concbench
from concbench.measure.lastwords import cause, last_words
from concbench.measure.starting import BOOTSTRAP, compiling_into, how_it_ended, pipe
from concbench.words import plain_text
from concbench.workloads.catalogue import PluginError

Message = dict[str, Any]

TELL = """
from concbench.measure.telling import main
main(sys.argv[1:])
"""

SECONDS = 30.0
"""How long an import, or an answer, may take."""

MOST_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a plug-in is imported: as the workers of a side are started (see ``launch``)."""

    interpreter: str
    suite: str = ""
    roots: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    compiled: str = ""


class Informant:
    """A process that has imported ``source``: plug-ins, event loops. It is started by the first question."""

    def __init__(
        self,
        place: Place,
        source: str,
        plugins: Sequence[str],
        loops: Sequence[str],
        seconds: float = SECONDS,
    ) -> None:
        self.place, self.source, self._seconds = place, source, seconds
        self._setup = {
            "source": source,
            "plugins": list(plugins),
            "loops": list(loops),
            "roots": list(place.roots),
            "after": list(place.after),
        }
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ours = contextlib.ExitStack()
        self._buffer = b""
        self._first: Message = {}

    def describe(self) -> Message:
        """Return what the source defines, as it said when it was first asked; raises PluginError."""
        with self._lock:
            if not self._first:
                self._start()
            return self._first

    def ask(self, question: Message) -> Message:
        """Return the answer to a question; raises PluginError."""
        with self._lock:
            if self._process is None:
                self._start()
            with contextlib.suppress(BrokenPipeError):  # it has ended: receiving says how
                self._requests.write(json.dumps(question).encode() + b"\n")
            return self._receive()

    def rest(self) -> None:
        """End the process and what it has started. It is started again by the next question."""
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self._ours.close()
            self._buffer = b""

    def _start(self) -> None:
        place = self.place
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self._log: IO[bytes] = ours.enter_context(tempfile.TemporaryFile())
            requests, self._requests = pipe(theirs, ours)
            self._replies, replies = pipe(ours, theirs)
            lifeline, _held = pipe(theirs, ours)
            passed = [end.fileno() for end in (requests, replies, lifeline)]
            options = compiling_into(Path(place.compiled) if place.compiled else None)
            code = [place.interpreter, *options, "-E", "-P", "-c", BOOTSTRAP + TELL, str(concbench.__file__)]
            try:
                self._process = subprocess.Popen(  # noqa: S603  (the interpreter is the user's choice)
                    [*code, place.suite, json.dumps(self._setup), *map(str, passed)],
                    stdin=subprocess.DEVNULL,
                    stdout=self._log,
                    stderr=self._log,
                    pass_fds=passed,
                    start_new_session=True,
                )
            except OSError as error:
                reason = f"{place.interpreter} cannot be started to import it: {error.strerror}"
                raise PluginError(f"{self.source}: {reason}") from error
            self._ours = ours.pop_all()
        self._first = self._receive()

    def _receive(self) -> Message:
        """Return the next answer; whatever else happens, the process is ended."""
        try:
            return self._understood(self._line())
        except BaseException:
            self.rest()
            raise

    def _understood(self, line: bytes) -> Message:
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise PluginError(f"{self.source}: what it answers when it is imported is no answer of ours")
        if "error" in answer:
            raise PluginError(_in_a_sentence(str(answer["error"])))
        return answer

    def _line(self) -> bytes:
        deadline = time.monotonic() + self._seconds
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._replies], [], [], max(0.0, left))
            if not ready:
                raise PluginError(
                    f"{self.source}: no answer within {self._seconds:g} s of importing or asking it; see what"
                    " it does at its top level"
                )
            data = os.read(self._replies.fileno(), 1 << 16)
            if not data or len(self._buffer) > MOST_BYTES:
                raise PluginError(f"{self.source}: {self._how_it_ended()}")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _how_it_ended(self) -> str:
        process = self._process
        assert process is not None  # noqa: S101  (it was started, and rests only later)
        try:
            code = process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "it answers without end when it is imported"
        words = last_words(self._log)
        why = cause(words) or next(iter(words.strip().splitlines()[-1:]), None)
        said = f", and says {plain_text(why)!r}" if why else ""
        return f"the process that imports it {how_it_ended(code)}{said}"


def _in_a_sentence(error: str) -> str:
    return " ".join(plain_text(error).split())
