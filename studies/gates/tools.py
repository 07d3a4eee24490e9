"""The tools, each as its users call it: how it compares two commits, and what its output means."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import concbench
from gates.calls import Said
from gates.repository import Failed, Repository

CELLS = "CONCBENCH_GATED_CELLS"
"""The variable that tells the project's benchmarks which cells there are (``project/running.py``)."""

PATIENCE_S = 3600.0
LAST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Task:
    """What to compare: two tags and the cells; ``scratch`` is a new folder for the tool to write in."""

    repository: Repository
    base: str
    head: str
    cells: Sequence[str]
    scratch: Path


class Gate(Protocol):
    """A tool that says which cells of a head are worse than those of a base."""

    name: str

    def missing(self) -> str | None:
        """Return what has to be installed, or None."""

    def judge(self, task: Task) -> Sequence[Said]:
        """Measure both commits once, and return what each setting says of it. Raises Failed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a command."""

    exit_code: int
    output: str


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, expected: Sequence[int]
) -> Ended:
    """Run a command to its end. Raises Failed for an exit code that is not expected, and after an hour."""
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{' '.join(command)} took over {PATIENCE_S:.0f} s") from late
    if done.returncode not in expected:
        words = (done.stdout + done.stderr)[-LAST_WORDS:].strip()
        raise Failed(f"{' '.join(command)} ended with {done.returncode}:\n{words}")
    return Ended(done.returncode, done.stdout)


def library() -> str:
    """Return the folder in which concbench lies, for environments that have none."""
    return str(Path(concbench.__file__).resolve().parents[1])


class Asv:
    """``asv continuous BASE HEAD`` with asv's defaults; what a factor of 1.03 says of the same measurement.

    The second is ``asv compare``, which applies the same rule. Its exit code is always 0; that of
    ``continuous`` would be 1 where something is worse.
    """

    name = "asv"
    default = "continuous (factor 1.1)"
    tuned = "continuous --factor 1.03"

    def __init__(self, asv: Sequence[str] = (sys.executable, "-m", "asv")) -> None:
        self.asv = tuple(asv)

    def missing(self) -> str | None:
        """asv, and virtualenv for its environments."""
        return _absent("asv", "virtualenv", extra="asv")

    def judge(self, task: Task) -> Sequence[Said]:
        """Measure, and compare twice."""
        environment = {"HOME": str(task.scratch), CELLS: json.dumps(task.cells)}
        where = ["--config", str(self._settings(task)), "--machine", "here"]
        run([*self.asv, "machine", "--yes", *where], task.scratch, environment, expected=[0])
        run_both = [*self.asv, "continuous", *where, task.base, task.head]
        first = run(run_both, task.scratch, environment, expected=[0, 1])
        worse, better = asv_rows(first.output)
        if bool(worse) != (first.exit_code == 1):
            raise Failed(f"asv ended with {first.exit_code}, and said:\n{first.output[-LAST_WORDS:]}")
        again = [*self.asv, "compare", *where, "--only-changed", "--factor", "1.03", task.base, task.head]
        second = asv_rows(run(again, task.scratch, environment, expected=[0]).output)
        return [
            Said(setting=self.default, worse=worse, better=better, exit_code=first.exit_code),
            Said(setting=self.tuned, worse=second[0], better=second[1], exit_code=int(bool(second[0]))),
        ]

    @staticmethod
    def _settings(task: Task) -> Path:
        """Write asv's settings; its environment is shared by all calls, its results are not."""
        project = task.repository.path
        about = {
            "version": 1,
            "project": "gated",
            "repo": str(project),
            "branches": ["main"],
            "benchmark_dir": str(project / "gated_for_asv"),
            "environment_type": "virtualenv",
            "pythons": [f"{sys.version_info.major}.{sys.version_info.minor}"],
            "build_command": [],
            "install_command": [
                f"in-dir={{env_dir}} python {{build_dir}}/install.py {{build_dir}} {library()}"
            ],
            "uninstall_command": [],
            "env_dir": str(task.repository.scratch / "asv-env"),
            "results_dir": str(task.scratch / "results"),
            "html_dir": str(task.scratch / "html"),
        }
        path = task.scratch / "asv.conf.json"
        path.write_text(json.dumps(about), encoding="utf-8")
        return path


