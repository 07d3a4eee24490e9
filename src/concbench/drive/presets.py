"""Presets, as data: how often cells are measured, and which models meet at which points of a sweep.

What somebody names is measured at every point. What nobody named is measured as its preset says: there are
many models, and a first look has to be quick. Three presets ask each workload for its sizes; what is beyond
all of these is a preset of a run, and has sizes of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from concbench.models.index import MEMBERS
from concbench.workloads.base import Preset

RunPreset: TypeAlias = Literal[Preset, "million"]
RUN_PRESETS: tuple[RunPreset, ...] = get_args(RunPreset)
Where: TypeAlias = Literal["everywhere", "ends"]
Weighed: TypeAlias = Literal["all", "asked", "every size"]
Workloads: TypeAlias = Literal["all", "basics"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How often a preset measures.

    ``generations``: fresh processes for each cell. ``block_ns``: the wall time that a block may fill with
    rounds, of which there are ``most_rounds`` at most. ``apart``: a process serves one cell, at which it
    takes all its turns, and no other one holds memory meanwhile. ``patience``: how many times longer than
    usual anything may take. ``most_memory``: how many GiB a worker may hold, None for any number.
    """

    generations: int
    block_ns: int
    most_rounds: int
    apart: bool = False
    patience: int = 1
    most_memory: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which cells a preset measures of what nobody named.

    Of the package's models one of each dialect is at every point of a sweep; ``others``: so are all others,
    or they are at its ends, the first and the last, but for those that are ``omitted``. ``workloads``: the
    package's are measured, or the basic ones. ``weighed``: the workloads whose memory is measured: all, or
    those that answer a question about memory, or all, at every size and not at their largest alone.
    ``sizes``: if there are any, the workloads that are measured, and at which parameters each. ``ladder``:
    the rungs of the ladder take part, among which nobody chooses, and which have a command of their own.
    """

    others: Where = "everywhere"
    omitted: tuple[str, ...] = ()
    workloads: Workloads = "all"
    weighed: Weighed = "all"
    sizes: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    ladder: bool = False

    @property
    def only_named(self) -> tuple[str, ...]:
        """The models that are measured where somebody names them alone."""
        return self.omitted if self.ladder else (*self.omitted, *MEMBERS["ladder"])


EVERYWHERE = Reach()
"""Everybody meets everywhere."""

EFFORTS: Mapping[RunPreset, Effort] = {
    "quick": Effort(generations=6, block_ns=150_000_000, most_rounds=3),
    "standard": Effort(generations=10, block_ns=500_000_000, most_rounds=7),
    "thorough": Effort(generations=20, block_ns=2_000_000_000, most_rounds=15),
    "million": Effort(
        generations=3, block_ns=2_000_000_000, most_rounds=5, apart=True, patience=5, most_memory=20.0
    ),
}

REACHES: Mapping[RunPreset, Reach] = {
    "quick": Reach(others="ends", omitted=("asyncio-gather",), workloads="basics", weighed="asked"),
    "standard": EVERYWHERE,
    "thorough": EVERYWHERE,
    "million": Reach(
        weighed="every size",
        sizes={"parked": tuple({"tasks": 10**decade} for decade in (3, 4, 5, 6))},
        ladder=True,
    ),
}
