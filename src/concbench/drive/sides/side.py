"""One side of a comparison: an interpreter, and whose code its workers run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the workers of one side are started with, and how the user will read it.

    ``label`` is short: "HEAD~1 (1a2b3c4d)", "Python 3.13.0", "uvloop==0.21". ``suite`` is the folder of a
    concbench package whose models and workloads are used; None for ours. ``roots`` are searched for modules
    first (a project's). ``folder`` is the checkout that both are in, and the user's files. ``compiled`` is
    the folder for compiled files; None for beside the sources, where Python puts them, and a working tree is
    not to have them. ``about`` are further facts for the header; nothing in it names a folder.
    """

    label: str
    interpreter: Path
    suite: Path | None = None
    roots: tuple[Path, ...] = ()
    folder: Path | None = None
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    compiled: Path | None = None
    about: Mapping[str, str | None] = field(default_factory=dict)
