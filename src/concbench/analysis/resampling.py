"""Replays: recorded pairs of identical sides, drawn in ever new orders and judged as if they came that way.

The pairs of a model are drawn together, over all its cells and metrics, so what hangs together in a pair
stays together. A replay uses every pair once at most: if pairs are independent, it is a comparison that could
have happened (analysis/recorded_order.py looks whether they are).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from concbench.analysis.comparison import Margins
from concbench.analysis.rates import Power, Rates
from concbench.analysis.stopping import CONFIDENCE, RATE, StoppingRule, on_scale
from concbench.errors import UserError
from concbench.results.pairs import Key, Paired
from concbench.stats.interval import Array
from concbench.stats.looks import LOOKS
from concbench.stats.proportion import Proportion, proportion
from concbench.stats.verdicts import Judge, Judged

ALARMS = frozenset({"slower", "faster"})

NOTHING = "there is neither a recorded pair nor a live run: measure some with --pairs or --live"


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded pairs: the cells, and the values of each cell and metric, one for each pair."""

    cells: tuple[Paired, ...]
    values: Mapping[Key, Array]

    def pairs(self) -> dict[str, int]:
        """Return how many pairs each cell has: a metric that is not told here has fewer, or none."""
        return {one.id: max(self.values[one.id, metric].size for metric in one.metrics) for one in self.cells}

    def plain(self) -> list[Key]:
        """Return the series whose sides did the same work."""
        same = {one.id for one in self.cells if one.params == one.head_params}
        return [key for key in self.values if key[0] in same]


@dataclass(frozen=True, slots=True)
class _Run:
    """One comparison of identical sides: how many series had which verdict, and the pairs of those told.

    There are no ``series`` where not one of them had the pairs that the first look takes.
    """

    series: int
    alarms: int
    same: int
    pairs_to_same: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A replay of a cell with more work: whether it was judged, and after how many pairs found (0: not)."""

    cell: str
    judged: bool
    pairs: int


def replayed(
    recording: Recording, margins: Margins, orders: Iterator[Mapping[str, NDArray[np.int64]]]
) -> Iterator[_Run]:
    """Yield what a whole comparison says of identical sides, for each of the orders of the models' pairs."""
    keys = recording.plain()
    models = {one.id: one.model for one in recording.cells}
    for order in orders:
        drawn = {key: _drawn(recording.values[key], order[models[key[0]]]) for key in keys}
        yield _run_of(judged_in_turn(drawn, margins))


def _drawn(values: Array, order: NDArray[np.int64]) -> Array:
    return values[order[order < values.size]]


