"""Launching workers: a child process of any interpreter, three pipes, and a file for its last words.

The driver talks to a worker through :class:`Link`, so that tests can put a fake one in its place.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import concbench
from concbench.measure.failures import is_out_of
from concbench.measure.shelf import Handed

Message = dict[str, Any]

BOOTSTRAP = """
import sys
from importlib import util
def load(name, init):
    folder = init.rpartition("/")[0]
    spec = util.spec_from_file_location(name, init, submodule_search_locations=[folder])
    module = sys.modules[name] = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
init, suite = sys.argv.pop(1), sys.argv.pop(1)
package = load("concbench", init)
for part in ("models", "workloads") if suite else ():
    setattr(package, part, load("concbench." + part, suite + "/" + part + "/__init__.py"))
"""
"""Finds this very package, and nothing else of where it is installed: an interpreter of another version
must not see our site-packages. Models and workloads may be those of another checkout (a folder that holds
both); what measures them is always ours, so two sides are measured by the same code."""

SERVE = """
from concbench.measure.worker import main
main(sys.argv[1:])
"""

LAST_WORDS = 2000
START_SECONDS = 60.0
ABORT_SECONDS = 1.0
"""Time that a worker which hangs gets to write its traceback."""


class WorkerLost(Exception):
    """A worker that gave no answer, with its last words.

    ``outcome`` is ``timeout``, ``crashed``, or, where the system has nothing left to start it with,
    ``exhausted``.
    """

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
    """A real worker process. ``kill`` may be called by any thread, and ends what another one waits for.

    Between two requests it is stopped with all its group, where the lifeline ends even those (on Linux): a
    thread or child that a model left at work would slow the others down that take turns on the same CPU.
    """

    rests = sys.platform == "linux"

    def __init__(
        self, interpreter: str, setup: Message, suite: str = "", options: Sequence[str] = ()
    ) -> None:
        self._buffer = b""
        self._busy = threading.RLock()
        self._signalling = threading.Lock()
        self._signalled = False
        start = time.perf_counter_ns()
        try:
            self._start([interpreter, *options], setup, suite)
        except OSError as error:
            outcome = "exhausted" if is_out_of(error) else "crashed"
            raise WorkerLost(outcome, f"{interpreter} cannot be started: {error.strerror}", "") from error
        try:
            self.greeting = self._receive(START_SECONDS)
            if self.greeting["unavailable"] is None:
                self.greeting["startup_ns"] = time.perf_counter_ns() - start
                self.greeting |= self._receive(START_SECONDS)
                self._signal_group(signal.SIGSTOP)
        except BaseException:
            self.kill()
            raise

    def _start(self, python: Sequence[str], setup: Message, suite: str) -> None:
        """Start the process; whatever goes wrong, no file descriptor is left open."""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self._log: IO[bytes] = ours.enter_context(tempfile.TemporaryFile())
            request, self._request = _pipe(theirs, ours)
            self._reply, reply = _pipe(ours, theirs)
            lifeline, _held = _pipe(theirs, ours)
            passed = [end.fileno() for end in (request, reply, lifeline)]
            code = [*python, "-E", "-P", "-c", BOOTSTRAP + SERVE, str(concbench.__file__), suite]
            self._process = subprocess.Popen(  # noqa: S603  (the interpreter is the user's choice)
                [*code, json.dumps(setup), *map(str, passed)],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=passed,
                start_new_session=True,  # a Ctrl-C in the terminal is the driver's to handle
            )
            self._ends = _end_of(self._process, ours)
            self._awaited = [self._reply.fileno(), *self._ends]
            self._ours = ours.pop_all()

    def request(self, message: Message, seconds: float) -> Message:
        """Send a request and return its answer; raises WorkerLost, with the worker ended."""
        if self._request.closed:
            raise WorkerLost("crashed", "the worker has been ended", "")
        self._signal_group(signal.SIGCONT)
        with contextlib.suppress(BrokenPipeError):  # it has ended: receiving says how
            self._request.write(json.dumps(message).encode() + b"\n")
        answer = self._receive(seconds)
        self._signal_group(signal.SIGSTOP)
        return answer

    def _signal_group(self, number: int) -> None:
        """Stop or continue the worker and what it started, if it rests between requests and is there."""
        with self._signalling:
            if self.rests and not self._signalled:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, number)

    def _receive(self, seconds: float) -> Message:
        with self._busy:
            line = self._line(seconds)
            try:
                answer: Message = json.loads(line)
            except ValueError as error:
                raise self._lose_to_end(f"sent what is no answer ({error})") from error
        return answer

    def _line(self, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        poll = select.poll()
        for fd in self._awaited:
            poll.register(fd, select.POLLIN)
        while b"\n" not in self._buffer:
            events = dict(poll.poll(max(0, round(1000 * (deadline - time.monotonic())))))
            if not events:
                raise self._lose_to_timeout(seconds)
            data = os.read(self._reply.fileno(), 1 << 16) if self._reply.fileno() in events else b""
            if not data:
                raise self._lose_to_end()
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _lose_to_timeout(self, seconds: float) -> WorkerLost:
        """Ask the worker where it hangs (its fault handler answers SIGABRT with a traceback), and end it."""
        with self._signalling:
            if not self._signalled:  # else another thread has ended it, and may have waited for it
                os.kill(self._process.pid, signal.SIGABRT)
        self._await_end(ABORT_SECONDS)
        self._signal_and_wait()
        lost = WorkerLost("timeout", f"no answer within {seconds:g} s", self._last_words())
        self.kill()
        return lost

    def _await_end(self, seconds: float) -> None:
        """Give the process time to end, but do not wait *for* it: its number, and its group's, stay taken."""
        poll = select.poll()
        for fd in self._ends:
            poll.register(fd, select.POLLIN)
        if not self._ends:
            poll.register(self._reply.fileno(), 0)  # tells of the end of the pipe, not of a late answer
        poll.poll(1000 * seconds)

    def _lose_to_end(self, how: str | None = None) -> WorkerLost:
        self._signal_and_wait()
        code = self._process.returncode
        ended = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        lost = WorkerLost("crashed", f"the worker {how or ended}", self._last_words())
        self.kill()
        return lost

    def _last_words(self) -> str:
        """Return the end of what the worker wrote to standard output and error."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - LAST_WORDS))
        return self._log.read().decode(errors="replace")

    def close(self) -> Message:
        """Close the request pipe and wait for the worker's last message."""
        if self._request.closed:
            return {}
        self._request.close()
        self._signal_group(signal.SIGCONT)
        try:
            return self._receive(START_SECONDS) if self.greeting["unavailable"] is None else {}
        except WorkerLost:
            return {}  # it answered every request; how it ends no longer matters to any cell
        finally:
            self.kill()

    def _signal_and_wait(self) -> None:
        with self._signalling:
            if not self._signalled:  # once: a process that has been waited for leaves its number to others
                self._signalled = True
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill(self) -> None:
        """End the process and what it has started, wait for it, and close the pipes."""
        self._signal_and_wait()
        with self._busy:  # another thread may still be reading how it ended
            self._ours.close()


