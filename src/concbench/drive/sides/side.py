"""One side of a comparison: the place where its workers run, and what they import there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.workers.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the workers of one side are started with, and how the user will read it.

    ``label`` is short: "HEAD~1 (1a2b3c4d)", "Python 3.13.0", "uvloop==0.21". ``folder`` is the checkout that
    its code is in, and the user's files. ``about`` are further facts for the header; nothing in it names a
    folder. ``modules`` are the top-level names of the project's own modules, on either side: those of them
    that a worker imports have to lie in one of ``homes``, or it has imported what is no code of this side
    (say, of a working tree that is installed in the user's environment).
    """

    label: str
    place: Place
    folder: Path | None = None
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    homes: tuple[Path, ...] = ()
    about: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def interpreter(self) -> Interpreter:
        """What its workers run in."""
        return Interpreter(self.place.interpreter, self.place.switches)
