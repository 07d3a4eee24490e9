"""Repositories that are made for a study: a commit for every state of some files, told by its tag."""

import shutil
import subprocess
from pathlib import Path

from gates.repository import Failed

WHO = ("-c", "user.name=study", "-c", "user.email=study@example.invalid", "-c", "commit.gpgsign=false")


def git(where: Path, *words: str) -> str:
    """Return what git prints. Raises Failed without git, and for what git refuses."""
    program = shutil.which("git")
    if program is None:
        raise Failed("git is not installed")
    done = subprocess.run([program, *words], cwd=where, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"git {' '.join(words[:2])} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def make(folder: Path) -> Path:
    """Make an empty repository in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    return folder


def commit(folder: Path, tag: str) -> None:
    """Commit all files as they are, ignored ones too, and even where nothing has changed.

    Nothing is taken from git's index: files of two archives may have the same size and time, and differ.
    """
    git(folder, "read-tree", "--empty")
    git(folder, "add", "-A", "-f")
    git(folder, *WHO, "commit", "-q", "--allow-empty", "-m", tag)
    git(folder, "tag", tag)


def emptied(folder: Path) -> None:
    """Remove all files of a repository but git's own."""
    for path in folder.iterdir():
        if path.name == ".git":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
