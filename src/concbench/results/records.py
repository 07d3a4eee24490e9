"""What is said of a measurement, typed: the records of a run file, and what a worker answers.

docs/FORMAT.md describes the records in prose. They are decoded by ``lines``, which refuses what is not as it
is declared here. What a record has besides is passed over. Names of attributes are keys of the file, but for
``extras``, which stand there as ``records``.
"""

from datetime import datetime, timedelta
from math import nextafter
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct, convert

from concbench.metrics import Unit
from concbench.outcomes import OUTCOMES

SCHEMA = 3
"""The schema that is written. It grows when an older reader would misread a newer file."""

LARGEST = 2**63 - 1
"""The largest number: what 64 bits hold, so that columns do. In nanoseconds it is 292 years."""

LAST_ORDINAL = 2**31 - 1
"""The largest number of a process, a block, a round and the like."""

YEARS = range(1970, 2262)
"""The years of a time: beyond them 64 bits of nanoseconds do not tell it."""

_LARGEST_FLOAT = nextafter(2.0**63, 0)
"""``float(LARGEST)`` is 2**63, one more."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
Ordinal: TypeAlias = Annotated[int, Meta(ge=0, le=LAST_ORDINAL)]
Integer: TypeAlias = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Number: TypeAlias = Integer | Annotated[float, Meta(ge=-_LARGEST_FLOAT, le=_LARGEST_FLOAT)]
Amount: TypeAlias = Count | Annotated[float, Meta(ge=0, le=_LARGEST_FLOAT)]
AboveZero: TypeAlias = Positive | Annotated[float, Meta(ge=1e-9, le=_LARGEST_FLOAT)]
Text: TypeAlias = Annotated[str, Meta(max_length=20_000)]
Params: TypeAlias = dict[str, str | bool | Number]
Extras: TypeAlias = dict[str, Number | str | bool | list[Number] | None]
LegName: TypeAlias = Literal["single", "short", "long"]
Purpose: TypeAlias = Literal["pilot", "time", "memory"]
OutcomeName: TypeAlias = Literal[OUTCOMES]  # type: ignore[valid-type]

LATE = frozenset({"lateness_p50_ns", "lateness_p90_ns", "lateness_p99_ns", "lateness_max_ns"})
NUMBERS = LATE | {"early"}
"""What a workload may tell of its runs that is always a number."""


def complaint_about(extras: Extras) -> str | None:
    """Return None if the figures that are known are numbers, else what is wrong."""
    for name, value in extras.items():
        kind = type(value)
        if name in LATE:
            if kind is not int and kind is not float:
                return f"records.{name} is {value!r}, not a number"
        elif name == "lateness_ns":
            if kind is not list:
                return f"records.{name} is {value!r}, not a list of numbers"
        elif name == "early" and (kind is not int or value < 0):  # type: ignore[operator]
            return f"records.{name} is {value!r}, not an integer of 0 or more"
    return None


def check_extras(extras: Extras) -> None:
    """Raise ValueError for the same."""
    if (complaint := complaint_about(extras)) is not None:
        raise ValueError(complaint)


def _moment(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _check_moment(name: str, told: str) -> None:
    found = _moment(told)
    if found is None or found.utcoffset() != timedelta():
        raise ValueError(f"{name} is {told!r}, not a time in UTC such as 2026-11-22T12:00:00+00:00")


class Record(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag=""):
    """A line of a run file."""

    @property
    def type(self) -> str:
        """What kind of record it is, as the file says it."""
        return str(self.__struct_config__.tag)


class Build(Struct, frozen=True):
    """What sets a build of Python apart."""

    gil: bool | None = None
    jit: bool | None = None
    debug: bool | None = None


class Repository(Struct, frozen=True):
    """Where the code stood."""

    commit: str | None = None
    date: str | None = None
    dirty: bool | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.date is not None and _moment(self.date) is None:
            raise ValueError(
                f"repository.date is {self.date!r}, not a time such as 2026-11-22T12:00:00+01:00"
            )


class Machine(Struct, frozen=True):
    """Which machine it was."""

    id: str | None = None


class Environment(Struct, frozen=True):
    """What is read of the environment in a header, which holds more."""

    identity: dict[str, str]
    repository: Repository | None = None
    machine: Machine | None = None
    commit_unknown: str | None = None
    os: dict[str, Any] = {}
    pythons: list[Build] = []


class Settings(Struct, frozen=True):
    """What is read of the settings in a header, which holds more."""

    models: list[str] = []
    workloads: list[str] = []
    pythons: list[str] = []
    plugins: list[str] = []
    loops: list[str] = []
    command: str = ""
    preset: str = ""
    affinity: str = ""
    baseline: str = ""
    params: dict[str, list[str]] = {}
    memory: bool | None = None
    timeout: AboveZero | None = None
    seed: Integer | None = None
    budget: AboveZero | None = None
    more: list[AboveZero] = []
    margins: dict[str, AboveZero] | None = None


class HeaderContender(Struct, frozen=True, omit_defaults=True):
    """A contender as a header describes it."""

    id: str
    model: str
    dialect: str
    python: str
    version: str | None
    release: str | None = None
    cpus: list[Ordinal] | None = None

    @property
    def released(self) -> str:
        """The release of its interpreter; as it was asked for where that is not known."""
        return self.python if self.release is None else self.release


class HeaderCell(Struct, frozen=True):
    """A cell as a header describes it."""

    id: str
    workload: str
    contender: str
    params: Params
    unit: Unit
    floor_ns: Count
    workload_version: str


class HeaderPair(Struct, frozen=True):
    """Two cells, base's and head's, as the header of a comparison pairs them."""

    id: str
    cells: tuple[str, str]
    workload: str
    model: str
    purpose: Literal["time", "memory"]
    params: Params
    head_params: Params


class Lane(Struct, frozen=True):
    """When a task of a trace ran."""

    task: Ordinal
    resumes: Count
    start_ns: Count
    end_ns: Count
    running: Annotated[list[tuple[Count, Count]], Meta(min_length=1)]

    def __post_init__(self) -> None:
        for start, end in self.running:
            if start > end:
                raise ValueError(f"running has {[start, end]}, not a start and an end: moments in order")


class HeaderTrace(Struct, frozen=True, omit_defaults=True):
    """Who ran when, for a few tasks of one contender, or why that is not known: ``outcome``."""

    contender: str
    workload: str
    params: Params
    span_ns: Count = 0
    lanes: list[Lane] = []
    outcome: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.outcome is None and not self.span_ns:
            raise ValueError("it has neither span_ns and lanes nor an outcome and a reason")
        if self.outcome is not None and (self.lanes or self.reason is None):
            raise ValueError("it has an outcome and lanes, or an outcome without a reason")


def _known(told: Any, kind: type[Struct]) -> Any:
    """Return what is read of an object: what else it holds may have keys of any letters."""
    known = kind.__struct_fields__
    return {name: told[name] for name in known if name in told} if isinstance(told, dict) else told


class Header(Record, frozen=True, tag="header"):
    """The first record: what is known of a run before it begins; a comparison has ``sides`` and ``paired``.

    ``settings`` and ``environment`` are as they were written, whatever they hold; ``asked`` and ``about`` are
    what is known of them (ValidationError where they are not that).
    """

    schema: Positive
    concbench: str
    run: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    started: str
    settings: dict[str, Any]
    seed: Integer
    environment: dict[str, Any]
    contenders: list[HeaderContender]
    cells: list[HeaderCell]
    gc: str | None = None
    readings: dict[str, str] = {}
    traces: list[HeaderTrace] = []
    sides: dict[Literal["base", "head"], dict[str, Any]] | None = None
    paired: list[HeaderPair] | None = None

    def __post_init__(self) -> None:
        _check_moment("started", self.started)

    @property
    def asked(self) -> Settings:
        """The settings."""
        return convert(_known(self.settings, Settings), Settings)

    @property
    def about(self) -> Environment:
        """The environment."""
        told = _known(self.environment, Environment)
        for name, kind in (("repository", Repository), ("machine", Machine)):
            if name in told:
                told[name] = _known(told[name], kind)
        return convert(told, Environment)


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
    estimate_ns: Amount
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


class Sample(Record, frozen=True, gc=False, tag="sample", rename={"extras": "records"}):
    """One turn of a cell."""

    cell: str
    process: Ordinal
    generation: Ordinal
    block: Ordinal
    round: Ordinal
    turn: Ordinal
    legs: Annotated[list[Leg], Meta(min_length=1, max_length=2)]
    first: LegName
    calibration_ns: Positive
    extras: Extras

    def check(self) -> None:
        """Raise ValueError where its parts do not agree; of a million samples that is asked all at once."""
        check_extras(self.extras)
        names = [leg.leg for leg in self.legs]
        if names not in (["single"], ["short", "long"], ["long", "short"]):
            raise ValueError(f"legs has the legs {names}, not one single or a short and a long one")
        if self.first not in names:
            raise ValueError(f"first is {self.first!r}, but the legs are {names}")


class Weight(Struct, frozen=True):
    """What a process was seen to hold: ``observed`` by a task, ``peak`` by the system."""

    tasks: Positive
    baseline_bytes: Count | None
    observed_bytes: Count | None
    peak_bytes: Count | None
    floor_bytes: Count
    peak_was_reset: bool = True


class MemoryRecord(Record, frozen=True, omit_defaults=False, tag="memory"):
    """What a cell was seen to weigh."""

    cell: str
    process: Ordinal
    generation: Ordinal
    block: Ordinal
    tasks: Positive
    baseline_bytes: Count | None
    observed_bytes: Count | None
    peak_bytes: Count | None
    floor_bytes: Count
    peak_was_reset: bool = True


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
        """Return how many values its columns have, each length once."""
        return {len(getattr(self, name)) for name in self.__struct_fields__}


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
        _check_moment("resumed", self.resumed)


class EndRecord(Record, frozen=True, tag="end"):
    """The run came to its end, or was stopped in order."""

    finished: str
    complete: bool

    def __post_init__(self) -> None:
        _check_moment("finished", self.finished)


RECORDS: tuple[type[Record], ...] = (
    *(Header, ProcessRecord, ClosedRecord, WitnessRecord, Sample, MemoryRecord, OutcomeRecord, BlockRecord),
    *(
        PairRecord,
        WeighedRecord,
        LookRecord,
        CountedRecord,
        NoiseRecord,
        WarningRecord,
        ResumeRecord,
        EndRecord,
    ),
)
TYPES: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in RECORDS}
"""Every type of record by the name that it has in a file."""
