"""Launching workers: a child process of any interpreter, three pipes, and a file for its last words.

The driver talks to a worker through :class:`Link`, so that tests can put a fake one in its place.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import concbench

Message = dict[str, Any]

BOOTSTRAP = """
import sys
from importlib import util
init = sys.argv.pop(1)
spec = util.spec_from_file_location("concbench", init, submodule_search_locations=[init.rpartition("/")[0]])
package = util.module_from_spec(spec)
sys.modules["concbench"] = package
spec.loader.exec_module(package)
from concbench.measure.worker import main
main(sys.argv[1:])
"""
"""Finds this very package, and nothing else of where it is installed: an interpreter of another version
must not see our site-packages."""

LAST_WORDS = 2000
START_SECONDS = 60.0


class WorkerLost(Exception):
    """A worker that gave no answer; ``outcome`` is ``timeout`` or ``crashed``, with its last words."""

    def __init__(self, outcome: str, reason: str, last_words: str) -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.last_words = outcome, reason, last_words


class Link(Protocol):
    """The driver's end of a worker."""

    greeting: Message

    def request(self, message: Message, seconds: float) -> Message:
        """Send a request and return its answer; raises WorkerLost."""

    def close(self) -> Message:
        """Let the worker end in order; return what it says at the end (``close_ns``), or nothing."""

    def kill(self) -> None:
        """End the worker at once. Harmless if it has ended."""


class ProcessLink:
    """A real worker process."""

    def __init__(self, interpreter: str, setup: Message) -> None:
        self._buffer = b""
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the worker)
        start = time.perf_counter_ns()
        self._start(interpreter, setup)
        self.greeting = self._receive(START_SECONDS)
        if self.greeting["unavailable"] is None:
            self.greeting["startup_ns"] = time.perf_counter_ns() - start
            self.greeting |= self._receive(START_SECONDS)

    def _start(self, interpreter: str, setup: Message) -> None:
        request_read, self._request = os.pipe()
        self._reply, reply_write = os.pipe()
        lifeline_read, self._lifeline = os.pipe()
        theirs = (request_read, reply_write, lifeline_read)
        code = [interpreter, "-E", "-P", "-c", BOOTSTRAP, str(concbench.__file__), json.dumps(setup)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  (the interpreter is the user's choice)
                [*code, *map(str, theirs)],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=theirs,
                start_new_session=True,  # a Ctrl-C in the terminal is the driver's to handle
            )
        finally:
            for fd in theirs:
                os.close(fd)

    def request(self, message: Message, seconds: float) -> Message:
        """Send a request and return its answer; raises WorkerLost, with the worker ended."""
        with contextlib.suppress(BrokenPipeError):  # it has ended: receiving says how
            os.write(self._request, json.dumps(message).encode() + b"\n")
        return self._receive(seconds)

    def _receive(self, seconds: float) -> Message:
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._reply, select.POLLIN)
        while b"\n" not in self._buffer:
            if not poll.poll(max(0, round(1000 * (deadline - time.monotonic())))):
                raise self._lose_to_timeout(seconds)
            data = os.read(self._reply, 1 << 16)
            if not data:
                raise self._lose_to_end()
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: Message = json.loads(line)
        return answer

    def _lose_to_timeout(self, seconds: float) -> WorkerLost:
        """Ask the worker where it hangs (its fault handler answers SIGABRT with a traceback), and end it."""
        self._process.send_signal(signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        self.kill()
        return WorkerLost("timeout", f"no answer within {seconds:g} s", self.last_words())

    def _lose_to_end(self) -> WorkerLost:
        self.kill()
        code = self._process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return WorkerLost("crashed", f"the worker {how}", self.last_words())

    def last_words(self) -> str:
        """Return the end of what the worker wrote to standard output and error."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - LAST_WORDS))
        return self._log.read().decode(errors="replace")

    def close(self) -> Message:
        """Close the request pipe and wait for the worker's last message."""
        if self._request < 0:
            return {}
        os.close(self._request)
        self._request = -1
        try:
            return self._receive(START_SECONDS) if self.greeting["unavailable"] is None else {}
        except WorkerLost:
            return {}  # it answered every request; how it ends no longer matters to any cell
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process, wait for it, and close the pipes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for name in ("_request", "_reply", "_lifeline"):
            if getattr(self, name) >= 0:
                os.close(getattr(self, name))
                setattr(self, name, -1)


def launch(
    interpreter: Path,
    model: str,
    *,
    cpus: Sequence[int] = (),
    plugins: Sequence[str] = (),
    loops: Sequence[str] = (),
) -> ProcessLink:
    """Start a worker for ``model``; raises WorkerLost if it does not come up."""
    setup = {"model": model, "cpus": list(cpus), "plugins": list(plugins), "loops": list(loops)}
    return ProcessLink(str(interpreter), setup)
