"""A process that serves a project's benchmarks, as a driver talks to it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import Contender
from concbench.drive.served.source import Kind, Source, Starter
from concbench.drive.sides.side import Side
from concbench.drive.workers.launch import ProcessLink
from concbench.drive.workers.place import Place

Message = dict[str, Any]


def contender(side: str = "base", kind: Kind = "pytest") -> Contender:
    """Return who is started."""
    return Contender(
        id=f"{kind}@{side}", model=kind, python="", interpreter=Interpreter(Path(sys.executable)),
        dialect="blocking", cpus=(), runs_on="loop", family="library", capabilities=frozenset(),
    )  # fmt: skip


def starter(folder: Path, kind: Kind = "pytest", *paths: str, **options: Any) -> Starter:
    """Return what starts processes that serve the benchmarks of a folder, on both sides."""
    roots = (folder / "src",) if (folder / "src").is_dir() else ()
    side = Side(label="here", place=Place(Path(sys.executable), roots=roots), folder=folder)
    return Starter(Source(kind=kind, paths=paths or ("benchmarks",), **options), (side, side))


class Asker:
    """Asks one process."""

    def __init__(self, link: ProcessLink) -> None:
        self.link = link

    def __call__(self, operation: str, **about: Any) -> Message:
        """Return the answer to a request."""
        return self.link.request({"op": operation, **about}, 60.0)

    def begin(self, test: str, following: str | None = None, *, try_it: bool = True) -> Message:
        """Run into a benchmark."""
        return self("try" if try_it else "begin", test=test, next=following)

    def through(self, test: str, following: str | None = None) -> Message:
        """Run a benchmark once, to its end; return what became of it."""
        begun = self.begin(test, following)
        return begun if "outcome" in begun else self("end")


@contextmanager
def serving(folder: Path, kind: Kind = "pytest", *paths: str, **options: Any) -> Iterator[Asker]:
    """Lend a process that serves the benchmarks of a folder."""
    link = starter(folder, kind, *paths, **options).start(contender())
    try:
        yield Asker(link)
    finally:
        link.kill()
