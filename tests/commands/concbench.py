"""Calling ``concbench`` as its users do: in this process where that is enough, else as one of its own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from concbench.commands import main
from concbench.drive import noise, presets
from concbench.drive.host import environment, interpreter_info, interpreters
from concbench.drive.host.origin import origin
from concbench.drive.host.switches import PLAIN, Switches
from concbench.drive.presets import Effort
from concbench.drive.sides import naming
from concbench.runs import experiment, header, planning, survey


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Caller:
    """Calls the command line in this process; a traceback would be an error of the test."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, *arguments: object) -> Said:
        self._capture.readouterr()
        code = 0
        with self._patch.context() as patch:
            patch.setattr(sys, "argv", ["concbench", *map(str, arguments)])
            try:
                main()
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        out, err = self._capture.readouterr()
        assert "Traceback" not in out + err, err
        return Said(code, out, err)


@cache
def _probed(path: Path, packages: tuple[str, ...], switches: Switches) -> interpreter_info.InterpreterInfo:
    return interpreter_info.probe(path, packages, switches)


def probed_once(
    path: Path, packages: Sequence[str] = (), switches: Switches = PLAIN
) -> interpreter_info.InterpreterInfo:
    """Return what an interpreter answered when a test asked for the first time."""
    return _probed(path, tuple(packages), switches)


origin_once = cache(origin)
"""Returns which commit this is, as git said when a test asked for the first time."""


def make_quick(patch: pytest.MonkeyPatch, generations: int = 2) -> None:
    """Let the quick preset be quicker: what is tested is what comes out, not how steady it is."""
    patch.setattr(environment, "probe", probed_once)
    for module in (survey, naming, interpreters):
        patch.setattr(module, "probe", probed_once)
    for module in (header, experiment):
        patch.setattr(module, "origin", origin_once)
    patch.setattr(presets, "EFFORTS", {"quick": Effort(generations, 1_000_000, 2)})
    patch.setattr(planning, "EFFORTS", presets.EFFORTS)
    patch.setattr(noise, "CALIBRATIONS", 3)


COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("quickly.py")))
"""How the real command is started in a process of its own, as quick as in this one."""


@contextmanager
def process(*arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Start the real command, which hears Ctrl-C even where whoever started the tests does not."""
    running = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (no threads here)
    )
    with running:
        try:
            yield running
        finally:
            running.kill()


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a run file that may still be growing."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def wait_for(path: Path, kind: str) -> None:
    """Return when the run file holds a record of that kind."""
    deadline = time.monotonic() + 60
    while all(record["type"] != kind for record in lines_of(path)):
        assert time.monotonic() < deadline, f"no {kind} in {path}"
        time.sleep(0.01)
