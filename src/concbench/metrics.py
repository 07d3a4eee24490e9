"""Metrics and units as data: what is measured, how it is said, judged and compared.

Everything that lists metrics (tables, margins, gates, laws, histories, pages, exports) goes through
:data:`METRICS` when it is asked, so a metric is one entry here and the line of code that reads its figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

Quantity: TypeAlias = Literal["ns", "bytes", "count", "ratio"]

Kind: TypeAlias = Literal["ratio", "difference"]
"""How two sides are compared."""

Better: TypeAlias = Literal["less", "more"]
"""Which figures are the better ones."""

Unit: TypeAlias = Literal[
    "task",
    "suspension",
    "item",
    "request",
    "round trip",
    "node",
    "call",
    "hop",
    "acquisition",
    "timeout",
    "round",
]
"""What a workload does over and over, of which the witness counts how many: costs are divided by it."""

UNITS: tuple[Unit, ...] = get_args(Unit)

Use: TypeAlias = Literal["table", "pairs", "gate", "history", "laws", "crossings", "map"]
"""Where a metric is told: in the tidy table; of pairs of revisions, and unless asked otherwise in their exit
code; over commits; as laws of growth, and where these cross; in the heat map."""

SPELLED: dict[Quantity, str] = {"ns": "ns", "bytes": "B", "count": "1", "ratio": "1"}
"""The unit of a quantity in tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: ``words`` say what it is.

    ``source`` and ``key`` say where its figure stands: of each leg of a sample, of what the workload tells
    besides (``extras``), of a memory record, or of a count of instructions. The figure is of one run; ``per``
    says whether it is told so, divided by the workload's unit, or by its tasks. ``above_floor``: what the
    tasks ask to wait for is taken off.

    Sides are compared by a ``ratio``, or by a ``difference`` where a figure may be zero or negative, and are
    the same within ``margin`` (a fraction; ns, bytes, …). ``paired`` tells in which cells: all, those with a
    floor or those without. ``heading`` is that of a column in tables of all figures, None for none.
    """

    name: str
    words: str
    quantity: Quantity
    per: Literal["unit", "run", "task"]
    source: Literal["leg", "extras", "memory", "counted"]
    key: str
    compare: Kind = "ratio"
    margin: float = 0.01
    better: Better = "less"
    above_floor: bool = False
    paired: Literal["everywhere", "with floor", "without floor"] = "everywhere"
    uses: frozenset[Use] = frozenset({"table", "pairs", "history", "laws"})
    heading: str | None = None

    @property
    def what(self) -> str:
        """What it is, and of what: ``memory per task``."""
        return f"{self.words} per task" if self.quantity == "bytes" and self.per == "task" else self.words

    def spelled_unit(self, unit: str) -> str:
        """Return the unit of its figures in tables, ``unit`` being the workload's: ``ns/task``, ``B``."""
        divisor = {"unit": unit, "task": "task", "run": ""}[self.per]
        each = f"/{divisor}" if divisor and self.quantity != "ratio" else ""
        return f"{SPELLED[self.quantity]}{each}"

    def is_paired(self, floor_ns: int, purpose: str) -> bool:
        """Say whether the sides of a cell are compared by it, of a cell timed or weighed for ``purpose``."""
        if "pairs" not in self.uses or (self.source == "memory") != (purpose == "memory"):
            return False
        return self.paired == "everywhere" or (self.paired == "with floor") == (floor_ns > 0)

    def verdict(self, verdict: str) -> str:
        """Return a verdict, ``slower`` where head has the larger figures, in words that fit the metric."""
        if self.better == "more":
            return {"slower": "better", "faster": "worse"}.get(verdict, verdict)
        return (
            verdict if self.quantity == "ns" else {"slower": "more", "faster": "less"}.get(verdict, verdict)
        )


WORSE = frozenset({"slower", "more", "worse"})
BETTER = frozenset({"faster", "less", "better"})

INSTRUCTIONS = "instructions"
"""The metric that is counted, and needs no pairs."""


_EVERYWHERE: frozenset[Use] = frozenset(get_args(Use))
_JUDGED: frozenset[Use] = frozenset({"pairs", "gate"})
_TABLE: frozenset[Use] = frozenset({"table"})

_WALL = Metric(name="wall", words="wall time", quantity="ns", per="unit", source="leg", key="wall_ns",
               above_floor=True, paired="without floor", uses=_EVERYWHERE, heading="time")  # fmt: skip
_CPU = Metric(name="cpu", words="CPU time", quantity="ns", per="unit", source="leg", key="cpu_ns",
              uses=_EVERYWHERE, heading="CPU")  # fmt: skip
_P50 = Metric(name="lateness_p50", words="lateness p50", quantity="ns", per="run", source="extras",
              key="lateness_p50_ns", compare="difference", margin=100_000.0,
              uses=frozenset({"table", "history", "laws"}), heading="late p50")  # fmt: skip
_MEMORY = Metric(name="memory", words="memory", quantity="bytes", per="task", source="memory", key="per task",
                 compare="difference", margin=32.0, heading="memory")  # fmt: skip


