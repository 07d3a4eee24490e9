"""The rank: who is dominated by whom, with intervals, and no single score."""

from collections.abc import Sequence

from concbench.analysis.dataset import Dataset
from concbench.analysis.ranking import DIMENSIONS, Domination, Rank, Ranking, ranking_of
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.report.answers import spelled
from concbench.report.blocks import Field, Row, Section, Table, Words, named, text

READING = (
    "Ratios to {base}: below 1 is less, and better. Time and CPU are geometric means over the common points,"
    " CPU once for those where there is always work and once for those with a delay to wait for; memory is"
    " bytes per idle task, lateness the median at the common point with most tasks, as a"
    " difference. In bold: really different (false-discovery rate 1 % over this table). A model is dominated"
    " by another that is really better in at least one dimension, and worse in none by as much as its"
    " interval taken alone; “not told apart” lists the dimensions that are open. Who is dominated by nobody"
    " is on the Pareto front, as far as could be told."
)


def rank(dataset: Dataset) -> Section:
    """Return the section: a table for each run."""
    rankings = [ranking_of(dataset, run) for run in range(len(dataset.runs))]
    known = [ranking for ranking in rankings if ranking is not None]
    if not known:
        return Section("rank", "Rank", [Words("No two models did the same point, so nobody can be ranked.")])
    blocks = [block for ranking in known for block in (_words(ranking), _table(dataset, ranking))]
    return Section("rank", "Rank", blocks, "which models another beats in something, and loses to in nothing")


def _words(ranking: Ranking) -> Words:
    points = {point for chosen in ranking.points.values() for point in chosen}
    workloads = list(dict.fromkeys(point.workload for point in points))
    left = ", ".join(contender.label for contender in ranking.left_out)
    without = (
        f" Left out, since they did far fewer points than most, or none of these: {left}." if left else ""
    )
    return Words(
        f"Over the {len(points)} points that all of them did, of {', '.join(sorted(workloads))}; loads that"
        f" not every model can do do not count.{without}"
    )


def _table(dataset: Dataset, ranking: Ranking) -> Table:
    names = [name for name in DIMENSIONS if name in ranking.points]
    several = f", run {ranking.run + 1}" if len(dataset.runs) > 1 else ""
    ordered = sorted(ranking.ranks, key=lambda one: len(one.dominated_by))
    return Table(
        name=f"rank-{ranking.run}",
        caption=f"Who is dominated by whom (ratios to {ranking.base.label}{several})",
        columns=("model", *names, "dominated by"),
        numeric=frozenset(range(1, 1 + len(names))),
        rows=tuple(_row(one, ranking, names) for one in ordered),
        reading=READING.format(base=ranking.base.label),
    )


def _row(one: Rank, ranking: Ranking, names: list[str]) -> Row:
    figures = [_figure(one, ranking, name) for name in names]
    lines = _dominated(one.dominated_by)
    last = (
        text(*lines, order=len(one.dominated_by))
        if lines
        else Field(lines=("nobody: on the Pareto front",), strong=True, order=0)
    )
    return Row((named(one.contender), *figures, last), "", (one.contender.model,))


def _figure(one: Rank, ranking: Ranking, name: str) -> Field:
    value = one.value[name]
    absolute = scaled(value, TIME_UNITS) if name == "lateness" else ""
    if one.contender == ranking.base:
        return text(absolute or "1", order=value)
    against = one.against[name]
    if against.interval is None:
        return Field(lines=("not determined",), hover=against.reason, faint=True)
    own = (absolute,) if absolute else ()
    lines = (*own, *spelled(against, TIME_UNITS))
    return Field(lines=lines, order=value, strong=against.real)


def _dominated(dominations: Sequence[Domination]) -> list[str]:
    """Return who dominates, those together that do so in the same dimensions."""
    told: dict[str, list[str]] = {}
    for one in dominations:
        unsure = f"; not told apart in {', '.join(one.unsure)}" if one.unsure else ""
        told.setdefault(f"better in {', '.join(one.better)}{unsure}", []).append(one.winner.label)
    return [f"{', '.join(winners)}: {words}" for words, winners in told.items()]