def asv_rows(output: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cells that asv's table marks as worse, and as better. Raises Failed for one that broke."""
    rows = re.findall(r"^\|\s*([-+!*])\s*\|.*\|\s*\S*\('([^']+)'\)\s*\|$", output, re.MULTILINE)
    broken = [cell for mark, cell in rows if mark in "!*"]
    if broken:
        raise Failed(f"asv could not measure {', '.join(broken)}")
    return tuple(cell for mark, cell in rows if mark == "+"), tuple(
        cell for mark, cell in rows if mark == "-"
    )


class Pyperf:
    """A run of ``pyperf`` at base, one at head, and ``pyperf compare_to``; its test, and a least difference.

    Its exit code is 0 whatever it finds, so it is no gate by itself: whoever wants one reads what it prints.
    """

    name = "pyperf"

    def __init__(self, preset: Sequence[str], python: Sequence[str] = (sys.executable,)) -> None:
        self.preset, self.python = tuple(preset), tuple(python)

    def missing(self) -> str | None:
        """pyperf, which concbench depends on."""
        return _absent("pyperf")

    def judge(self, task: Task) -> Sequence[Said]:
        """Measure base, then head, and compare twice."""
        files = [self._measure(task, tag) for tag in (task.base, task.head)]
        plain = [*self.python, "-m", "pyperf", "compare_to", *map(str, files)]
        said = []
        preset = " ".join(self.preset) or "defaults"
        for least in ([], ["--min-speed", "3"]):
            output = run([*plain, *least], task.scratch, {}, expected=[0]).output
            worse, better = pyperf_lines(output)
            setting = " ".join(["compare_to", *least, f"({preset})"])
            said.append(Said(setting=setting, worse=worse, better=better, exit_code=None))
        return said

    def _measure(self, task: Task, tag: str) -> Path:
        checkout = task.repository.checkout(tag)
        saved = task.scratch / f"{tag}.json"
        paths = os.pathsep.join([str(checkout), library()])
        environment = {"PYTHONPATH": paths, CELLS: json.dumps(task.cells)}
        inherited = ["--inherit-environ", f"PYTHONPATH,{CELLS}"]
        script = str(checkout / "for_pyperf.py")
        command = [*self.python, script, *self.preset, *inherited, "--quiet", "-o", str(saved)]
        run(command, task.scratch, environment, expected=[0])
        return saved


def pyperf_lines(output: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cells that ``pyperf compare_to`` calls slower and faster."""
    lines = re.findall(r"^(\S+): Mean \+- std dev: .*: [\d.]+x (slower|faster)$", output, re.MULTILINE)
    return tuple(cell for cell, way in lines if way == "slower"), tuple(
        cell for cell, way in lines if way == "faster"
    )


class Concbench:
    """``concbench compare BASE HEAD`` with its defaults, on time (wall and CPU) and within a budget."""

    name = "concbench"

    def __init__(self, budget: str, concbench: Sequence[str] = (sys.executable, "-m", "concbench")) -> None:
        self.budget, self.concbench = budget, tuple(concbench)

    def missing(self) -> str | None:
        """Nothing: the study is part of it."""
        return None

    def judge(self, task: Task) -> Sequence[Said]:
        """Measure both sides in pairs; the exit code counts what is slower by wall or CPU time."""
        workloads = dict.fromkeys(f"gated-{cell.partition('/')[0]}" for cell in task.cells)
        models = dict.fromkeys(cell.partition("/")[2] for cell in task.cells)
        plugin = str(task.repository.path / "work.py")
        command = [
            *self.concbench, "compare", task.base, task.head, "--repo", str(task.repository.path),
            "--plugin", plugin, "-w", ",".join(workloads), "-m", ",".join(models), "--no-memory",
            "--instructions", "off", "--budget", self.budget, "--json",
            "-o", str(task.scratch / "pairs.jsonl"),
        ]  # fmt: skip
        ended = run(command, task.scratch, {}, expected=[0, 1])
        worse, better = concbench_lines(ended.output, task.cells)
        return [
            Said(
                setting=f"compare --budget {self.budget}",
                worse=worse,
                better=better,
                exit_code=ended.exit_code,
            )
        ]


def concbench_lines(output: str, cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cells of which a gated metric is slower, and faster. Raises Failed for missing cells."""
    lines = json.loads(output)["lines"]
    found = {_name(line) for line in lines}
    absent = set(cells) - found
    if absent:
        raise Failed(f"concbench says nothing of {', '.join(sorted(absent))}")
    gated = [line for line in lines if line["gated"]]
    worse, better = (
        tuple(dict.fromkeys(_name(line) for line in gated if line["verdict"] == verdict))
        for verdict in ("slower", "faster")
    )
    return worse, better


def _name(line: Mapping[str, str]) -> str:
    return f"{line['workload'].removeprefix('gated-')}/{line['model']}"


def _absent(*modules: str, extra: str = "all") -> str | None:
    absent = [module for module in modules if find_spec(module) is None]
    how = f"python -m pip install '.[{extra}]'"
    return f"{', '.join(absent)} not installed: {how}" if absent else None