def compiling_into(folder: Path | None) -> list[str]:
    """Return the options of an interpreter that keeps compiled files in ``folder``; None: as it always does.

    It finds those only, too: none lies beside a source, to be loaded on one side and not on the other.
    """
    return ["-X", f"pycache_prefix={folder}"] if folder else []


def _pipe(reads: contextlib.ExitStack, writes: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Return the ends of a new pipe, each to be closed with its stack."""
    read, write = os.pipe()
    return (
        reads.enter_context(open(read, "rb", buffering=0)),  # noqa: PTH123  (a file descriptor has no path)
        writes.enter_context(open(write, "wb", buffering=0)),  # noqa: PTH123  (likewise)
    )


def _end_of(process: "subprocess.Popen[bytes]", ours: contextlib.ExitStack) -> list[int]:
    """Return a file descriptor that is readable once the process has ended, where the system has such.

    (The end of the reply pipe is not enough: children of a crashed worker may hold it open.)
    """
    if sys.platform != "linux":
        return []
    fd = os.pidfd_open(process.pid)
    ours.callback(os.close, fd)
    return [fd]


def _signal_name(number: int) -> str:
    """Return a signal's name; real-time signals have none of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def launch(
    interpreter: Path,
    model: str,
    *,
    cpus: Sequence[int] = (),
    plugins: Sequence[Handed] = (),
    loops: Sequence[str] = (),
    suite: Path | None = None,
    roots: Sequence[Path] = (),
    after: Sequence[str] = (),
    compiled: Path | None = None,
) -> ProcessLink:
    """Start a worker for ``model``; raises WorkerLost if it does not come up.

    ``suite`` is the folder of another concbench package, whose models and workloads take the place of ours.
    ``roots`` are searched for modules before anything else, ``after`` when all else has been searched.
    ``compiled`` is the folder for compiled files.
    """
    setup: Message = {"model": model, "cpus": list(cpus), "plugins": list(plugins), "loops": list(loops)}
    setup |= {"roots": [str(root) for root in roots], "after": list(after)}
    return ProcessLink(str(interpreter), setup, str(suite or ""), compiling_into(compiled))
