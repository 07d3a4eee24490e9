"""Where a project's own benchmarks are found, and what starts a process that serves them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from concbench.drive.plan import Contender
from concbench.drive.sides.side import Side
from concbench.drive.workers.launch import ProcessLink

Kind: TypeAlias = Literal["pytest", "asv", "call"]

SERVE = """
from concbench.serving.worker import main
main(sys.argv[1:])
"""

MEANWHILE: Mapping[str, str] = {
    "greeting": " while what finds benchmarks was imported",
    "open": " while benchmarks were looked for",
    "close": " while it ended",
}
"""What such a process does that nobody has asked for."""

COLLECTING_SECONDS = 300.0
"""Time to find all benchmarks: large suites import much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What finds benchmarks: tests of pytest (``paths``, chosen by ``keyword``), an asv suite, or functions.

    ``args`` are further arguments of pytest's. ``tasks`` and ``models`` say how often a function that is
    named runs at once, and by whom.
    """

    kind: Kind
    paths: tuple[str, ...]
    keyword: str = ""
    args: str = ""
    tasks: tuple[int, ...] = ()
    models: tuple[str, ...] = ()

    def setup(self, side: Side, cpus: tuple[int, ...]) -> dict[str, Any]:
        """Return what a process is told that serves one side's."""
        return {
            "kind": self.kind,
            "paths": list(self.paths),
            "keyword": self.keyword,
            "args": self.args,
            "tasks": list(self.tasks),
            "models": list(self.models),
            "cpus": list(cpus),
            "roots": [str(root) for root in side.place.roots],
            "folder": str(side.folder or Path.cwd()),
        }


def starter(source: Source, sides: tuple[Side, Side]) -> Callable[[Contender], ProcessLink]:
    """Return what starts a process for a contender of either side."""
    by_name = {"base": sides[0], "head": sides[1]}

    def start(contender: Contender) -> ProcessLink:
        side = by_name[contender.id.rpartition("@")[2]]
        setup = source.setup(side, contender.cpus)
        return ProcessLink(side.place, setup, SERVE, MEANWHILE, COLLECTING_SECONDS)

    return start
