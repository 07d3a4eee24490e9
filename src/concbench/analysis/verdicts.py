"""From what was judged to a comparison as it is shown: logarithms become ratios, and reasons words."""

from collections.abc import Iterator
from datetime import datetime
from math import exp, isfinite
from statistics import median
from typing import Any

from concbench.analysis.comparison import Comparison, Counted, Failed, Line, Margins
from concbench.analysis.stopping import CONFIDENCE, RATE, StoppingRule, judge_again
from concbench.drive.instructions import NOT_COUNTED, THRESHOLD, verdict_of
from concbench.metrics import INSTRUCTIONS, METRICS, Metric, margins, names_for
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured
from concbench.results.pairs import Paired, PairValues
from concbench.results.records import CountedRecord, EndRecord, OutcomeRecord
from concbench.stats.verdicts import Judged
from concbench.words import place_told

TEST = "test"
"""The parameter that says which benchmark of its file or module a cell is."""

INCOMPLETE = (
    "this comparison is not complete: it was stopped before its end, and cells have fewer pairs than they"
    " were to have, or none; for a verdict on all of them compare again"
)

NO_TURN = "no pair was measured: its turn did not come before measuring ended"


def judged_again(
    measured: Measured, asked: Margins | None = None, gates: tuple[str, ...] | None = None
) -> Comparison:
    """Return a comparison from its run file, with the margins it was made with where none are asked for.

    Raises RunFileError for an outcome of a cell that the header does not pair.
    """
    made_with = margins() | (measured.header.asked.margins or {})
    rule = judge_again(measured.header, measured.records, asked or made_with)
    return comparison_of(measured, rule, gates)


def comparison_of(measured: Measured, rule: StoppingRule, gates: tuple[str, ...] | None = None) -> Comparison:
    """Return what a comparison's run file holds, as judged by ``rule``, who has taken in its records."""
    gates = names_for("gate") if gates is None else gates
    header = measured.header
    sides = header.sides or {}
    by_cells = {one.cells: one for one in reversed(rule.pairs.cells)}
    return Comparison(
        base=str(sides["base"]["label"]),
        head=str(sides["head"]["label"]),
        lines=tuple(_lines(rule, gates)),
        counted=tuple(
            counted_of(by_cells[record.cells], record, gated=INSTRUCTIONS in gates)
            for record in queries.of_type(measured, CountedRecord)
        ),
        failed=tuple(_failures(measured, rule.pairs.cells)),
        rate=RATE,
        confidence=CONFIDENCE,
        seconds=seconds_of(measured),
        budget=float(header.asked.budget or 0.0),
        gates=gates,
        uncounted=tuple(_uncounted(measured, rule)),
        complete=queries.is_complete(measured),
        warnings=tuple(_warnings(measured)),
        about={str(name): side for name, side in sides.items()},
        served=str(header.asked.served.get("kind", "")),
    )


def _lines(rule: StoppingRule, gates: tuple[str, ...]) -> Iterator[Line]:
    for one in rule.pairs.cells:
        for metric in one.metrics:
            if rule.pairs.series[one.id, metric].values or not _untold(one, metric, rule):
                yield line_of(one, metric, rule, gates)


def _untold(one: Paired, metric: str, rule: StoppingRule) -> bool:
    """Say whether nothing is to be told where a metric has no figure: the cell failed, or never has one."""
    about = METRICS[metric]
    return _failed(one, rule) or (about.source == "extras" and about.paired == "everywhere")


def _failed(one: Paired, rule: StoppingRule) -> bool:
    return bool(rule.failed & set(one.cells))


def line_of(one: Paired, name: str, rule: StoppingRule, gates: tuple[str, ...]) -> Line:
    """Return one metric of one cell as it is shown."""
    metric, key = METRICS[name], (one.id, name)
    series, judged = rule.pairs.series[key], rule.judged.get(key)
    ratio = metric.compare == "ratio"
    met = one.id in rule.pairs.met
    verdict, reason = _verdict(series, judged, metric) if met else ("unsure", NO_TURN)
    ends = (judged.low, judged.middle, judged.high) if judged else (None, None, None)
    low, middle, high = (_shown(end, ratio=ratio) for end in ends)
    return Line(
        cell=one.id,
        **_named(one),
        metric=name,
        kind=metric.compare,
        margin=rule.margins[name],
        verdict=verdict,
        low=low,
        middle=middle,
        high=high,
        confidence=CONFIDENCE,
        pairs=len(series.values),
        base=median(series.base) if series.base else 0.0,
        head=median(series.head) if series.head else 0.0,
        reason=reason,
        gated=name in gates,
        seen=_shown(median(series.values), ratio=ratio) if series.values else None,
    )


def _named(one: Paired) -> dict[str, Any]:
    """Return what a cell is called. A project's own benchmark has no model, and stands in its place."""
    test = one.params.get(TEST)
    if test is None:
        return {"workload": one.workload, "model": one.model, "params": one.params}
    return {"workload": one.workload, "model": str(test), "params": {}}


def _verdict(series: PairValues, judged: Judged | None, metric: Metric) -> tuple[str, str | None]:
    if not series.values:
        return "unsure", "no pair was measured, or none tells this metric here"
    if judged is None:
        return "unsure", "not looked at yet"
    return metric.verdict(judged.verdict), judged.reason


def _shown(value: float | None, *, ratio: bool) -> float | None:
    if value is None or not isfinite(value):
        return None
    return exp(value) if ratio else value


def counted_of(one: Paired, record: CountedRecord, *, gated: bool) -> Counted:
    """Return the instruction counts of a cell as they are shown."""
    base, head = record.instructions
    return Counted(
        cell=one.id,
        **_named(one),
        base=base,
        head=head,
        ratio=head / base,
        verdict=verdict_of(base, head),
        threshold=THRESHOLD,
        gated=gated,
    )


def _failures(measured: Measured, cells: list[Paired]) -> list[Failed]:
    by_name = {
        name: (one, side) for one in cells for side, name in zip(("base", "head"), one.cells, strict=True)
    }
    failures, served = [], measured.header.asked.served
    for record in queries.of_type(measured, OutcomeRecord):
        if record.cell not in by_name:
            reason = f"an outcome of {record.cell!r}, which the header does not pair"
            raise RunFileError(reason, measured.path)
        one, side = by_name[record.cell]
        named = {name: words for name, words in _named(one).items() if name != "params"}
        file, line = (served and record.reason and place_told(record.reason)) or (None, None)
        about = {"outcome": record.outcome, "reason": record.reason, "file": file, "line": line}
        failures.append(Failed(cell=one.id, side=side, **named, **about))
    return failures


def _warnings(measured: Measured) -> Iterator[str]:
    if not queries.is_complete(measured):
        yield INCOMPLETE
    for one in queries.warnings(measured):
        yield f"{one.seen} {one.why}"


def _uncounted(measured: Measured, rule: StoppingRule) -> Iterator[str]:
    """Yield the cells that were measured on both sides and could not be counted on one."""
    lost = {one.cells for one in queries.warnings(measured) if one.name == NOT_COUNTED}
    for one in rule.pairs.cells:
        if one.purpose == "time" and not _failed(one, rule) and one.cells in lost:
            yield one.id


def seconds_of(measured: Measured) -> float:
    """Return how long it took, by the clock of the day, to a second."""
    ends = [record.finished for record in queries.of_type(measured, EndRecord)]
    if not ends:
        return 0.0
    began, finished = (datetime.fromisoformat(moment) for moment in (measured.header.started, ends[-1]))
    return max(0.0, (finished - began).total_seconds())
