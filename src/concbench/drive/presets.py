"""Presets, as data: how often cells are measured, and which models meet at which points of a sweep.

What somebody names is measured at every point. What nobody named is measured as its preset says: there are
many models, and a first look has to be quick.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from concbench.workloads.base import Preset

Where: TypeAlias = Literal["everywhere", "ends"]
Weighed: TypeAlias = Literal["all", "asked"]
Workloads: TypeAlias = Literal["all", "basics"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How often a preset measures.

    ``generations``: fresh processes for each cell. ``block_ns``: the wall time that a block may fill with
    rounds, of which there are ``most_rounds`` at most.
    """

    generations: int
    block_ns: int
    most_rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which cells a preset measures of what nobody named.

    Of the package's models one of each dialect is at every point of a sweep; ``others``: so are all others,
    or they are at its ends, the first and the last, but for those that are ``omitted``. ``workloads``: the
    package's are measured, or the basic ones. ``weighed``: the workloads whose memory is measured: all, or
    those that answer a question about memory.
    """

    others: Where = "everywhere"
    omitted: tuple[str, ...] = ()
    workloads: Workloads = "all"
    weighed: Weighed = "all"


EVERYWHERE = Reach()
"""Everybody meets everywhere."""

EFFORTS: Mapping[Preset, Effort] = {
    "quick": Effort(generations=6, block_ns=150_000_000, most_rounds=3),
    "standard": Effort(generations=10, block_ns=500_000_000, most_rounds=7),
    "thorough": Effort(generations=20, block_ns=2_000_000_000, most_rounds=15),
}

REACHES: Mapping[Preset, Reach] = {
    "quick": Reach(others="ends", omitted=("asyncio-gather",), workloads="basics", weighed="asked"),
    "standard": EVERYWHERE,
    "thorough": EVERYWHERE,
}
