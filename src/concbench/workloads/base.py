"""What a workload is: the same task written once per dialect, what it promises, and how it is judged.

A workload promises what anyone can check from outside (:class:`Promise`): how many tasks there are, how
often each suspends, how deep. The witness holds a model to that promise; a timed run is held to the
results alone, which are checked outside the timed region.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, fields, replace
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypeVar, get_type_hints

from concbench.crowding import too_few_for
from concbench.families import LoadFamily
from concbench.models.base import DIALECTS, Dialect, Factory
from concbench.models.capabilities import Capability, lacked_by, lent_by
from concbench.promised import Promised
from concbench.traits import unsized
from concbench.words import shown
from concbench.workloads.lent import refuse_no_runtime
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.spelling import spell

if TYPE_CHECKING:
    from concbench.metrics import Unit

P = TypeVar("P")
Preset: TypeAlias = Literal["quick", "standard", "thorough"]
PRESETS: tuple[Preset, ...] = ("quick", "standard", "thorough")


class NotExpressible(Exception):
    """The reason why a dialect cannot express a workload, or not with these parameters."""

    @property
    def reason(self) -> str:
        """The reason, as a sentence without a full stop."""
        return str(self.args[0]) if self.args else "no reason given"


Wording: TypeAlias = Callable[[Any, Any], list[Factory]]
"""How a task is written: takes the model's runtime and the parameters, returns the task factories."""


@dataclass(frozen=True, slots=True)
class Version:
    """A wording, what a model has to lend for it, and which is ``preferred`` where all that needs is lent."""

    function: Wording
    needs: Set[Capability] = frozenset()
    preferred: "Version | None" = None

    def __call__(self, rt: Any, params: Any) -> list[Factory]:
        """Return the task factories."""
        return (self.chosen(lent_by(rt)) if self.preferred else self.function)(rt, params)

    def chosen(self, lent: Set[Capability]) -> Wording:
        """Return the wording for who lends all this."""
        best = self.preferred
        return best.function if best and best.needs <= lent | {Capability.SHARED_MEMORY} else self.function


class Speaker(Protocol):
    """What a workload has to know of who is to do it: a model, or a contender in a plan."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def dialect(self) -> Dialect: ...  # noqa: D102
    @property
    def capabilities(self) -> Set[Capability]: ...  # noqa: D102
    @property
    def most_alive(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an honest run of a workload does, as fields: each stands for an object of concbench.promises.

    ``tasks`` are spawned, started and finished, each exactly once. Every task suspends ``suspensions``
    times, exactly if ``exact``, else at least. ``overlap``: at some moment this many tasks have started and
    not yet finished. ``gathered``: how many tasks are suspended when the keeper task observes (None: there is
    no keeper). ``fair``: no task is ever more than two suspensions ahead of another, and of all steps about
    one in each round of n tasks, 1/n, may follow on one of the same task. ``frames``: how many frames of the
    workload's code stand on a task's stack while it is suspended (None: not promised).
    ``delays``: for each task, the seconds that must pass between its start and its end, less ``early``.
    """

    tasks: int
    suspensions: int = 0
    exact: bool = True
    overlap: int = 1
    gathered: int | None = None
    fair: bool = False
    frames: int | None = None
    delays: tuple[float, ...] | None = None
    early: float = 0.0


@dataclass(frozen=True, slots=True)
class Companion:
    """A process beside a cell, a server or a load client: it is no part of what is measured.

    ``program`` is Python code that needs the standard library alone. It finds a socket that listens on the
    loopback interface at the file descriptor ``sys.argv[1]``, ``arguments`` after it, and prints a line when
    it is ready; what it prints later goes nowhere. Tasks find it at ``rt.port``.
    """

    program: str
    arguments: tuple[str, ...] = ()


def no_records(_results: Sequence[Any], _params: Any) -> dict[str, Any]:
    """Record nothing beyond what every sample records."""
    return {}


