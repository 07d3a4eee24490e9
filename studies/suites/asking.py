"""What is asked of ``concbench compare`` and of pytest-benchmark about two tags of a project."""

import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gates.repository import Failed
from suites import commits, projects
from suites.projects import OLDER, SAME, Project

PATIENCE_S = 1800.0
LAST_WORDS = 1500
THRESHOLD = "5%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a tool said: how many benchmarks it judged, which are worse, which better, and which neither.

    ``seconds`` are spent measuring, ``preparing`` on everything before.
    """

    judged: int
    worse: tuple[str, ...]
    better: tuple[str, ...]
    unsure: int
    exit_code: int
    seconds: float
    preparing: float


@dataclass(frozen=True, slots=True)
class Place:
    """A project's ``repository``, a folder for environments of its tags, and one for what tools write."""

    project: Project
    repository: Path
    environments: Path
    scratch: Path


class Tool(Protocol):
    """A tool that compares two tags."""

    name: str

    def ask(self, place: Place, head: str) -> Answer | None:
        """Compare ``OLDER`` with another tag; None where the tool cannot. Raises Failed."""


def run(
    command: Sequence[str], folder: Path, expected: Sequence[int], home: Path | None = None
) -> tuple[int, str]:
    """Run a command to its end; return its exit code and output. Raises Failed for an unexpected one.

    ``home``: where it has its settings, instead of in the user's folder.
    """
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE_S, check=False, env=os.environ | ({"HOME": str(home)} if home else {}),
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{' '.join(command)} took over {PATIENCE_S:.0f} s") from late
    if done.returncode not in expected:
        words = (done.stdout + done.stderr)[-LAST_WORDS:].strip()
        raise Failed(f"{' '.join(command)} ended with {done.returncode}:\n{words}")
    return done.returncode, done.stdout


def checkout(place: Place, tag: str) -> Path:
    """Return a folder with the files of a tag."""
    folder = place.environments / f"{tag}-files"
    if not folder.exists():
        commits.git(place.repository, "worktree", "add", "-q", "--detach", str(folder), tag)
    return folder


def environment(place: Place, tag: str) -> Path:
    """Return the interpreter of an environment in which a tag is installed; one that is there is kept.

    Both tags with the same files share one. Raises Failed where it cannot be installed.
    """
    tag = OLDER if tag == SAME else tag
    folder = place.environments / tag
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = [str(python), "-m", "pip", "install", "-q", *place.project.needs]
        run([*install, str(checkout(place, tag))], place.scratch, [0])
        done.touch()
    return python


class PytestBenchmark:
    """A run at the older release, which is saved, and one at the head, which is compared with it."""

    name = "pytest-benchmark"

    def ask(self, place: Place, head: str) -> Answer | None:
        """Run both; what grew by more than the threshold is worse."""
        if place.project.suite != projects.FIXTURE:
            return None
        began = time.monotonic()
        pythons = [environment(place, tag) for tag in (OLDER, head)]
        preparing = time.monotonic() - began
        storage = place.scratch / "storage"
        shutil.rmtree(storage, ignore_errors=True)
        began, means, code = time.monotonic(), [], 0
        for tag, python, more in zip((OLDER, head), pythons, ([], self._comparing()), strict=True):
            saved = place.scratch / f"{tag}.json"
            saved.unlink(missing_ok=True)
            options = ["--benchmark-autosave", f"--benchmark-storage={storage}", f"--benchmark-json={saved}"]
            code, _ = run(
                [str(python), "-P", "-m", "pytest", place.project.path, "-k", place.project.keyword, "-q",
                 "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--benchmark-only",
                 *options, *more],
                checkout(place, tag), [0, 1] if more else [0],
            )  # fmt: skip
            means.append(_means(saved))
        seconds = time.monotonic() - began
        base, now = means
        both = sorted(base.keys() & now.keys())
        return Answer(
            judged=len(both),
            worse=tuple(name for name in both if now[name] > base[name] * 1.05),
            better=tuple(name for name in both if now[name] * 1.05 < base[name]),
            unsure=0,
            exit_code=code,
            seconds=seconds,
            preparing=preparing,
        )

    @staticmethod
    def _comparing() -> list[str]:
        return ["--benchmark-compare", f"--benchmark-compare-fail=mean:{THRESHOLD}"]


def _means(file: Path) -> dict[str, float]:
    found = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
    return {one["name"]: float(one["stats"]["mean"]) for one in found}


class Concbench:
    """``concbench compare --pytest --with-project``, or with ``--asv``, within a budget."""

    name = "concbench"

    def __init__(self, budget: float) -> None:
        self.budget = budget

    def ask(self, place: Place, head: str) -> Answer | None:
        """Compare; what either of wall and CPU time says is slower is worse."""
        file = place.scratch / "pairs.jsonl"
        file.unlink(missing_ok=True)
        command = [
            sys.executable, "-m", "concbench", "compare", OLDER, head, "--repo", str(place.repository),
            "--asv" if place.project.suite == projects.ASV else "--pytest", place.project.path,
            "-k", place.project.keyword, "--with-project", *self._needed(place), "--instructions", "off",
            "--budget", f"{self.budget:.0f}s", "--json", "-o", str(file),
        ]  # fmt: skip
        began = time.monotonic()
        code, output = run(command, place.repository, [0, 1, 3])
        spent, told = time.monotonic() - began, json.loads(output)
        return answer(told, code, spent)

    @staticmethod
    def _needed(place: Place) -> list[str]:
        return ["--with", " ".join(place.project.needs)] if place.project.needs else []


def answer(told: dict[str, Any], code: int, spent: float) -> Answer:
    """Return what concbench's JSON says. Raises Failed where nothing was compared."""
    verdicts: dict[str, set[str]] = {}
    for line in told["lines"]:
        if line["gated"]:
            verdicts.setdefault(line["cell"].rpartition("::")[2], set()).add(line["verdict"])
    if not verdicts:
        why = told["failed"][0]["reason"] if told["failed"] else "it says nothing"
        raise Failed(f"concbench compared nothing: {why}")
    worse = tuple(name for name, said in verdicts.items() if "slower" in said)
    better = tuple(name for name, said in verdicts.items() if "faster" in said and name not in worse)
    unsure = sum(said == {"unsure"} for said in verdicts.values())
    seconds = float(told["seconds"])
    return Answer(
        judged=len(verdicts), worse=worse, better=better, unsure=unsure, exit_code=code, seconds=seconds,
        preparing=max(0.0, spent - seconds),
    )  # fmt: skip
