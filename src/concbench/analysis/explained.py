"""A price explained: which layers it goes to, and whether they add up to what was measured without looking.

The CPU time is split by samples of a run, by the layer of whatever was at work: a part of a library in C, or
else the Python function that had called it. The instructions are split by what each C function took itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Literal

from concbench.analysis.layers import OF_C, UNNAMED, layer_in, layer_of_python, part_of_c
from concbench.drive.observing.mapped import CFunction
from concbench.drive.observing.spots import Spot

TOLERANCE = 0.10
"""How far the sum of all layers may be from the whole that was measured by itself."""

WIDTH = 1.96
"""Standard errors on either side of a share: 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShare:
    """A function and its share of the whole."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShare:
    """What a layer takes: its share of the sum, give or take ``error``, and how much per unit.

    ``error`` is half a 95 % interval, None where nothing is drawn. ``functions`` are those in it, the largest
    first.
    """

    layer: str
    share: float
    error: float | None
    per_unit: float
    functions: tuple[FunctionShare, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A price that is split: per unit the ``whole``, measured by itself, and the ``total`` of the layers.

    ``seen`` is how many samples it is of, or how many runs were counted.
    """

    kind: Literal["time", "instructions"]
    whole: float
    total: float
    seen: int
    layers: tuple[LayerShare, ...]

    @property
    def off(self) -> float:
        """How much more than the whole the layers add up to, as a share of it; negative: less."""
        return self.total / self.whole - 1

    @property
    def adds_up(self) -> bool:
        """Whether the layers add up to the whole, within TOLERANCE."""
        return abs(self.off) <= TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where the price of one cell goes; a split is None where there is none, and ``without`` says why.

    ``units`` are those of one run, as the witness counted them. A cell with an ``outcome`` was not measured.
    """

    contender: str
    workload: str
    params: Mapping[str, Any]
    python: str = ""
    unit: str = ""
    units: int = 0
    time: Split | None = None
    instructions: Split | None = None
    without: Mapping[str, str] = field(default_factory=dict)
    outcome: str | None = None
    reason: str | None = None

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits that there are."""
        return tuple(one for one in (self.time, self.instructions) if one is not None)


def layer_of(spot: Spot) -> tuple[str, str]:
    """Return the layer that a sample counts for, and the function in it.

    Of the functions in C that were at work for the innermost Python function the nearest that belongs to a
    part of a library says it; where none does, the Python function does.
    """
    for one in spot.native:
        layer = layer_in(OF_C, one.file, one.function)
        if layer is not None:
            return layer, one.function or one.file.rpartition("/")[2]
    if spot.python:
        return layer_of_python(spot.python[0].file, spot.python[0].name), spot.python[0].name
    return _part(spot.native[0]) if spot.native else (UNNAMED, UNNAMED)


def _part(one: CFunction) -> tuple[str, str]:
    name = one.function or f"in {one.file.rpartition('/')[2]}" if one.file else UNNAMED
    return part_of_c(one.file, one.function), name


def time_split(spots: Iterable[Spot], *, whole: float, units: float) -> Split:
    """Return how samples split a time; ``whole`` is ns per unit, ``units`` how many were seen being done."""
    spent: dict[tuple[str, str], float] = defaultdict(float)
    seen = 0
    for spot in spots:
        spent[layer_of(spot)] += spot.cpu_ns
        seen += 1
    return _split("time", spent, whole=whole, units=units, seen=seen)


def instructions_split(functions: Mapping[CFunction, int], *, whole: float, units: float, runs: int) -> Split:
    """Return how counts split instructions; ``whole`` is per unit, ``units`` are those of all ``runs``."""
    spent: Counter[tuple[str, str]] = Counter()
    for function, count in functions.items():
        if count:
            spent[_part(function)] += count
    return _split("instructions", spent, whole=whole, units=units, seen=runs)


def _split(
    kind: Literal["time", "instructions"],
    spent: Mapping[tuple[str, str], float],
    *,
    whole: float,
    units: float,
    seen: int,
) -> Split:
    total = sum(spent.values())
    layers: dict[str, dict[str, float]] = defaultdict(dict)
    for (layer, name), amount in spent.items():
        layers[layer][name] = amount
    return Split(
        kind=kind,
        whole=whole,
        total=total / units,
        seen=seen,
        layers=tuple(
            LayerShare(
                layer=layer,
                share=(share := sum(amounts.values()) / total),
                error=WIDTH * sqrt(max(0, share * (1 - share)) / seen) if kind == "time" else None,
                per_unit=sum(amounts.values()) / units,
                functions=_largest(amounts, total),
            )
            for layer, amounts in sorted(layers.items(), key=lambda one: -sum(one[1].values()))
        ),
    )


def _largest(amounts: Mapping[str, float], total: float) -> tuple[FunctionShare, ...]:
    shares = (FunctionShare(name=name, share=amount / total) for name, amount in amounts.items())
    return tuple(sorted(shares, key=lambda one: -one.share))
