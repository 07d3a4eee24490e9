"""One side of a comparison: the place where its workers run, and what they import there."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.workers.place import Place

INSTALLED = "site-packages"

_FILE = re.compile(r"/[^\s:\"']+\.\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the workers of one side are started with, and how the user will read it.

    ``label`` is short: "HEAD~1 (1a2b3c4d)", "Python 3.13.0", "uvloop==0.21". ``folder`` is the checkout that
    its code is in, and the user's files. ``about`` are further facts for the header; nothing in it names a
    folder. ``modules`` are the top-level names of the project's own modules, on either side: those of them
    that a worker imports have to lie in one of ``homes``, or it has imported what is no code of this side
    (say, of a working tree that is installed in the user's environment). ``tree`` is the user's own working
    tree, of which nothing may be imported either: None where it is what is measured. ``packages`` are what is
    installed for it besides the project, ``built`` the extension modules that no commit has.
    """

    label: str
    place: Place
    folder: Path | None = None
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    homes: tuple[Path, ...] = ()
    tree: Path | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    built: tuple[str, ...] = ()
    about: Mapping[str, str | None] = field(default_factory=dict)

    def told(self, words: str) -> str:
        """Return words with files named as they lie in the side's checkout, not where they are put to run."""
        for file, path in _named_in(words, self):
            words = words.replace(file, path)
        suites = (self.place.suite.parent.parent,) if self.place.suite else ()
        for folder in (*filter(None, [self.folder]), *self.place.roots, *suites, *self.homes):
            words = words.replace(f"{folder}{os.sep}", "")
        return words

    def in_checkout(self, file: Path) -> Path | None:
        """Return where a file lies in the checkout; one that is installed with the project, where it is from.

        None where it is no file of the side's.
        """
        if self.folder is None:
            return None
        if file.is_relative_to(self.folder):
            return file.relative_to(self.folder)
        if not self.place.built or INSTALLED not in file.parts:
            return None
        inside = Path(*file.parts[file.parts.index(INSTALLED) + 1 :])
        return next((path for path in ("src" / inside, inside) if (self.folder / path).is_file()), None)

    @property
    def interpreter(self) -> Interpreter:
        """What its workers run in."""
        return Interpreter(self.place.interpreter, self.place.switches)


def _named_in(words: str, side: Side) -> Iterator[tuple[str, str]]:
    """Yield the files that words name and that are in a side's checkout, or come from there: and where."""
    for file in sorted(set(_FILE.findall(words)), key=len, reverse=True):
        if (path := side.in_checkout(Path(file))) is not None:
            yield file, str(path)
        elif file in side.plugins:  # that of the other side
            yield file, Path(file).name
