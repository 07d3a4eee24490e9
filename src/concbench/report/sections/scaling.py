"""How cost grows with the number of tasks, and with the depth of calls: pictures, laws and crossings."""

from collections.abc import Callable, Sequence

from concbench.analysis.choices import deployed_of
from concbench.analysis.computing import speedups_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.laws import Crossing, Law, crossings_of, laws_of
from concbench.analysis.sweeps import Sweep, sweeps_of
from concbench.analysis.units import three_digits, units_of, with_interval
from concbench.metrics import METRICS
from concbench.report.blocks import (
    Block,
    Field,
    Folded,
    Grid,
    Picture,
    Row,
    Section,
    Table,
    Words,
    named,
    text,
)
from concbench.report.charts.scaling import cost_chart, whole_chart
from concbench.report.charts.style import spelled_count
from concbench.report.sections.crossings import BARE, amount, crossings_blocks, speedups_table
from concbench.stats.knee import Knee
from concbench.stats.line import FittedLine
from concbench.stats.scaling import PowerLaw

COST_READING = (
    "Both axes are logarithmic. A flat line means that a unit of work costs the same however much there is;"
    " where “tasks” grows, that is growth proportional to the number of tasks."
    " Bands are 95 % intervals of the median over processes; the exponent behind each name is that of the"
    " whole run’s time above its floor (its interval: in the table behind). Rings mark where two strong lines"
    " cross, bars how sure that place is. Of more than eight contenders, in each family whoever"
    " comes farthest, and ends lowest there, is drawn strongly."
)
WHOLE_READING = (
    "The narrow picture is of a whole run: a solid line on its dashed one is a core that was busy all the"
    " time; the further CPU lies below wall, the more the model slept. Where tasks ask for a delay, it is"
    " part of this wall time."
)
DEPTH_READING = (
    "Time for one resume against the depth of the calls it has to get through, both axes logarithmic. Flat"
    " is a model that goes on where it stood; a rising line pays for every frame at every resume. The"
    " exponent is that of one resume against depth."
)
LAW_READING = (
    "What is fitted over the number of tasks is the cost of all of them: of the whole run above its floor,"
    " or, where cost is per suspension, of one turn of every task; over depth it is one resume; lateness is"
    " taken as it is. Exponent: that cost ∝ size to this power; 1 is proportional. Fixed and per unit: the"
    " straight line fixed + per unit · size, shown where it describes the curve better or as well. Misfit:"
    " how far the better law leaves the mean curve; where it is large, neither is the law. A knee is where"
    " one exponent gives way to another. Intervals are 95 %, over processes, and hold between the smallest"
    " and the largest size that were measured."
)


def scaling(dataset: Dataset) -> Section:
    """Return how cost grows with the number of tasks, or with another number that was varied."""
    sweeps = [sweep for sweep in sweeps_of(dataset) if sweep.axis != "depth"]
    nothing = "Nothing was measured at two sizes, so nothing can be said of growth; add -p tasks=10,100,1000."
    blocks = _sweeps(dataset, sweeps, whole=True) or [Words(nothing)]
    line = "how cost grows with the number of tasks, by which law, and where two models change places"
    return Section("scaling", "Scaling", blocks, line)


def depth(dataset: Dataset) -> Section | None:
    """Return what depth costs, or None where depth was not varied."""
    sweeps = [sweep for sweep in sweeps_of(dataset) if sweep.axis == "depth"]
    line = "what each frame between the loop and the leaf costs at every resume"
    return Section("depth", "Depth", _sweeps(dataset, sweeps, whole=False), line) if sweeps else None


def growths_of(dataset: Dataset) -> dict[Sweep, str]:
    """Return the id of the first picture of growth of each workload, by the sweep that it shows."""
    first: dict[str, Sweep] = {}
    for sweep in sweeps_of(dataset):
        if _is_timed(dataset, sweep):
            first.setdefault(sweep.workload, sweep)
    return {sweep: f"growth-{number}" for number, sweep in enumerate(first.values())}


def _is_timed(dataset: Dataset, sweep: Sweep) -> bool:
    return any(cell.summary.wall for cell in dataset.cells if cell.point in sweep.points)


def _sweeps(dataset: Dataset, sweeps: Sequence[Sweep], *, whole: bool) -> list[Block]:
    """Return a grid of a picture for each sweep that was timed, and words on the others."""
    letter = "s" if whole else "d"
    names = {sweep: f"{letter}{number}" for number, sweep in enumerate(sweeps)}
    timed = [sweep for sweep in sweeps if _is_timed(dataset, sweep)]
    pictures = tuple(_picture(dataset, sweep, names[sweep], whole=whole) for sweep in timed)
    return [
        *([Grid(pictures)] if pictures else []),
        *(
            Words(f"{sweep.title}: nothing was timed, so nothing can be said of growth with {sweep.axis}.")
            for sweep in sweeps
            if sweep not in timed
        ),
    ]


def _picture(dataset: Dataset, sweep: Sweep, name: str, *, whole: bool) -> Picture:
    laws, crossings = laws_of(dataset, sweep), crossings_of(dataset, sweep)
    svgs = [cost_chart(dataset, sweep, laws, crossings, f"{name}c")]
    if whole:
        svgs.append(whole_chart(dataset, sweep, f"{name}w"))
    return Picture(
        tuple(svgs),
        f"{sweep.title}: cost against {sweep.axis}",
        f"{COST_READING} {WHOLE_READING}" if whole else DEPTH_READING,
        growths_of(dataset).get(sweep, ""),
        _behind(dataset, sweep, name, laws, crossings),
    )


