"""Starting a process of ours, whatever it is to do: its first code, its pipes, and how it ended.

An interpreter finds this package without having it installed.
"""

import contextlib
import os
import signal
import subprocess
import sys
from typing import IO

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


def pipe(reads: contextlib.ExitStack, writes: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Return the ends of a new pipe, each to be closed with its stack."""
    read, write = os.pipe()
    return (
        reads.enter_context(open(read, "rb", buffering=0)),  # noqa: PTH123  (a file descriptor has no path)
        writes.enter_context(open(write, "wb", buffering=0)),  # noqa: PTH123  (likewise)
    )


def end_of(process: "subprocess.Popen[bytes]", ours: contextlib.ExitStack) -> list[int]:
    """Return a file descriptor that is readable once the process has ended, where the system has such.

    (The end of the reply pipe is not enough: children of a crashed worker may hold it open.)
    """
    if sys.platform != "linux":
        return []
    fd = os.pidfd_open(process.pid)
    ours.callback(os.close, fd)
    return [fd]


UNWRITTEN = 120
"""Python's exit code where what was printed could not be written."""

UNWRITTEN_BY = " (its files were closed by code that has not opened them, or the temporary folder is full)"


def how_it_ended(code: int) -> str:
    """Return what became of a process by its return code; real-time signals have no name of their own."""
    if code == UNWRITTEN:
        return f"ended with exit code {code}: what it prints cannot be written{UNWRITTEN_BY}"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
