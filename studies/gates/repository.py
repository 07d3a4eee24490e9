"""The repository whose commits every tool compares, made of ``project/``; the commits are told by tags.

``base`` and ``same`` hold the same files. ``more-MODEL`` differs from them in one line of ``work.py``, and
takes ``MORE`` times the steps in one cell, ``steps`` under that model.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from concbench.models import index
from concbench.workloads.catalogue import Catalogue

PROJECT = Path(__file__).resolve().parent / "project"
BASE, SAME = "base", "same"
MORE = 1.05
INJECTED_IN = "steps"
NOTHING = "MORE: dict[Dialect, float] = {}"

DIALECTS = {
    "polling": "polling",
    "generator": "generator",
    "yield-from": "delegating",
    "asyncio": "coroutine",
}
"""The models whose work is increased, one at a time, and how tasks are written for each."""


class Failed(Exception):
    """What the study cannot go on without did not work; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Repository:
    """``path``: the repository. ``checkouts``: a folder of files for each tag. ``scratch``: for tools."""

    path: Path
    checkouts: Path
    scratch: Path

    def checkout(self, tag: str) -> Path:
        """Return the folder with the files of a tag."""
        return self.checkouts / tag


def injected_cell(model: str) -> str:
    """Return the cell whose work is increased for a model."""
    return f"{INJECTED_IN}/{model}"


def head_with_more(model: str) -> str:
    """Return the tag of the commit that does more work under a model."""
    return f"more-{model}"


def make(folder: Path) -> Repository:
    """Make the repository and its tags in an empty folder. Raises Failed without git."""
    repository = Repository(folder / "project", folder / "checkouts", folder / "scratch")
    repository.scratch.mkdir()
    shutil.copytree(PROJECT, repository.path, ignore=shutil.ignore_patterns("__pycache__"))
    work = repository.path / "work.py"
    plain = work.read_text(encoding="utf-8")
    _git(repository.path, "init", "-q", "-b", "main")
    _commit(repository, BASE)
    _commit(repository, SAME)
    for model in DIALECTS:
        work.write_text(with_more(plain, model), encoding="utf-8")
        _commit(repository, head_with_more(model))
    work.write_text(plain, encoding="utf-8")
    _commit(repository, "last")
    return repository


def with_more(plain: str, model: str) -> str:
    """Return the text of ``work.py`` that does more work under a model. Raises Failed where none fits."""
    if plain.count(NOTHING) != 1:
        raise Failed(f"{PROJECT / 'work.py'} has no single line {NOTHING!r} to change")
    entry = f'"{DIALECTS[model]}": {MORE}'
    return plain.replace(NOTHING, NOTHING.replace("{}", f"{{{entry}}}"))


def _commit(repository: Repository, tag: str) -> None:
    who = ("-c", "user.name=study", "-c", "user.email=study@example.invalid", "-c", "commit.gpgsign=false")
    _git(repository.path, "add", "-A")
    _git(repository.path, *who, "commit", "-q", "--allow-empty", "-m", tag)
    _git(repository.path, "tag", tag)
    _git(repository.path, "worktree", "add", "-q", "--detach", str(repository.checkout(tag)), tag)


def _git(where: Path, *words: str) -> None:
    git = shutil.which("git")
    if git is None:
        raise Failed("git is not installed")
    done = subprocess.run([git, *words], cwd=where, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"git {words[0]} ended with {done.returncode}: {done.stderr.strip()}")


def counted(repository: Repository, tag: str, model_name: str) -> int:
    """Return how many steps the tasks of the injected cell take in one run at a tag, by their own results."""
    catalogue = Catalogue([str(repository.checkout(tag) / "work.py")])
    workload, model = catalogue.workload(f"gated-{INJECTED_IN}"), index.get(model_name)
    with model.open() as session:
        taken = session.run(workload.factories(model.dialect, session.rt, workload.brief))
    return sum(taken)
