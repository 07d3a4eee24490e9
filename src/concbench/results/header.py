"""The header of a run file: what is known of a run or a comparison before it begins."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, convert, field

from concbench.families import Family, family_from
from concbench.metrics import Unit
from concbench.models.index import family_named
from concbench.results.histories import CHANGES
from concbench.results.values import (
    AboveZero,
    Count,
    Integer,
    Ordinal,
    Params,
    Positive,
    Record,
    check_moment,
    moment_of,
)
from concbench.traits import RunsOn, Traits
from concbench.workloads.questions import Question

SCHEMA = 3
"""The schema that is written. It grows when an older reader would misread a newer file."""


class Build(Struct, frozen=True):
    """What sets a build of Python apart."""

    gil: bool | None = None
    jit: bool | None = None
    debug: bool | None = None
    free_threaded: bool | None = None


class Repository(Struct, frozen=True):
    """Where the code stood."""

    commit: str | None = None
    date: str | None = None
    dirty: bool | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.date is not None and moment_of(self.date) is None:
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

    @property
    def changes(self) -> str:
        """What stands after the commit: that files were changed since, or nothing."""
        return CHANGES if self.repository is not None and self.repository.dirty else ""


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
    served: dict[str, Any] = {}


class HeaderContender(Struct, frozen=True, omit_defaults=True):
    """A contender as a header describes it.

    ``gil``: its worker ran under the GIL once its model was open; ``gil_by``: the module that turned it on.
    """

    id: str
    model: str
    dialect: str
    python: str
    version: str | None
    release: str | None = None
    cpus: list[Ordinal] | None = None
    runs_on: RunsOn | None = None
    family: Family | None = None
    gil: bool | None = None
    gil_by: str | None = None

    @property
    def tasks_run_on(self) -> RunsOn:
        """What its tasks run on; a file that does not say it knew threads as ``blocking``."""
        return self.runs_on or ("threads" if self.dialect == "blocking" else "loop")

    @property
    def of_family(self) -> Family:
        """The family of its model; of a file that does not say it, what comes closest."""
        closest = family_from(self.dialect, Traits(runs_on=self.tasks_run_on))
        return self.family or family_named(self.model) or closest

    @property
    def released(self) -> str:
        """The release of its interpreter; as it was asked for where that is not known."""
        return self.python if self.release is None else self.release


class HeaderCell(Struct, frozen=True, omit_defaults=True):
    """A cell as a header describes it; ``long_floor_ns``: the floor of a second leg, where it is another."""

    id: str
    workload: str
    contender: str
    params: Params
    unit: Unit
    floor_ns: Count
    workload_version: str
    long_floor_ns: Count | None = None

    @property
    def floors(self) -> tuple[int, int]:
        """The floors (ns) of the first and the last leg of a sample."""
        return self.floor_ns, self.floor_ns if self.long_floor_ns is None else self.long_floor_ns


class HeaderPair(Struct, frozen=True):
    """Two cells, base's and head's, as the header of a comparison pairs them."""

    id: str
    cells: tuple[str, str]
    workload: str
    model: str
    purpose: Literal["time", "memory"]
    params: Params
    head_params: Params


class HeaderLane(Struct, frozen=True):
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
    preempted: Count = 0
    clock: Literal["wall", "cpu"] = "wall"
    lanes: list[HeaderLane] = []
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


class HeaderWorkload(Struct, frozen=True):
    """What a workload that the package lacks brings to the report, and how to read its picture.

    ``units`` are those of its parameters that are no counts.
    """

    questions: list[Question]
    lanes: str
    units: dict[str, str] = {}


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
    readings: dict[str, str] = field(default_factory=dict)
    workloads: dict[str, HeaderWorkload] = field(default_factory=dict)
    traces: list[HeaderTrace] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    sides: dict[Literal["base", "head"], dict[str, str | None]] | None = None
    paired: list[HeaderPair] | None = None

    def __post_init__(self) -> None:
        check_moment("started", self.started)

    @property
    def traces_by_workload(self) -> dict[str, list[HeaderTrace]]:
        """The traces, each list in the header's order; {} where it has none."""
        found: dict[str, list[HeaderTrace]] = {}
        for trace in self.traces:
            found.setdefault(trace.workload, []).append(trace)
        return found

    def build_of(self, contender: HeaderContender) -> Build:
        """Return what is known of a contender's interpreter, as it was asked before the run."""
        named = list(dict.fromkeys(one.python for one in self.contenders))
        pythons = self.about.pythons
        return pythons[named.index(contender.python)] if len(pythons) == len(named) else Build()

    def python_of(self, contender: HeaderContender) -> str:
        """Return a contender's release of Python, and what sets it apart from others of that release."""
        build, released = self.build_of(contender), contender.released
        if build.free_threaded and "t" not in released:  # older files do not say so there
            released += "t"
        gil = build.gil if contender.gil is None else contender.gil
        told = {"no GIL": gil is False, "JIT": build.jit is True, "debug": build.debug is True}
        return ", ".join([released, *(words for words, so in told.items() if so)])

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
