"""Where two models change places along a sweep, and what doing tasks side by side gains, as tables."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from concbench.analysis.computing import Speedup
from concbench.analysis.contenders import RunContender
from concbench.analysis.laws import Crossing
from concbench.analysis.sweeps import Sweep
from concbench.analysis.units import Units, three_digits, with_interval
from concbench.metrics import METRICS
from concbench.report.blocks import Field, Folded, Row, Table, named, text
from concbench.stats.interval import Interval

BARE = ((1.0, ""),)
"""The unit of a place on the axis, and of a share, which have none."""

CROSSING_READING = (
    "Below the crossing the first model is cheaper, above it the second; each side is real by itself"
    " (p ≤ 0.01). Between measured sizes the curves are taken for straight in the logarithm."
)
SHARE_READING = (
    " The share of computing there: of a task's time, waiting and computing, that for which it wants a CPU"
    " to itself, as the first model has it."
)
SPEEDUP_READING = (
    "Speed-up over one: k · time(1) / time(k), of whole runs, paired by generation; 1 is one after the other."
    " Cores busy: CPU time by wall time. Many busy cores with no speed-up are contention; a speed-up in grey,"
    " where no more than one core was busy, is none."
)


MOST, FEW = 12, 3
"""Crossings that are read in one go, and how many more no fold is worth: many models cross very often."""


def crossings_blocks(
    sweep: Sweep, crossings: Sequence[Crossing], name: str, among: Collection[RunContender]
) -> list[Table | Folded]:
    """Return the crossings of a sweep: first those ``among`` these contenders, and beyond a few folded."""
    ordered = sorted(crossings, key=lambda one: not {one.before, one.after}.issubset(among))
    shown, more = (ordered[:MOST], ordered[MOST:]) if len(ordered) > MOST + FEW else (ordered, [])
    table = crossings_table(sweep, shown, name)
    if not more:
        return [table] if shown else []
    return [table, Folded(f"{len(more)} more crossings", [crossings_table(sweep, more, f"{name}-more")])]


def crossings_table(sweep: Sweep, crossings: Sequence[Crossing], name: str) -> Table:
    """Return crossings of a sweep, with the share of computing at each where it is told."""
    shares = any(crossing.share is not None for crossing in crossings)
    columns = ("cheaper below", "cheaper above", "metric", f"crossing at {sweep.axis}")
    return Table(
        name=name,
        caption=f"{sweep.title}: where two models cross",
        columns=(*columns, "share of computing") if shares else columns,
        numeric=frozenset({3, 4} if shares else {3}),
        heads=2,
        rows=tuple(_crossing_row(sweep, crossing, shares=shares) for crossing in crossings),
        reading=CROSSING_READING + (SHARE_READING if shares else ""),
    )


def _crossing_row(sweep: Sweep, crossing: Crossing, *, shares: bool) -> Row:
    share = text("–", faint=True) if crossing.share is None else amount(crossing.share, BARE)
    fields = (
        named(crossing.before),
        named(crossing.after),
        text(METRICS[crossing.metric].words),
        amount(crossing.found.at, BARE),
        *((share,) if shares else ()),
    )
    return Row(fields, sweep.workload, (crossing.before.model, crossing.after.model))


ALONE = "no more than one core was busy, so nothing was done side by side: this is noise, or start-up"


def speedups_table(sweep: Sweep, speedups: Sequence[Speedup], name: str) -> Table:
    """Return the speed-ups over one task along a sweep."""
    return Table(
        name=name,
        caption=f"{sweep.title}: speed-up over one task",
        columns=("tasks", "model", "speed-up", "cores busy"),
        numeric=frozenset({0, 2, 3}),
        rows=tuple(
            Row(
                (
                    text(str(one.tasks), order=one.tasks),
                    named(one.contender),
                    _speedup(one.found, one.cores),
                    _cores(one.cores),
                ),
                sweep.workload,
                (one.contender.model,),
            )
            for one in speedups
        ),
        reading=SPEEDUP_READING,
        filters=True,
    )


def _speedup(found: Interval | str, cores: float | None) -> Field:
    """Return a speed-up; faint where no more than one core was busy, so that it can be none."""
    if isinstance(found, str):
        return Field(lines=("not determined",), hover=found, faint=True)
    alone = cores is not None and cores <= 1
    return replace(amount(found, BARE), faint=alone, hover=ALONE if alone else "")


def _cores(cores: float | None) -> Field:
    return text("–", faint=True) if cores is None else text(three_digits(cores), order=cores)


def amount(found: Interval, units: Units) -> Field:
    """Return a value with its interval, which is sorted by the value."""
    return text(with_interval(found.low, found.middle, found.high, units), order=found.middle)
