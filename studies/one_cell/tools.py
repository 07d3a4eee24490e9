"""The three other tools: how each is started on one cell, and where it leaves the times of its samples."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyperf  # type: ignore[import-untyped]

from concbench.results.asv import read_asv
from one_cell import TASK

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Failed(Exception):
    """A tool that did not do its part."""


@dataclass(frozen=True, slots=True)
class Task:
    """What every tool measures: a cell, ``number`` repetitions a sample, so many ``turns``."""

    workload: str
    model: str
    params: Mapping[str, Any]
    number: int
    turns: int
    socket: str


@dataclass(frozen=True, slots=True)
class Tool:
    """``command`` starts it in a folder of its own; ``samples`` are the times (s) that it leaves there."""

    command: Callable[[Task, Path], Sequence[str]]
    samples: Callable[[Path], Sequence[float]]


def asv_command(_task: Task, folder: Path) -> Sequence[str]:
    """Have asv run one benchmark in this very environment, and save its samples."""
    about = {
        "version": 1,
        "project": "concbench",
        "repo": str(ROOT),
        "branches": ["HEAD"],
        "environment_type": "virtualenv",
        "benchmark_dir": str(HERE / "for_asv"),
        "results_dir": str(folder / "results"),
        "env_dir": str(folder / "env"),
        "html_dir": str(folder / "html"),
    }
    settings = folder / "asv.conf.json"
    settings.write_text(json.dumps(about), encoding="utf-8")
    # asv knows machines from a file in the home folder, which is not ours to write to.
    asv = ["env", f"HOME={folder}", sys.executable, "-m", "asv"]
    where = ["--config", str(settings), "--machine", "here"]
    subprocess.run([*asv, "machine", "--yes", *where], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return [*asv, "run", *where, "--python", "same", "--set-commit-hash", "HEAD", "--record-samples"]


def asv_samples(folder: Path) -> Sequence[float]:
    """Return what asv saved. Raises Failed where it has no samples."""
    (series,) = read_asv(folder / "results").series
    samples = series.points[0].samples
    if samples is None:
        raise Failed("asv saved no samples")
    return samples


def pytest_command(_task: Task, folder: Path) -> Sequence[str]:
    """Have pytest-benchmark run one test."""
    plain = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(HERE)]
    saved = ["--benchmark-json", str(folder / "samples.json")]
    return [sys.executable, "-m", "pytest", *plain, *saved, str(HERE / "test_cell.py")]


def pytest_samples(folder: Path) -> Sequence[float]:
    """Return what pytest-benchmark saved."""
    (found,) = json.loads((folder / "samples.json").read_text(encoding="utf-8"))["benchmarks"]
    times: list[float] = found["stats"]["data"]
    return times


def pyperf_command(task: Task, folder: Path) -> Sequence[str]:
    """Have pyperf run one worker."""
    plan = ["--processes", "1", "--values", str(task.turns), "--warmups", "0", "--loops", "1"]
    inherited = ["--inherit-environ", f"{TASK},PYTHONPATH"]
    saved = ["-q", "-o", str(folder / "samples.json")]
    return [sys.executable, str(HERE / "for_pyperf.py"), *plan, *inherited, *saved]


def pyperf_samples(folder: Path) -> Sequence[float]:
    """Return what pyperf saved."""
    values: tuple[float, ...] = pyperf.Benchmark.load(str(folder / "samples.json")).get_values()
    return values


TOOLS: Mapping[str, Tool] = {
    "asv": Tool(asv_command, asv_samples),
    "pytest-benchmark": Tool(pytest_command, pytest_samples),
    "pyperf": Tool(pyperf_command, pyperf_samples),
}
