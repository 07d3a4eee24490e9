"""Asking git about a repository: whatever the user's own settings and surroundings are."""

import os
import subprocess
from pathlib import Path

from concbench.drive.host.interpreter_info import run_program
from concbench.errors import UserError

GIT_SECONDS = 120

GIT_S_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE")
"""What git sets for its hooks: their own repository, which need not be the one that is asked about."""


class RevisionError(UserError):
    """A revision that cannot be had; the message says why, and what to do."""


class GitFailed(RevisionError):
    """What git itself refused; the message ends with its own last words."""


def git(folder: Path, *arguments: str, index: Path | None = None) -> str:
    """Return what git prints in a folder; raises RevisionError, GitFailed where git itself refuses."""
    try:
        command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
        return run_program(command, _environment(index), GIT_SECONDS)
    except FileNotFoundError:
        raise RevisionError(
            "git is not there, and revisions need it: install it, or compare run files"
        ) from None
    except OSError as error:
        raise RevisionError(
            f"git cannot be started: {error.strerror}; see which one is on PATH, or compare run files"
        ) from error
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git {arguments[0]} did not end within {GIT_SECONDS} s in {folder}") from None
    except subprocess.CalledProcessError as error:
        said = _cause(error.stderr) or f"exit code {error.returncode}"
        raise GitFailed(f"git {arguments[0]} failed in {folder}: {said}") from None


def _environment(index: Path | None) -> dict[str, str]:
    environ = without_places()
    environ["LANGUAGE"] = "en"  # what it says is looked up in HINTS
    return environ | ({"GIT_INDEX_FILE": str(index)} if index else {})


def without_places() -> dict[str, str]:
    """Return the environment variables without those that name a hook's repository."""
    return {name: value for name, value in os.environ.items() if name not in GIT_S_PLACES}


def _cause(said: str) -> str:
    """Return what git says from the line on that tells why it gave up; where none does, its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = next((place for place, line in enumerate(lines) if line.startswith("fatal:")), len(lines) - 1)
    return "\n".join(lines[max(0, first) :])
