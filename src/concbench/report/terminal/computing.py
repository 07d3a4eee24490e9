"""Below the tables of loads that compute: where models change places, and speed-ups over one task."""

from collections.abc import Collection

from rich.console import Console
from rich.table import Table

from concbench.analysis.computing import Speedup, speedups_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.laws import Crossing, crossings_of
from concbench.analysis.sweeps import Sweep, sweeps_of
from concbench.analysis.units import UNITLESS, three_digits, with_interval
from concbench.metrics import METRICS
from concbench.report.terminal.bare import bare_table, plain
from concbench.stats.interval import Interval

CROSSING_READING = (
    "each side is real by itself (p ≤ 0.01); between neighbouring sizes curves are taken for straight, so"
    " sizes closer together (-p) find the place more finely"
)
MOST = 12
"""Crossings that are told of a sweep."""

SPEEDUP_READING = "k · time(1) / time(k), of whole runs; cores busy: CPU time by wall time"


def print_computing(console: Console, dataset: Dataset, workloads: Collection[str]) -> None:
    """Print the crossings at which a share of computing is told, and the speed-ups, of some workloads."""
    for sweep in sweeps_of(dataset):
        if sweep.workload in workloads:
            for table in _tables(dataset, sweep):
                console.print(table)
                console.print()


def _tables(dataset: Dataset, sweep: Sweep) -> list[Table]:
    crossings = [one for one in crossings_of(dataset, sweep) if one.share is not None]
    speedups = speedups_of(dataset, sweep)
    tables = [_crossings(sweep, crossings)] if crossings else []
    return [*tables, _speedups(sweep, speedups)] if speedups else tables


def _crossings(sweep: Sweep, crossings: list[Crossing]) -> Table:
    table = bare_table(plain(f"{sweep.title}: where two models change places"))
    more = len(crossings) - MOST
    rest = f"{more} more on the page (concbench report FILE); " if more > 0 else ""
    table.caption, table.caption_justify = f"{rest}{CROSSING_READING}", "left"
    for heading in ("better below", "better above", "by"):
        table.add_column(heading)
    for heading in (sweep.axis, "share of computing"):
        table.add_column(plain(heading), justify="right", no_wrap=True)
    for one in crossings[:MOST]:
        words = METRICS[one.metric].words
        places = (_spelled(one.found.at), _spelled(one.share))
        table.add_row(plain(one.before.label), plain(one.after.label), words, *places)
    return table


def _speedups(sweep: Sweep, speedups: list[Speedup]) -> Table:
    table = bare_table(plain(f"{sweep.title}: speed-up over one task"))
    table.caption, table.caption_justify = SPEEDUP_READING, "left"
    table.add_column("tasks", justify="right")
    table.add_column("model")
    for heading in ("speed-up", "cores busy"):
        table.add_column(heading, justify="right", no_wrap=True)
    tasks = 0
    for one in speedups:
        shown, tasks = "" if one.tasks == tasks else str(one.tasks), one.tasks
        cores = "–" if one.cores is None else three_digits(one.cores)
        found = "not determined" if isinstance(one.found, str) else _spelled(one.found)
        table.add_row(shown, plain(one.contender.label), found, cores)
    return table


def _spelled(found: Interval | None) -> str:
    return "–" if found is None else with_interval(found.low, found.middle, found.high, UNITLESS)