def _late(quantile: str) -> Metric:
    words = f"lateness {quantile}"
    return replace(_P50, name=f"lateness_{quantile}", words=words, key=f"lateness_{quantile}_ns", uses=_TABLE,
                   heading=None)  # fmt: skip


def _latency(quantile: str, heading: str | None = None) -> Metric:
    return Metric(name=f"latency_{quantile}", words=f"latency {quantile}", quantity="ns", per="run",
                  source="extras", key=f"latency_{quantile}_ns", margin=0.05,
                  uses=frozenset({"table", "history", "laws"}), heading=heading)  # fmt: skip


def _part(name: str, words: str, heading: str) -> Metric:
    return Metric(name=name, words=words, quantity="ns", per="task", source="extras", key=f"{name}_ns",
                  margin=0.05, uses=_TABLE, heading=heading)  # fmt: skip


_ALL = (
    _WALL,
    replace(_WALL, name="above", words="time above the floor", per="run", compare="difference",
            margin=100_000.0, paired="with floor", uses=_JUDGED, heading=None),
    _CPU,
    replace(_WALL, name="run_wall", words="wall time of a run", per="run", above_floor=False, uses=_TABLE,
            heading=None),
    replace(_CPU, name="run_cpu", words="CPU time of a run", per="run", uses=_TABLE, heading=None),
    replace(_P50, name="lateness", paired="with floor", uses=_JUDGED, heading=None),
    _MEMORY,
    replace(_MEMORY, name="peak", words="peak of memory", per="run", key="peak",
            uses=frozenset({"table", "history"}), heading=None),
    _P50,
    *map(_late, ("p90", "p99", "max")),
    _latency("p50", "latency p50"),
    _latency("p99", "latency p99"),
    _latency("max"),
    Metric(name="quiet", words="time to quiet", quantity="ns", per="unit", source="extras", key="quiet_ns",
           margin=0.05, uses=frozenset({"table", "history"}), heading="quiet"),
    _part("make", "time to make and park", "make"),
    _part("wake", "time to wake and collect", "wake"),
    Metric(name="overtakes", words="most overtakes", quantity="count", per="run", source="extras",
           key="overtakes", compare="difference", margin=1.0, uses=_TABLE, heading="overtakes"),
    Metric(name="kept", words="rounds within the deadline", quantity="ratio", per="run", source="extras",
           key="kept", compare="difference", better="more", uses=_TABLE, heading="in time"),
    Metric(name="cores", words="cores in use", quantity="ratio", per="run", source="extras", key="cores",
           margin=0.05, uses=_TABLE, heading="cores"),
    Metric(name="behind", words="growth of latency while rounds come in", quantity="ratio", per="run",
           source="extras", key="behind", compare="difference", margin=0.05, uses=_TABLE),
    Metric(name="computing", words="share of computing", quantity="ratio", per="run", source="extras",
           key="computing_share", compare="difference", uses=_TABLE, heading="computing"),
    Metric(name="companion_busy", words="share of a core that the companion took", quantity="ratio",
           per="run", source="extras", key="companion_busy", compare="difference", margin=0.05, uses=_TABLE,
           heading="companion"),
    Metric(name="early", words="tasks that went on too soon", quantity="ratio", per="task", source="extras",
           key="early", compare="difference", uses=_TABLE),
    Metric(name=INSTRUCTIONS, words="instructions", quantity="count", per="run", source="counted",
           key="instructions", margin=0.005, uses=frozenset()),
)  # fmt: skip

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
"""Every metric by its name, in the order in which they are told."""


def add(metric: Metric) -> None:
    """Make a further metric known; raises ValueError where one of its name is."""
    if metric.name in METRICS:
        raise ValueError(f"there is a metric {metric.name!r} already")
    METRICS[metric.name] = metric


def metrics_for(*uses: Use) -> Iterator[Metric]:
    """Yield the metrics that are told there, in any of the places."""
    return (metric for metric in METRICS.values() if metric.uses.intersection(uses))


def names_for(*uses: Use) -> tuple[str, ...]:
    """Return the names of the same."""
    return tuple(metric.name for metric in metrics_for(*uses))


def keys_of(source: str) -> tuple[str, ...]:
    """Return the keys under which figures of a source stand, each once."""
    return tuple(dict.fromkeys(metric.key for metric in METRICS.values() if metric.source == source))


def margins(
    ratio: float | None = None, ns: float | None = None, nbytes: float | None = None, **others: float
) -> dict[str, float]:
    """Return the margin of every metric that pairs are compared by: a fraction, or in the metric's quantity.

    Each is the metric's own where none is given for ratios, for differences of times, or of bytes; ``others``
    are those of single metrics.
    """
    given = {"ns": ns, "bytes": nbytes}
    found = {}
    for metric in metrics_for("pairs"):
        asked = ratio if metric.compare == "ratio" else given.get(metric.quantity)
        found[metric.name] = others.get(metric.name, metric.margin if asked is None else asked)
    return found