def no_floor(_params: Any) -> float:
    """Return 0 s: there is no time that an ideal model could not avoid."""
    return 0.0


def last_point(points: list[P]) -> list[P]:
    """Return the last of a sweep's points, its largest: where memory is measured."""
    return points[-1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Generic[P]):
    """A workload and all that is known about it.

    ``versions`` has an entry for each dialect that it is written for, or the reason why it cannot be; what is
    not there is not expressible. An entry for a model, by its name, comes before that of its dialect.
    What a task returns is plain data (numbers, text, None, and tuples, lists, sets and dicts of them), and
    depends on ``rt.salt``, a number drawn anew for each run. ``judge`` looks at the results of one run, in
    the order of the factories, takes the run's salt as its third argument, and returns what is wrong with the
    results, or None. ``reported`` takes from a task's result the two times (s, of ``rt.now``) between which
    it says it slept, which the witness holds against its own. ``records`` derives the workload's own figures
    from the results (times in ns). ``floor`` is the time in s that even an ideal model needs. ``doubled``
    names the parameter whose doubling gives a paired slope. ``unit`` is what cost is counted per: where it is
    not said, the suspension if there is a slope, else the task. ``counts`` returns how many units of its own
    a run had, from the parameters and the ledger of a run that kept its promise; tasks and suspensions are
    counted anyway. ``questions`` are answered in the report, ``lanes`` drawn there. ``points`` gives the
    parameter sets of a preset; ``small`` draws a few for ``verify``; ``smallest`` is the least work that
    still loads and caches what a first run does. ``memory_points`` picks those of a sweep where memory is
    measured. ``needs_own_slice``: repeating a run within a sample would only wait longer (timers). ``warm``
    turns the parameters into those of the untimed run before a sample, where a whole one would only wait
    longer (None: they are the same). ``brief`` is the one size at which ``compare`` takes it by default: some
    milliseconds under every model, in numbers of which 2, 5 and 10 % more are whole. ``companion`` says what
    runs beside a cell, from before its first run to after its last. ``family``: what kind of load it is.
    ``units`` are those of parameters that are no counts: ``{"delay": "s"}``.
    """

    name: str
    version: str
    summary: str
    reading: str
    params: type[P]
    versions: Mapping[str, Version | Wording | NotExpressible]
    promise: Callable[[P, Dialect], tuple[Promised, ...] | Promise]
    judge: Callable[..., str | None]
    points: Callable[[Preset], list[P]]
    small: Callable[[Random], list[P]]
    smallest: P
    records: Callable[[Sequence[Any], P], dict[str, Any]] = no_records
    floor: Callable[[P], float] = no_floor
    doubled: str | None = None
    needs_own_slice: bool = False
    memory_points: Callable[[list[P]], list[P]] = last_point
    brief: P | None = None
    warm: Callable[[P], P] | None = None
    reported: Callable[[Any], tuple[float, float]] | None = None
    unit: "Unit | None" = None
    questions: tuple[Question, ...] = ()
    lanes: Lanes | None = None
    counts: Callable[[P, Any], Mapping[str, int]] | None = None
    companion: Callable[[P], Companion] | None = None
    family: LoadFamily = "own"
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def cost_unit(self) -> "Unit":
        """What cost is counted per, whether ``unit`` says it or not."""
        return self.unit or ("suspension" if self.doubled else "task")

    def wording_of(self, model: Speaker) -> str:
        """Return under which name ``versions`` has a model's wording: its own, else that of its dialect.

        A model with another number of workers has the same wording.
        """
        for name in (model.name, unsized(model.name)):
            if name in self.versions and name not in DIALECTS:
                return name
        return model.dialect

    def impossible(self, model: Speaker, *sets: P) -> str | None:
        """Return why a model cannot do this, known before it is opened; or None.

        It is so whatever the parameters, or with one of these ``sets``, which want more tasks alive at once
        than the model can have.
        """
        version = self._version(self.wording_of(model))
        if isinstance(version, NotExpressible):
            return version.reason
        lacks = sorted(version.needs - model.capabilities) if isinstance(version, Version) else ()
        if lacks:
            return f"{model.name} lends no {' and no '.join(lacks)}"
        return next((why for params in sets if (why := too_few_for(self.promise, params, model))), None)

    def factories(self, wording: str, rt: Any, params: P) -> list[Factory]:
        """Return the task factories of a dialect's wording, or of a model's own.

        Raises NotExpressible with the reason, and TypeError for what is no runtime.
        """
        version = self._version(wording)
        if isinstance(version, NotExpressible):
            raise NotExpressible(version.reason)
        refuse_no_runtime(wording, rt)
        if isinstance(version, Version) and (lacks := sorted(version.needs & lacked_by(rt))):
            raise NotExpressible(f"the model's session lends no {' and no '.join(lacks)}")
        return version(rt, params)

    def _version(self, wording: str) -> Version | Wording | NotExpressible:
        unsaid = NotExpressible(f"{self.name} has no version for {wording} models")
        return self.versions.get(wording, unsaid)

    def legs(self, params: P) -> tuple[P, ...]:
        """Return the parameters of a sample: ``params``, and where something is doubled those that are."""
        try:
            return (params, self.double(params)) if self.doubled else (params,)
        except ValueError:  # the run says so
            return (params,)

    def double(self, params: P) -> P:
        """Return ``params`` with the doubled parameter doubled; raises TypeError where there is none."""
        if self.doubled is None:
            raise TypeError(f"{self.name} has no parameter to double")
        return replace(params, **{self.doubled: 2 * getattr(params, self.doubled)})  # type: ignore[type-var]


