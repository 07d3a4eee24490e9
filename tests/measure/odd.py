"""Models that misbehave, for real workers; standard library only, to be used on every interpreter."""

import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ODD = """
import contextlib, ctypes, os, signal, subprocess, sys, time
from dataclasses import replace
from concbench.models.base import GeneratorRuntime
from concbench.models.generator import MODEL, wait_gen

class Session:
    rt = GeneratorRuntime()

    def run(self, factories):
{body}
        return wait_gen([factory() for factory in factories])

@contextlib.contextmanager
def open_session():
    yield Session()

MODELS = [replace(MODEL, name="odd", open=open_session)]
"""


def odd_model(folder: Path, body: str) -> str:
    """Write a plug-in whose model ``odd`` first does ``body``, then runs generators; return its path."""
    path = folder / "odd.py"
    path.write_text(_ODD.format(body=textwrap.indent(textwrap.dedent(body), " " * 8)))
    return str(path)


def turn(workload: str = "spawn", number: int = 1, **params: Any) -> dict[str, Any]:
    """Return a request for one turn."""
    values = params or {"tasks": 2}
    return {"op": "turn", "workload": workload, "params": values, "number": number, "long_first": False}


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail where it does not come to hold in half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {condition}"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
