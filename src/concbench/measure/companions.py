"""Companions: a process beside a cell, a server or a load client, that its workload brings along.

It starts before any clock and is ended after it, whatever happens: it hangs on a pipe of this process, and
ends when that does. It is handed a socket that listens on the loopback interface alone, and says by a line on
its standard output that it is ready. It runs on another CPU than a pinned worker, where there is one.
"""

import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, perf_counter_ns
from typing import Any

from concbench.models.base import Exhausted
from concbench.words import shown

READY_SECONDS = 10.0
END_SECONDS = 1.0
"""Time to end for one that has closed its standard output, or to let go of it."""

BACKLOG = 4096

NO_THREAD = 75
"""Exit code of a companion that the system lets start no thread (EX_TEMPFAIL of sysexits.h)."""

ENDS_WITH_US = f"""
import os, threading
def heard():
    os.read(0, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.read(0, 1)
    os._exit(0)
try:
    threading.Thread(target=heard, daemon=True).start()
except RuntimeError:
    os._exit({NO_THREAD})
"""
"""Its first code: when its first line was read, what it prints goes nowhere, so that it never waits for a
reader; when the other end of its standard input is closed, it ends."""


class NotReady(RuntimeError):
    """Why a companion did not come up."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A companion at work: where it listens, on 127.0.0.1, its process, and how long it took to start."""

    port: int
    pid: int
    startup_ns: int = 0


@contextlib.contextmanager
def beside(companion: Any, seconds: float = READY_SECONDS) -> Iterator[Beside]:
    """Have a companion at work, in an interpreter of its own; raises NotReady, and Exhausted."""
    texts = (getattr(companion, "program", None), *getattr(companion, "arguments", ()))
    if not all(type(text) is str and "\0" not in text for text in texts):
        raise TypeError(f"a workload's companion must return a Companion of texts, not {shown(companion)}")
    began = perf_counter_ns()
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=BACKLOG))
        _require_way_to(listener)
        os.set_blocking(listener.fileno(), True)  # it may not be, where there is a default timeout, or gevent
        command = [sys.executable, "-I", "-S", "-c", ENDS_WITH_US + companion.program]
        process = subprocess.Popen(  # noqa: S603  (its program is the workload's own code)
            [*command, str(listener.fileno()), *companion.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
        stack.callback(_end, process)
        port = int(listener.getsockname()[1])
        listener.close()  # it is the companion's alone: where that has ended, nobody listens
        _elsewhere(process.pid)
        _await(process, seconds)
        with contextlib.suppress(BrokenPipeError):  # it has ended since: tasks find nobody
            os.write(process.stdin.fileno(), b"\n")  # type: ignore[union-attr]
            _drain(process)
        yield Beside(port, process.pid, perf_counter_ns() - began)


def _require_way_to(listener: socket.socket) -> None:
    """Raise NotReady where nobody can reach it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        if wrong := probe.connect_ex(listener.getsockname()):
            raise NotReady(
                f"nothing reaches 127.0.0.1 ({os.strerror(wrong)}): bring the loopback interface up"
                " (ip link set lo up)"
            )


def _elsewhere(pid: int) -> None:
    """Move a process to the CPUs that this one is not bound to, if the system has such and lets us."""
    if hasattr(os, "sched_setaffinity"):
        others = set(range(os.cpu_count() or 1)) - os.sched_getaffinity(0)
        with contextlib.suppress(OSError):  # none of them is ours: it stays where we are
            os.sched_setaffinity(pid, others)


def _await(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    out: Any = process.stdout
    ready, _, _ = select.select([out], [], [], seconds)
    if not ready:
        raise NotReady(f"the workload's companion was not ready within {seconds:g} s (it says so by a line)")
    if not os.read(out.fileno(), 1):
        how = _left(process)
        if process.returncode == NO_THREAD:
            raise Exhausted("the system lets the workload's companion start no thread (ulimit -u)", at=0)
        raise NotReady(f"the workload's companion {how} before it was ready")


def _drain(process: "subprocess.Popen[bytes]") -> None:
    """Read until its output goes elsewhere: what is printed meanwhile would wait for a reader for ever.

    Where what it has started holds the output, too, that is for a while.
    """
    out: Any = process.stdout
    end = monotonic() + END_SECONDS
    while select.select([out], [], [], max(0.0, end - monotonic()))[0] and os.read(out.fileno(), 1 << 16):
        if monotonic() > end:
            return


def _left(process: "subprocess.Popen[bytes]") -> str:
    """Return what became of one that says nothing more."""
    try:
        return f"ended with exit code {process.wait(END_SECONDS)}"
    except subprocess.TimeoutExpired:
        return "closed its standard output"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it; what it started may hold its output, and is not waited for."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