def orders_of(recording: Recording, seed: int, replays: int) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Yield so many orders of the pairs of every model, drawn from ``seed``."""
    generator = np.random.default_rng(seed)
    longest: dict[str, int] = {}
    for one in recording.cells:
        sizes = [recording.values[one.id, metric].size for metric in one.metrics]
        longest[one.model] = max(longest.get(one.model, 0), *sizes)
    for _ in range(replays):
        yield {model: generator.permutation(size) for model, size in longest.items()}


def judged_in_turn(values: Mapping[Key, Array], margins: Margins, rate: float = RATE) -> dict[Key, Judged]:
    """Return the verdicts of a whole comparison: look after look, until all is decided or pairs run out.

    As in a comparison, a cell is measured on while any of its metrics is open; but ``pairs`` of a verdict are
    those at which it was first given.
    """
    judge = Judge(
        {key: on_scale(margins, key[1]) for key in values}, rate=rate, confidence=CONFIDENCE, looks=LOOKS
    )
    taken = dict.fromkeys(values, 0)
    judged: dict[Key, Judged] = {}
    first: dict[Key, Judged] = {}
    open_cells = {key[0] for key in values}
    longest = max((series.size for series in values.values()), default=0)
    for pairs in LOOKS.pairs:
        if not open_cells or pairs > longest:
            break
        taken = {key: pairs if key[0] in open_cells else before for key, before in taken.items()}
        judged = judge.look({key: series[: taken[key]] for key, series in values.items()})
        first |= {key: one for key, one in judged.items() if _is_new(one, first.get(key))}
        open_cells = {key[0] for key, one in judged.items() if one.open}
    return {key: replace(one, pairs=first[key].pairs) for key, one in judged.items()}


def _is_new(one: Judged, before: Judged | None) -> bool:
    """Say whether a verdict is another one than before; an open one is new with every pair."""
    return before is None or one.verdict != before.verdict or one.verdict == "unsure"


def _run_of(judged: Mapping[Key, Judged]) -> _Run:
    same = [one.pairs for one in judged.values() if one.verdict == "same"]
    alarms = sum(one.verdict in ALARMS for one in judged.values())
    series = len(judged) if any(one.pairs for one in judged.values()) else 0
    return _Run(series, alarms, len(same), tuple(same))


def powers_of(
    recording: Recording,
    margins: Margins,
    counted: Mapping[str, float],
    *,
    seed: int,
    replays: int,
    tell: Callable[[], None] = lambda: None,
) -> list[Power]:
    """Return how often more work in one cell, all others being unchanged, is found: by model and factor.

    ``counted`` has for each cell with more work how much more its head was seen to do; one that is not there
    (it failed, or was interrupted) is left out. A discovery among m series, k of which are one, needs a
    p-value of k / m times the rate; so the cell is judged alone, at as much of the rate as its series are of
    all.
    """
    generator = np.random.default_rng(seed)
    found: dict[tuple[str, float], list[_Seen]] = {}
    for one in (cell for cell in recording.cells if cell.id in counted):
        series = {(one.id, metric): recording.values[one.id, metric] for metric in one.metrics}
        size = max(values.size for values in series.values())
        rate = RATE * min(1.0, len(series) / max(1, len(recording.plain())))
        for _ in range(replays):
            order = generator.permutation(size)
            judged = judged_in_turn({key: _drawn(one, order) for key, one in series.items()}, margins, rate)
            slower = [verdict.pairs for verdict in judged.values() if verdict.verdict == "slower"]
            seen = _Seen(one.id, bool(judged), min(slower, default=0))
            found.setdefault((one.model, one.factor), []).append(seen)
            tell()
    return [_power(*key, seen, counted) for key, seen in sorted(found.items())]


def _power(model: str, factor: float, seen: Sequence[_Seen], counted: Mapping[str, float]) -> Power:
    pairs = [one.pairs for one in seen if one.pairs]
    return Power(
        model=model,
        factor=factor,
        counted=median(counted[one.cell] for one in seen),
        cells=len({one.cell for one in seen}),
        found=proportion(len(pairs), sum(one.judged for one in seen)),
        pairs=_middle(pairs),
    )


def rates_of(
    recording: Recording,
    runs: Sequence[_Run],
    live: Sequence[tuple[StoppingRule, float]],
    powers: Sequence[Power],
) -> Rates:
    """Return all rates; raises UserError where there is neither a recording nor a live run."""
    if not recording.cells and not live:
        raise UserError(NOTHING)
    runs = [run for run in runs if run.series]
    judged = [(run, spent) for rule, spent in live if (run := _run_of(rule.judged)).series]
    plain = [key for key in recording.plain() if recording.values[key].size]
    false_runs, false_series, same = _shares(runs)
    live_runs, live_series, live_same = _shares([run for run, _ in judged])
    return Rates(
        cells=len({key[0] for key in plain}),
        series=len(plain),
        recorded=min((recording.values[key].size for key in plain), default=0),
        live=sum(any(one.values for one in rule.pairs.series.values()) for rule, _ in live),
        replays=len(runs),
        false_series=false_series,
        false_runs=false_runs,
        same=same,
        pairs_to_same=_middle([pairs for run in runs for pairs in run.pairs_to_same]),
        live_runs=live_runs,
        live_series=live_series,
        live_same=live_same,
        live_seconds=_middle([spent for _, spent in judged]),
        powers=tuple(powers),
    )


def _middle(values: Sequence[float]) -> float:
    return float(median(values)) if values else 0.0


def _shares(runs: Sequence[_Run]) -> tuple[Proportion, Proportion, Proportion]:
    """Return how many runs have an alarm, how many of their series are one, and how many are the same."""
    series = sum(run.series for run in runs)
    return (
        proportion(sum(run.alarms > 0 for run in runs), len(runs)),
        proportion(sum(run.alarms for run in runs), series),
        proportion(sum(run.same for run in runs), series),
    )
