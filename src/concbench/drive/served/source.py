"""Where a project's own benchmarks are found, and what starts a process that serves them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Literal, TypeAlias

from concbench.drive.plan import Contender
from concbench.drive.sides.side import Side
from concbench.drive.workers.launch import Message, ProcessLink, Tick, WorkerLost
from concbench.interrupts import whole

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

FEWER: Mapping[Kind, str] = {
    "pytest": "fewer tests (-k, or other paths)",
    "asv": "fewer benchmarks (-k, a regular expression)",
    "call": "fewer functions (--call), numbers of tasks (--tasks) or models (--model)",
}
"""How less is asked for."""

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

    def paths_at(self, side: Side, other: Side) -> list[str]:
        """Return the paths to look at on a side: those that the other alone has are left out."""
        return [path for path in self.paths if self._is_at(side, path) or not self._is_at(other, path)]

    def _is_at(self, side: Side, path: str) -> bool:
        """Say whether a side has a path; where functions lie is found out by importing them."""
        return self.kind == "call" or ((side.folder or Path.cwd()) / path.partition("::")[0]).exists()

    def setup(self, side: Side, other: Side, cpus: tuple[int, ...]) -> dict[str, Any]:
        """Return what a process is told that serves one side's."""
        return {
            "kind": self.kind,
            "paths": self.paths_at(side, other),
            "keyword": self.keyword,
            "args": self.args,
            "tasks": list(self.tasks),
            "models": list(self.models),
            "cpus": list(cpus),
            "roots": [str(root) for root in side.place.roots],
            "modules": list(side.modules),
            "built": side.place.built,
            "folder": str(side.folder or Path.cwd()),
        }


class ServedLink(ProcessLink):
    """A process that serves benchmarks, with a temporary folder of its own, which goes when it goes.

    Most are ended before they could tidy up; what tests have put into their temporary folders may be large.
    Files of its ``side`` are named as they lie there, not where they are put to run.
    """

    def __init__(self, side: Side, setup: Mapping[str, Any]) -> None:
        self._side = side
        try:
            self._folder = Path(mkdtemp(prefix="concbench-")).resolve()
        except OSError as error:
            raise WorkerLost("exhausted", f"no temporary folder can be made: {error.strerror}") from error
        try:
            whole_setup = {**setup, "temporary": str(self._folder)}
            super().__init__(side.place, whole_setup, SERVE, MEANWHILE, later=True)
        except BaseException:
            rmtree(self._folder, ignore_errors=True)
            raise

    def request(self, message: Message, seconds: float, tick: Tick = lambda _seconds: None) -> Message:
        """Send a request and return its answer; raises WorkerLost, with the process ended."""
        try:
            answer = super().request(message, seconds, tick)
        except WorkerLost as lost:
            reason, last_words = map(self._side.told, (lost.reason, lost.last_words))
            raise WorkerLost(lost.outcome, reason, last_words) from lost.__cause__
        if "outcome" in answer:
            return {**answer, "reason": self._side.told(answer["reason"])}
        return answer

    def kill(self) -> None:
        """End it at once, and remove its folder."""
        super().kill()
        rmtree(self._folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Starter:
    """Starts the processes of both sides."""

    source: Source
    sides: tuple[Side, Side]

    @whole
    def begin(self, contender: Contender) -> ProcessLink:
        """Start a process for a contender of either side, which is to be met; raises WorkerLost."""
        is_head = contender.id.endswith("@head")
        side, other = self.sides[is_head], self.sides[not is_head]
        setup = self.source.setup(side, other, contender.cpus)
        return ServedLink(side, setup)

    def start(self, contender: Contender) -> ProcessLink:
        """Start a process, and wait until it has found its benchmarks; raises WorkerLost.

        One that has found none and said why is lost for that reason, and no other.
        """
        link = self.begin(contender)
        try:
            link.meet(COLLECTING_SECONDS)
        except WorkerLost as lost:
            raise WorkerLost(lost.outcome, lost.given) if lost.given else lost from lost.__cause__
        return link
