"""What of a working tree differs from its last commit, so far as that may be measured.

Every file that git follows counts; one that it does not follow counts where it is code. What a run leaves
behind (its run files and pages, compiled files) is no change of what is compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import BYTECODE_SUFFIXES, SOURCE_SUFFIXES
from pathlib import PurePosixPath

from concbench.words import plain_text, several

STATUS = ("status", "--porcelain", "-z", "--untracked-files=all")
"""What git is asked: every file by itself, whatever the user's own settings show."""

CODE = (*SOURCE_SUFFIXES, *BYTECODE_SUFFIXES, ".so", ".pyd", ".dylib")

COMPILED_BESIDE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Changes:
    """Files, by their paths in the repository: what counts as a change, and what else git does not follow."""

    files: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


def changes_in(said: str) -> Changes:
    """Return what git's answer to ``STATUS`` names."""
    files: list[str] = []
    other: list[str] = []
    for state, path in _entries(said):
        (files if state != "??" or is_code(path) else other).append(path)
    return Changes(tuple(files), tuple(other))


def is_code(path: str) -> bool:
    """Say whether Python may import a file; of another repository, which ends with ``/``, nobody knows."""
    file = PurePosixPath(path)
    return path.endswith("/") or (file.name.endswith(CODE) and COMPILED_BESIDE not in file.parts)


def _entries(said: str) -> Iterator[tuple[str, str]]:
    """Yield the state and the path of each entry; a renamed file's old path comes after its new one."""
    entries = iter(filter(None, said.split("\0")))
    for entry in entries:
        state, path = entry[:2], entry[3:]
        if "R" in state or "C" in state:
            next(entries, None)
        yield state, path


def counted(files: tuple[str, ...], kind: str) -> str:
    """Return how many files of a kind there are, and the first one: ``3 changed files, the first a.py``."""
    first = plain_text(files[0])
    return f"{several(len(files), kind)}, {'' if len(files) == 1 else 'the first '}{first}"