def params_to_dict(params: Any) -> dict[str, Any]:
    """Return the parameters as plain data, in the order of their declaration."""
    return asdict(params)


def params_from_dict(workload: Workload[P], values: Mapping[str, Any]) -> P:
    """Return the workload's parameters from plain data.

    Raises ValueError, naming the workload and its parameters, for a name it does not have or a value
    that is out of its range.
    """
    hints = get_type_hints(workload.params)
    names = [known.name for known in fields(workload.params)]  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise ValueError(f"{workload.name} has no parameter {', '.join(unknown)}; it has {', '.join(names)}")
    try:
        return workload.params(
            **{name: _converted(hints[name], name, value) for name, value in values.items()}
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"{workload.name}: {error}") from error


def _converted(kind: Callable[[Any], Any], name: str, value: Any) -> Any:
    """Return a value as a parameter's kind; raises ValueError where that would change it."""
    try:
        made = kind(value)
    except (ValueError, OverflowError):
        what = "a whole number" if kind is int else "a number"
        raise ValueError(f"{name} takes {what}, not {shown(value)}") from None
    if isinstance(value, int | float) and made != value:
        raise ValueError(f"{name} must be a whole number, not {value}")
    return made


def at_least(minimum: float, **values: float) -> None:
    """Raise ValueError, naming the parameter, for the first value that is below ``minimum`` or not finite."""
    for name, value in values.items():
        if not minimum <= value < inf:
            raise ValueError(f"{name} must be finite and at least {minimum:g}, not {spell(value)}")


def numbers(salt: int, tasks: int) -> range:
    """Return what tasks return that do nothing, in their order: the numbers that follow the run's salt.

    They are made with the factories, so that a task costs no more for it than if it returned its index.
    """
    return range(salt, salt + tasks)


def judge_equal(results: Sequence[Any], expected: Sequence[Any]) -> str | None:
    """Return where ``results`` differ from ``expected`` first, or None where they are equal."""
    if len(results) != len(expected):
        return f"{len(results)} results instead of {len(expected)}"
    for index, (result, right) in enumerate(zip(results, expected, strict=True)):
        if type(result) is not type(right) or result != right:
            return f"task {index} returned {result!r} instead of {right!r}"
    return None
