"""The experiments that the laws of growth are tried on: curves with a known truth, and a question for each.

Sizes are decades, or half-decades where there are eight. "6 × 4" means six processes at four sizes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from concbench.stats.crossover import crossovers
from concbench.stats.curve import WIDEST, slope_weights
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.knee import knee
from concbench.stats.line import fit_line, line
from concbench.stats.scaling import Law, better_law, power_law
from concbench.stats.student import student

Sizes: TypeAlias = NDArray[np.float64]
Block: TypeAlias = NDArray[np.float64]
"""The costs of one experiment, shape (generations, points, arms)."""

DECADES = tuple(10.0**power for power in range(4))
HALVES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
CLOSE = (1.0, 2.0, 4.0)

RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveScenario:
    """A question to a curve, or to two of them.

    ``levels``: for each arm its true costs at the sizes ``x``, on the fast machine. ``method`` answers with
    an interval that should enclose ``truth`` (times the machine's usual factor where it is ``absolute``),
    or says whether something was found. ``promised``: the range of the share of intervals that enclose it,
    or of the experiments in which it was found. ``unit``: what widths are divided by.
    """

    name: str
    x: tuple[float, ...]
    levels: tuple[Sizes, ...]
    method: Callable[[Sizes, Block], Interval | bool]
    truth: float = 0.0
    absolute: bool = False
    generations: int = 6
    rounds: int = 15
    promised: tuple[float, float] | None = (0.93, 0.97)
    unit: float = 1.0

    @property
    def sizes(self) -> Sizes:
        """The sizes as an array."""
        return np.array(self.x)


def curve_scenarios() -> tuple[CurveScenario, ...]:
    """Return every question to curves, and the controls that must fail."""
    return (*_exponents(), *_parts(), *_crossings(), *_knees(), *_events(), *_controls())


def _power(x: tuple[float, ...], exponent: float) -> Sizes:
    return np.array(x) ** exponent


def _line(x: tuple[float, ...], fixed: float, per_unit: float = 1.0) -> Sizes:
    return fixed + per_unit * np.array(x)


def _broken(x: tuple[float, ...], at: float, before: float, after: float) -> Sizes:
    sizes = np.array(x) / at
    return np.where(sizes < 1, sizes**before, sizes**after)


def _name(what: str, x: tuple[float, ...], generations: int, rounds: int) -> str:
    return f"{what}, {generations} × {len(x)}" + {15: "", 1: ", 1 round"}.get(rounds, f", {rounds} rounds")


def _exponents() -> tuple[CurveScenario, ...]:
    tried = (
        (1.0, DECADES, 6, 15),
        (1.1, DECADES, 6, 1),
        (0.0, DECADES, 6, 3),
        (2.0, HALVES, 6, 15),
        (1.1, DECADES, 20, 15),
        (1.1, HALVES, 20, 3),
        (1.0, CLOSE, 6, 15),
    )
    exponents = tuple(
        CurveScenario(
            name=_name(f"exponent {exponent:g}", x, generations, rounds),
            x=x,
            levels=(_power(x, exponent),),
            method=_exponent,
            truth=exponent,
            generations=generations,
            rounds=rounds,
        )
        for exponent, x, generations, rounds in tried
    )
    coefficient = CurveScenario(
        name=_name("coefficient 1", DECADES, 6, 15),
        x=DECADES,
        levels=(_power(DECADES, 1.0),),
        method=_coefficient,
        truth=1.0,
        absolute=True,
    )
    return (*exponents, coefficient)


def _parts() -> tuple[CurveScenario, ...]:
    tried: tuple[tuple[Literal["fixed", "per_unit"], float, tuple[float, ...], int, int], ...] = (
        ("fixed", 50.0, DECADES, 6, 15),
        ("fixed", 50.0, HALVES, 20, 15),
        ("fixed", 0.5, DECADES, 6, 15),
        ("fixed", 0.1, DECADES, 20, 15),
        ("fixed", 0.0, DECADES, 6, 15),
        ("per_unit", 50.0, DECADES, 6, 15),
        ("per_unit", 50.0, DECADES, 6, 1),
        ("per_unit", 50.0, HALVES, 20, 15),
    )
    return tuple(
        CurveScenario(
            name=_name(f"{part.replace('_', '-')} part of {fixed:g} + 1·x", x, generations, rounds),
            x=x,
            levels=(_line(x, fixed),),
            method=partial(_part, part),
            truth=fixed if part == "fixed" else 1.0,
            absolute=True,
            generations=generations,
            rounds=rounds,
            promised=(0.93, 0.97) if fixed else (0.93, 0.99),
            unit=fixed if part == "fixed" and fixed else 1.0,
        )
        for part, fixed, x, generations, rounds in tried
    )


def _crossings() -> tuple[CurveScenario, ...]:
    tried = ((0.3, DECADES, 6, 15), (0.3, DECADES, 6, 1), (0.1, HALVES, 6, 15), (0.05, HALVES, 20, 15))
    crossings = tuple(
        CurveScenario(
            name=_name(f"crossover, exponents {apart:g} apart", x, generations, rounds),
            x=x,
            levels=(_power(x, 1.0), _power(x, 1.0) * (_power(x, 1.0) / 40) ** -apart),
            method=_crossing,
            truth=40.0,
            generations=generations,
            rounds=rounds,
            unit=40.0,
        )
        for apart, x, generations, rounds in tried
    )
    signed = CurveScenario(
        name=_name("crossover of signed costs", DECADES, 6, 15),
        x=DECADES,
        levels=(np.array([-1.0, 0.5, 3.0, 10.0]), np.ones(4)),
        method=_crossing,
        truth=10**1.2,
        unit=10**1.2,
    )
    return (*crossings, signed)


def _knees() -> tuple[CurveScenario, ...]:
    tried: tuple[tuple[Literal["at", "before", "after"], float, int], ...] = (
        ("at", 50.0, 6),
        ("at", 50.0, 20),
        ("at", 100.0, 6),
        ("at", 100.0, 20),
        ("before", 50.0, 6),
        ("after", 50.0, 6),
        ("before", 50.0, 20),
        ("after", 50.0, 20),
    )
    return tuple(
        CurveScenario(
            name=_name(f"knee at {at:g} from 1 to 2: {what}", HALVES, generations, 15),
            x=HALVES,
            levels=(_broken(HALVES, at, 1.0, 2.0),),
            method=partial(_knee, what),
            truth={"at": at, "before": 1.0, "after": 2.0}[what],
            generations=generations,
            unit=at if what == "at" else 1.0,
        )
        for what, at, generations in tried
    )


def _events() -> tuple[CurveScenario, ...]:
    """Return what must hardly ever be found, and what is found as often as the data allow."""
    equal = _power(HALVES, 1.0)
    unlike = (_power(HALVES, 1.0), _power(HALVES, 1.0) * (_power(HALVES, 1.0) / 40) ** -0.05)
    tried: tuple[tuple[str, tuple[Sizes, ...], Callable[[Sizes, Block], bool], int, float | None], ...] = (
        ("false knee in a power law", (equal,), _has_knee, 6, 0.01),
        ("false knee in a power law", (equal,), _has_knee, 20, 0.01),
        ("false knee in a line", (_line(HALVES, 50.0),), _has_knee, 6, 0.01),
        ("false knee in a line", (_line(HALVES, 50.0),), _has_knee, 20, 0.01),
        ("false crossover of equal curves", (equal, equal), _crosses, 6, 0.01),
        ("false crossover of equal curves", (equal, equal), _crosses, 20, 0.01),
        ("a power law taken for a line", (_power(HALVES, 0.9),), partial(_is, "line"), 6, 0.05),
        ("a line taken for a power law", (_line(HALVES, 1.0),), partial(_is, "power law"), 6, 0.05),
        ("found: knee from 1 to 1.5", (_broken(HALVES, 50.0, 1.0, 1.5),), _has_knee, 6, None),
        ("found: knee from 0 to 1", (_broken(HALVES, 50.0, 0.0, 1.0),), _has_knee, 6, None),
        ("found: knee from 0 to 1", (_broken(HALVES, 50.0, 0.0, 1.0),), _has_knee, 20, None),
        ("found: crossover, exponents 0.05 apart", unlike, _crosses, 6, None),
        ("found: crossover, exponents 0.05 apart", unlike, _crosses, 20, None),
        ("found: a power law 0.9 is one", (_power(HALVES, 0.9),), partial(_is, "power law"), 6, None),
        ("found: a line 1 + 1·x is one", (_line(HALVES, 1.0),), partial(_is, "line"), 6, None),
    )
    return tuple(
        CurveScenario(
            name=_name(what, HALVES, generations, 15),
            x=HALVES,
            levels=levels,
            method=method,
            generations=generations,
            promised=None if most is None else (0.0, most),
        )
        for what, levels, method, generations, most in tried
    )


def _controls() -> tuple[CurveScenario, ...]:
    return (
        CurveScenario(
            name="control: exponent, percentile bootstrap, 5 × 4",
            x=DECADES,
            levels=(_power(DECADES, 1.0),),
            method=_bootstrap,
            truth=1.0,
            generations=5,
            promised=(0.75, 0.87),
        ),
        CurveScenario(
            name="control: exponent, refused by its own width, 6 × 3",
            x=CLOSE,
            levels=(_power(CLOSE, 1.0),),
            method=_by_own_width,
            truth=1.0,
            promised=(0.8, 0.92),
        ),
        CurveScenario(
            name="control: fixed part of 0.1 + 1·x, a fit for each process, 20 × 4",
            x=DECADES,
            levels=(_line(DECADES, 0.1),),
            method=_by_own_fits,
            truth=0.1,
            absolute=True,
            generations=20,
            promised=(0.0, 0.7),
            unit=0.1,
        ),
    )


def _exponent(x: Sizes, block: Block) -> Interval:
    return power_law(x, block[..., 0]).exponent


def _coefficient(x: Sizes, block: Block) -> Interval:
    return power_law(x, block[..., 0]).coefficient


def _part(part: Literal["fixed", "per_unit"], x: Sizes, block: Block) -> Interval:
    found = line(x, block[..., 0])
    return found.fixed if part == "fixed" else found.per_unit


def _crossing(x: Sizes, block: Block) -> Interval:
    found = crossovers(x, block[..., 0], block[..., 1])
    if len(found) != 1:
        raise NotDetermined(f"{len(found)} crossovers: measure more processes")
    return found[0].at


def _crosses(x: Sizes, block: Block) -> bool:
    return bool(crossovers(x, block[..., 0], block[..., 1]))


def _knee(what: Literal["at", "before", "after"], x: Sizes, block: Block) -> Interval:
    found = knee(x, block[..., 0])
    if found is None:
        raise NotDetermined("there is no knee: measure a curve that has one")
    return {"at": found.at, "before": found.before, "after": found.after}[what]


def _has_knee(x: Sizes, block: Block) -> bool:
    return knee(x, block[..., 0]) is not None


def _is(law: Law, x: Sizes, block: Block) -> bool:
    return better_law(x, block[..., 0]) == law


def _slopes(x: Sizes, block: Block) -> Sizes:
    slopes: Sizes = np.log(block[..., 0]) @ slope_weights(np.log(x))
    return slopes


def _bootstrap(x: Sizes, block: Block) -> Interval:
    """Resample the processes; the same draws serve every experiment, which are independent without them."""
    slopes = _slopes(x, block)
    draws = np.random.default_rng(0).integers(slopes.size, size=(RESAMPLES, slopes.size))
    low, high = np.quantile(slopes[draws].mean(axis=1), [0.025, 0.975])
    return Interval(float(low), float(slopes.mean()), float(high), 0.95, slopes.size)


def _by_own_width(x: Sizes, block: Block) -> Interval:
    interval, _ = student(_slopes(x, block), 1.0, 0.95)
    if interval.high - interval.low > 2 * WIDEST:
        raise NotDetermined("the interval is too wide: measure more processes")
    return interval


def _by_own_fits(x: Sizes, block: Block) -> Interval:
    parts = [fit_line(x, np.log(row)).fixed for row in block[..., 0]]
    return student(np.array(parts), 1.0, 0.95)[0]
