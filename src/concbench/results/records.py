"""What is said of a measurement, typed: the records of a run file, and what a worker answers.

docs/FORMAT.md describes the records in prose. They are decoded by ``lines``, which refuses what is not as it
is declared here. What a record has besides is passed over. Names of attributes are keys of the file, but for
``extras``, which stand there as ``records``.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from concbench.results.header import Header
from concbench.results.values import (
    Count,
    Extras,
    LegName,
    NotNegative,
    Ordinal,
    OutcomeName,
    Positive,
    Purpose,
    Record,
    check_extras,
    check_moment,
    complaint_about,
)


class ProcessRecord(Record, frozen=True, kw_only=True, tag="process"):
    """A worker that was started."""

    process: Ordinal
    contender: str
    generation: Ordinal
    purpose: Purpose
    pid: Positive
    python: str | None = None
    version: str | None = None
    gil: bool | None = None
    startup_ns: Count | None
    open_ns: Count | None


class ClosedRecord(Record, frozen=True, tag="closed"):
    """A worker that ended in order."""

    process: Ordinal
    close_ns: Count


class WitnessedLeg(Struct, frozen=True):
    """What the witness counted in one leg, by unit."""

    counts: dict[str, Count]


class WitnessRecord(Record, frozen=True, tag="witness"):
    """What a cell was seen to do."""

    cell: str
    legs: Annotated[list[WitnessedLeg], Meta(min_length=1, max_length=2)]
    number: Positive
    estimate_ns: NotNegative
    checks: dict[str, str | None]
    peak_live: Count | None = None
    once_ns: Count | None = None
    workload_version: str | None = None

    def unit(self, unit: str) -> str | None:
        """Return what costs are divided by: the workload's unit, or what else was counted; None for nothing.

        Where there are two legs, it is what the long one has more of.
        """
        counted = (one for one in (unit, "suspension", "task") if self.count(one) > 0)
        return next((one for one in counted if len(self.legs) > 1 or one in (unit, "task")), None)

    def count(self, unit: str) -> int:
        """Return how many units the leg did, of two legs how many more the long one did."""
        counts = [leg.counts.get(unit, 0) for leg in self.legs]
        return counts[-1] - (counts[0] if len(counts) > 1 else 0)


class Leg(Struct, frozen=True, gc=False):
    """A leg of a sample: what ``number`` repetitions took."""

    leg: LegName
    number: Positive
    wall_ns: Positive
    cpu_ns: Count
    user_ns: Count
    system_ns: Count
    voluntary: Count
    involuntary: Count
    gc: Count


class InBlock(Record, frozen=True):
    """What a process measured of a cell in a block."""

    cell: str
    process: Ordinal
    generation: Ordinal
    block: Ordinal


LEGS = (["short", "long"], ["long", "short"], ["single"])


class Sample(InBlock, frozen=True, tag="sample", rename={"extras": "records"}):
    """One turn of a cell."""

    round: Ordinal
    turn: Ordinal
    legs: Annotated[list[Leg], Meta(min_length=1, max_length=2)]
    first: LegName
    calibration_ns: Positive
    extras: Extras

    def complaint(self) -> str | None:
        """Return what does not agree in it, or None; it is asked once, since there may be a million."""
        if self.extras and (complaint := complaint_about(self.extras)) is not None:
            return complaint
        legs, first = self.legs, self.first
        if len(legs) == 1 and legs[0].leg == first == "single":
            return None
        names = [leg.leg for leg in legs]
        if names not in LEGS:
            return f"legs has the legs {names}, not one single or a short and a long one"
        return None if first in names else f"first is {first!r}, but the legs are {names}"


class Weight(Struct, frozen=True):
    """What a process was seen to hold: ``observed`` by a task, ``peak`` by the system."""

    tasks: Positive
    baseline_bytes: Count | None
    observed_bytes: Count | None
    peak_bytes: Count | None
    floor_bytes: Count
    peak_was_reset: bool = True


class MemoryRecord(InBlock, frozen=True, omit_defaults=False, tag="memory"):
    """What a cell was seen to weigh: the keys of a :class:`Weight` beside those of its place."""

    tasks: Positive
    baseline_bytes: Count | None
    observed_bytes: Count | None
    peak_bytes: Count | None
    floor_bytes: Count
    peak_was_reset: bool = True


def bytes_per_task(seen: Weight | MemoryRecord) -> float | None:
    """Return what a task weighs, as a keeper task saw it; None where none did."""
    if seen.observed_bytes is None or seen.baseline_bytes is None:
        return None
    return (seen.observed_bytes - seen.baseline_bytes) / seen.tasks


class OutcomeRecord(Record, frozen=True, tag="outcome"):
    """Why a cell has no figures."""

    cell: str
    process: Ordinal | None
    generation: Ordinal | None
    outcome: OutcomeName
    reason: str
    at: Count | None
    last_words: str | None


class BlockRecord(Record, frozen=True, tag="block"):
    """A block that is complete."""

    generation: Ordinal
    block: Ordinal
    cells: list[str]


class Slices(Struct, frozen=True, rename={"extras": "records"}):
    """The slices of one side of a pair as columns."""

    wall_ns: list[Positive]
    cpu_ns: list[Count]
    user_ns: list[Count]
    system_ns: list[Count]
    voluntary: list[Count]
    involuntary: list[Count]
    gc: list[Count]
    extras: list[Extras]

    def __post_init__(self) -> None:
        for extras in self.extras:
            check_extras(extras)

    def lengths(self) -> set[int]:
        """Return how many values its columns have, each length once; an older file may lack some."""
        columns = (getattr(self, name) for name in self.__struct_fields__)
        return {len(column) for column in columns if column is not None}


class PairRecord(Record, frozen=True, tag="pair"):
    """What both sides of a pair took at a cell."""

    cells: tuple[str, str]
    pair: Ordinal
    processes: tuple[Ordinal, Ordinal]
    calibration_ns: tuple[Positive, Positive]
    number: Positive
    first: Literal[0, 1]
    sides: tuple[Slices, Slices]

    def __post_init__(self) -> None:
        lengths = set().union(*(side.lengths() for side in self.sides))
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(
                f"sides has columns of {sorted(lengths)} slices, not one or more, as many in each"
            )


class WeighedRecord(Record, frozen=True, tag="weighed"):
    """What both sides of a pair weigh."""

    cells: tuple[str, str]
    pair: Ordinal
    processes: tuple[Ordinal, Ordinal]
    sides: tuple[Weight, Weight]


class LookRecord(Record, frozen=True, tag="look"):
    """A look at the data of a comparison, and the cells that more pairs may decide."""

    pairs: Count
    open: list[str]


class CountedRecord(Record, frozen=True, tag="counted"):
    """The instructions that a cell takes on both sides."""

    cells: tuple[str, str]
    number: Positive
    instructions: tuple[Positive, Positive]
    confirmed: bool = False


class NoiseRecord(Record, frozen=True, tag="noise"):
    """Readings of the calibration loop before or after all measurements."""

    when: Literal["before", "after"]
    contender: str
    calibration_ns: list[Positive]


class WarningRecord(Record, frozen=True, tag="warning"):
    """What makes figures less worth than they look; of a comparison perhaps those of two cells."""

    name: str
    seen: str
    why: str
    todo: str
    cells: tuple[str, str] | None = None


class ResumeRecord(Record, frozen=True, tag="resume"):
    """The run was interrupted, and goes on from here."""

    resumed: str
    dropped: str | None

    def __post_init__(self) -> None:
        check_moment("resumed", self.resumed)


class EndRecord(Record, frozen=True, tag="end"):
    """The run came to its end, or was stopped in order."""

    finished: str
    complete: bool

    def __post_init__(self) -> None:
        check_moment("finished", self.finished)


RECORDS: tuple[type[Record], ...] = (
    Header, ProcessRecord, ClosedRecord, WitnessRecord, Sample, MemoryRecord, OutcomeRecord, BlockRecord,
    PairRecord, WeighedRecord, LookRecord, CountedRecord, NoiseRecord, WarningRecord, ResumeRecord, EndRecord,
)  # fmt: skip
TYPES: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in RECORDS}
"""Every type of record by the name that it has in a file."""
