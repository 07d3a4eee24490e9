"""What is asked of a comparison: its sides, its cells, how hard to measure, and what counts."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, get_type_hints

from concbench.analysis.comparison import Comparison, Margins
from concbench.analysis.ending import FailOn
from concbench.drive.sides.spec import SideSpec, Whose
from concbench.errors import RequestError, arg
from concbench.metrics import INSTRUCTIONS, margins, names_for
from concbench.runs.arguments import AboveZero, Names, Params, Paths, Seed, Share, Timeout
from concbench.runs.request import OwnCodeOptions

Wish: TypeAlias = Literal["auto", "on", "off"]

IN_HEADERS = ("command", "models", "workloads", "params", "affinity", "memory", "budget", "timeout", "seed")


def gateable() -> tuple[str, ...]:
    """Return what may count for the exit code."""
    return (*names_for("pairs"), INSTRUCTIONS)


def drawn_seed() -> int:
    """Return a seed that nobody chose: one that is always the same would always favour the same side."""
    return secrets.randbelow(2**32)


class StoredOptions(TypedDict, total=False):
    """Arguments that mean something where stored runs are compared, too."""

    models: Names
    workloads: Names
    margin: Share | None
    time_margin: AboveZero
    memory_margin: AboveZero
    gates: Names
    fail_on: FailOn | None


OF_STORED = ("base", "head", *get_type_hints(StoredOptions))
"""Those arguments, and the two runs."""


class ComparisonOptions(StoredOptions, OwnCodeOptions, total=False):
    """Arguments of a comparison."""

    packages: Names
    requirements: Paths
    project: bool
    extras: Names
    plugin_from: Whose
    repo: Path | str
    pytest: Names
    asv: Names
    call: Names
    keyword: str
    pytest_args: str
    tasks: Sequence[int]
    params: Mapping[str, Any]
    affinity: str
    memory: bool
    instructions: Wish
    budget: AboveZero
    timeout: Timeout
    seed: Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest(SideSpec):
    """Empty ``models`` or ``workloads`` mean the user's own, else all.

    ``budget`` and ``timeout`` are in s. ``margin`` is a fraction, None that of the kind of comparison;
    ``time_margin`` is in ns, ``memory_margin`` in bytes. ``gates`` are the metrics that count, empty for
    times; ``fail_on`` says what of them fails, None what does for this kind of comparison. ``more``: besides
    the cells as they are, every cell that is not mostly waiting is there with so many times the work on the
    head's side. Where ``pytest`` (paths of tests), ``asv`` (a folder) or ``call`` (``module:function``) are
    given, a project's own benchmarks are compared, and ``keyword`` and ``pytest_args`` (pytest's), and
    ``tasks`` (of a call) choose among them.
    """

    command: str = "compare"
    pytest: tuple[str, ...] = ()
    asv: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    keyword: str = ""
    pytest_args: str = ""
    tasks: tuple[int, ...] = ()
    models: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    affinity: str = "auto"
    memory: bool = True
    instructions: Wish = "auto"
    budget: AboveZero = 180.0
    timeout: Timeout = 60.0
    seed: Seed = field(default_factory=drawn_seed)
    margin: Share | None = None
    time_margin: AboveZero = 100_000.0
    memory_margin: AboveZero = 32.0
    gates: tuple[str, ...] = ()
    fail_on: FailOn | None = None
    more: tuple[Fraction, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what headers keep of the request, as plain data."""
        kept = {name: getattr(self, name) for name in IN_HEADERS}
        return {**kept, "margins": dict(self.margins()), "more": [float(factor) for factor in self.more]}

    def margins(self, ratio: float | None = None) -> Margins:
        """Return the margins, with ``ratio``, else each metric's own, where none was asked for."""
        asked = ratio if self.margin is None else self.margin
        return margins(ratio=asked, ns=self.time_margin, nbytes=self.memory_margin)

    def failing(self, *, stored: bool = False) -> FailOn:
        """Return what fails: what got slower, but of stored runs nothing, unless a gate was asked for."""
        return self.fail_on or ("never" if stored and not self.gates else "slower")

    def gating(self) -> tuple[str, ...]:
        """Return what counts for the exit code.

        Raises RequestError for an unknown metric, and for one that is not going to be measured.
        """
        unknown = next((name for name in self.gates if name not in gateable()), None)
        if unknown is not None:
            known = ", ".join(gateable())
            raise RequestError(f"{arg('gates')}: there is no metric {unknown!r}; there are {known}")
        off: dict[str, Any] = {"memory": False} if not self.memory else {}
        off |= {INSTRUCTIONS: "off"} if self.instructions == "off" else {}
        name = next((name for name in off if name in self.gates), "")
        if name:
            raise RequestError(
                f"{arg('gates', name)} needs what {arg(name, off[name])} switches off; leave one of them out"
            )
        return self.gates or names_for("gate")


def is_run_file(name: str) -> bool:
    """Say whether a side is named by its run file."""
    return name.endswith((".jsonl", ".jsonl.gz"))


def refuse_no_revisions(request: ComparisonRequest) -> None:
    """Raise RequestError for sides that are no names of revisions."""
    for side in (request.base, request.head):
        if side == "":
            raise RequestError(
                "an empty word is no revision (is a variable not set?); leave HEAD out, or say ., to compare"
                " with the working tree"
            )
        if side and is_run_file(side):
            raise RequestError(
                f"{side} is a run file, which can only be compared with another one (from a program by"
                " compare_files)"
            )


def with_untold(comparison: Comparison, named: tuple[str, ...]) -> Comparison:
    """Return a comparison with a warning for every metric that --gate names and that has no figure."""
    untold = tuple(
        f"--gate {name}: nothing of it was measured; choose models and workloads that have it"
        for name in named
        if name not in comparison.told
    )
    return replace(comparison, warnings=(*comparison.warnings, *untold))
