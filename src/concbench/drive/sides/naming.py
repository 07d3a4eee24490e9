"""What two sides are called: what tells them apart, in words, and no folder's path."""

from pathlib import Path
from typing import TypeAlias

from concbench.drive.host.interpreter_info import probe
from concbench.drive.host.interpreters import Interpreter

Words: TypeAlias = tuple[str | None, str, str]
"""Of a side: its code, None where that is ours; its Python; its packages, empty for none."""

NO_PACKAGES = "no further packages"


def labels_of(base: Words, head: Words) -> tuple[str, str]:
    """Return what differs between two sides, and always their code; where nothing differs, their Python."""
    either = (base, head)
    shown = [base[place] != head[place] for place in range(3)]
    shown[0] = base[0] is not None
    shown[1] |= not any(shown)
    first, second = (
        ", ".join(word or NO_PACKAGES for word, show in zip(words, shown, strict=True) if show)
        for words in either
    )
    return first, second


def release_of(interpreter: Interpreter) -> str:
    """Return an interpreter's release, with a ``t`` where it is a free-threaded build, and its switches."""
    return probe(interpreter.executable, switches=interpreter.switches).name


def folders_of(base: Path, head: Path) -> tuple[str, str] | None:
    """Return the names of the innermost folders of two interpreters that differ, or None where none do."""
    names = ((one.name for one in interpreter.parents if one.name) for interpreter in (base, head))
    return next(((one, other) for one, other in zip(*names, strict=False) if one != other), None)


def home_of(interpreter: Path) -> tuple[Path, Path | None]:
    """Return what an interpreter is, whatever it is called: its executable, and its virtual environment.

    As Python itself finds it (PEP 405): a file pyvenv.cfg beside the executable, or one folder up.
    """
    folders = (interpreter.parent, interpreter.parent.parent)
    environment = next((folder for folder in folders if (folder / "pyvenv.cfg").is_file()), None)
    return interpreter.resolve(), environment.resolve() if environment else None