def _behind(
    dataset: Dataset, sweep: Sweep, name: str, laws: Sequence[Law], crossings: Sequence[Crossing]
) -> tuple[Folded, ...]:
    """Return the tables to a picture, folded under a line that says how much there is of what."""
    found = [law for law in laws if not (isinstance(law.power, str) and isinstance(law.line, str))]
    missing = _undetermined(sweep, laws, f"{name}-undetermined")
    speedups = speedups_of(dataset, sweep)
    crossed = crossings_blocks(sweep, crossings, f"{name}-crossings", deployed_of(dataset))
    parts: list[tuple[str, Sequence[Table | Folded]]] = [
        (counted(len(crossings), "crossing"), crossed),
        (counted(len(found), "law"), [_laws_table(sweep, found, f"{name}-laws")]),
        ("what was not determined", missing),
        (counted(len(speedups), "speed-up"), [speedups_table(sweep, speedups, f"{name}-speedups")]),
    ]
    kept = [
        (words, blocks)
        for words, blocks in parts
        if any(not isinstance(block, Table) or block.rows for block in blocks)
    ]
    line = ", ".join(words for words, _blocks in kept)
    return (Folded(line, [block for _words, blocks in kept for block in blocks]),) if kept else ()


def counted(number: int, name: str) -> str:
    """Return how many there are: ``1 law``, ``3 laws``."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _laws_table(sweep: Sweep, laws: Sequence[Law], name: str) -> Table:
    knees = any(not isinstance(law.knee, str) for law in laws)
    per = "per task" if sweep.counts_tasks else f"per unit of {sweep.axis}"
    columns = ("model", "metric", "exponent", "fixed", per, "better described by", "misfit")
    first, last = spelled_count(sweep.xs[0]), spelled_count(sweep.xs[-1])
    return Table(
        name=name,
        caption=f"{sweep.title}: laws over {sweep.axis} {first} to {last}",
        columns=(*columns, "knee") if knees else columns,
        numeric=frozenset({2, 3, 4, 6}),
        rows=tuple(_law_row(sweep, law, knees=knees) for law in laws),
        reading=LAW_READING,
        filters=True,
    )


def _undetermined(sweep: Sweep, laws: Sequence[Law], name: str) -> list[Table]:
    """Return a table of every reason why something was not determined, and what it is about."""
    found: dict[tuple[str, str], list[str]] = {}
    for law in laws:
        whose = f"{law.contender.label} ({METRICS[law.metric].words})"
        for part, what in (
            ("exponent", law.power),
            ("line", law.line),
            ("knee", law.knee),
            ("which law", _which(law)),
        ):
            if isinstance(what, str):
                found.setdefault((whose, what), []).append(part)
    merged: dict[tuple[str, str], list[str]] = {}
    for (whose, reason), parts in found.items():
        merged.setdefault((", ".join(parts), reason), []).append(whose)
    rows = tuple(
        Row((text(parts), text("all" if len(whose) == len(laws) else ", ".join(whose)), text(reason)))
        for (parts, reason), whose in merged.items()
    )
    caption = f"{sweep.title}: what was not determined, and why"
    columns = ("what", "of whom", "why")
    return [Table(name=name, caption=caption, columns=columns, rows=rows)] if rows else []


def _which(law: Law) -> str | None:
    """Return why it cannot be told which law is better, or None where it can, or where there is none."""
    known = law.better in ("power law", "line") or isinstance(law.power, str)
    return None if known else law.better


def _law_row(sweep: Sweep, law: Law, *, knees: bool) -> Row:
    units = units_of(METRICS[law.metric])
    line = law.line if law.better != "power law" else "the power law describes it better"
    fields = (
        named(law.contender),
        text(METRICS[law.metric].words),
        _part(law.power, _exponent),
        _part(line, lambda found: amount(found.fixed, units)),
        _part(line, lambda found: amount(found.per_unit, units)),
        *_described(law),
        *((_knee(law.knee),) if knees else ()),
    )
    return Row(fields, sweep.workload, (law.contender.model,))


Found = PowerLaw | FittedLine | Knee


def _part(found: Found | str, spell: Callable[..., Field]) -> Field:
    """Return what ``spell`` makes of what was found, else that it was not, with the reason on demand."""
    if isinstance(found, str):
        short = "–" if found.startswith("the power law") else "not determined"
        return Field(lines=(short,), hover=found, faint=True)
    return spell(found)


def _described(law: Law) -> tuple[Field, Field]:
    """Return which law describes a curve better, and how far that one (or the nearer) leaves it."""
    misfits = [found.scatter for found in (law.power, law.line) if not isinstance(found, str)]
    if not misfits:
        return text("–", faint=True), text("–", faint=True)
    names = {"power law": "power law", "line": "straight line"}
    unsure = Field(lines=("cannot be told",), hover=law.better)
    told = text(names[law.better]) if law.better in names else unsure
    return told, text(f"{min(misfits):.1%}", order=min(misfits))


def _exponent(power: PowerLaw) -> Field:
    low, middle, high = map(three_digits, (power.exponent.low, power.exponent.middle, power.exponent.high))
    dash = " – " if power.exponent.low < 0 else "–"
    return text(f"{middle} [{low}{dash}{high}]", order=power.exponent.middle)


def _knee(found: Knee | str | None) -> Field:
    if isinstance(found, str):
        return Field(lines=("not determined",), hover=found, faint=True)
    if found is None:
        return text("none")
    at = with_interval(found.at.low, found.at.middle, found.at.high, BARE)
    change = f"exponent {three_digits(found.before.middle)} before, {three_digits(found.after.middle)} after"
    return text(f"at {at}", change, order=found.at.middle)
