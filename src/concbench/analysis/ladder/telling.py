"""The ladder in sentences, each computed from a run's figures, and the whole as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from concbench.analysis.computing import cores_busy, polls
from concbench.analysis.contrast import Versus
from concbench.analysis.dataset import Dataset
from concbench.analysis.ladder.climbing import Climbed, LadderChange, Standing, tally_of
from concbench.analysis.ladder.steps import Sign
from concbench.analysis.units import UNITLESS, scaled, three_digits, units_of, with_interval
from concbench.words import several

LANDING = "asyncio"
"""The rung that the ladder is climbed for: prices are told from the cheapest loop below it to it."""

WORTH_A_SENTENCE = 1.5
"""How many times as much, or as little, something has to be to be told in a sentence."""

ALONE = 0.9
"""The share of a core below which a loop that polls was not alone on it."""

TAKEN = " (a loop that polls takes all it gets: other work had the rest of that core)"

SIGNS_SAID: Mapping[Sign, str] = {"less": "less", "more": "more", "same": "about the same"}


def workload_by_workload(climbed: Sequence[Climbed]) -> list[list[Climbed]]:
    """Return the steps in groups, one for each workload of each ladder."""

    def whose(one: Climbed) -> tuple[int, str, str]:
        contender = one.rung.contender
        return contender.run, contender.id.partition("@")[2], one.point.workload

    return [list(group) for _, group in groupby(climbed, whose)]


def where_of(one: Climbed) -> str:
    """Return at which size of its workload a step was measured: ``timers, tasks 1 000, delay 0.2 s``."""
    size = one.point.spelled(name for name, _ in one.point.params)
    return f"{one.point.workload}, {size}" if size else one.point.workload


def sentences(dataset: Dataset, climbed: Sequence[Climbed]) -> list[str]:
    """Return what the ladder teaches: what frees the processor, and what makes up the price of asyncio."""
    found = []
    for steps in workload_by_workload(climbed):
        told = _freed(dataset, steps) if steps[0].rung.summary.floor_ns else _bought(steps)
        found += [f"{steps[0].point.workload}: {words}." for words in told]
    return found


def _freed(dataset: Dataset, steps: Sequence[Climbed]) -> list[str]:
    """Return by which steps the processor is kept busy for much less of the time."""
    told = []
    for one in steps:
        before, after = (cores_busy(dataset, cell) for cell in (one.below, one.rung))
        if before and after and before > WORTH_A_SENTENCE * after and one.step and _is_told(one, "less"):
            words = f"from {share(before)} of a core to {share(after)}: {one.step.adds}"
            told.append(words + (TAKEN if before < ALONE and polls(one.below.contender.model) else ""))
    return told


def _bought(steps: Sequence[Climbed]) -> list[str]:
    """Return what a unit costs on the cheapest rung below asyncio, what on asyncio, and what lies between."""
    names = [one.rung.contender.model for one in steps]
    if LANDING not in names:
        return []
    climb = [(one, change) for one in steps[: names.index(LANDING) + 1] if (change := one.change("CPU"))]
    if not climb:
        return []
    costs = [climb[0][1].below, *(change.here for _, change in climb)]
    cheapest = min(range(len(costs) - 1), key=costs.__getitem__)
    low, high = costs[cheapest], costs[-1]
    by_the_way = [
        f"{one.step.adds} {change_words(change).partition(' [')[0]}"
        for one, change in climb[cheapest:]
        if one.step and change.seen in ("less", "more")
    ]
    if low <= 0 or high < WORTH_A_SENTENCE * low or not by_the_way:
        return []
    units = units_of(climb[0][1].metric)
    first = [climb[0][0].below, *(one.rung for one, _ in climb)][cheapest]
    return [
        f"from {scaled(low, units)} of CPU time ({first.contender.label}) to {scaled(high, units)}"
        f" ({LANDING}) per {steps[0].unit}; on the way: {'; '.join(by_the_way)}"
    ]


def _is_told(one: Climbed, sign: Sign) -> bool:
    change = one.change("CPU")
    return change is not None and change.seen == sign


def share(cores: float) -> str:
    """Return a share of a core: ``100 %``, ``0.21 %``."""
    percent = 100 * cores
    return f"{percent:.0f} %" if percent >= 1 else f"{three_digits(percent)} %"


def change_words(change: LadderChange) -> str:
    """Return what a step did: ``×1.22 [1.18–1.25]``, ``+58.1 [51.0–64.9] µs``."""
    found = change.against.interval
    if found is None:
        return "not determined"
    ratio = change.against.kind == "ratio"
    units = UNITLESS if ratio else units_of(change.metric)
    words = with_interval(found.low, found.middle, found.high, units)
    return f"{'×' if ratio else '+' if found.middle > 0 else ''}{words}"


def wrong_words(one: Climbed, change: LadderChange) -> str:
    """Return in a sentence where a prediction was wrong, why it was made, and what was learned."""
    expects, lesson = one.expects, one.lesson(change.effect)
    told = SIGNS_SAID[change.predicted] if change.predicted else ""
    came = SIGNS_SAID[change.seen] if change.seen else f"not {told}"
    why = f" (predicted because {expects.why})" if expects else ""
    learned = f" Learned: {lesson}." if lesson else ""
    return (
        f"{one.point.workload}, {one.rung.contender.label}: {change.effect} was to be {told}, and is {came}:"
        f" {change_words(change)}{why}.{learned}"
    )


def tally_words(climbed: Sequence[Climbed]) -> str:
    """Return how the predictions stand, in a line."""
    tally = tally_of(climbed)
    return f"{several(tally['right'], 'prediction')} right, {tally['wrong']} wrong, {tally['open']} open"


def as_data(dataset: Dataset, climbed: Sequence[Climbed]) -> dict[str, Any]:
    """Return the ladder as plain data, ready for JSON."""
    return {
        "predictions": tally_of(climbed),
        "sentences": sentences(dataset, climbed),
        "steps": [_step(one) for one in climbed],
    }


def _step(one: Climbed) -> dict[str, Any]:
    return {
        "workload": one.point.workload,
        "params": dict(one.point.params),
        "unit": one.unit,
        "below": one.below.contender.label,
        "rung": one.rung.contender.label,
        "adds": one.step.adds if one.step else None,
        "why": one.expects.why if one.expects else None,
        "changes": [_change(one, change) for change in one.changes],
    }


def _change(one: Climbed, change: LadderChange) -> dict[str, Any]:
    standing: Standing | None = change.standing
    return {
        "effect": change.effect,
        "metric": change.metric.name,
        "below": change.below,
        "rung": change.here,
        **_compared(change.against),
        "margin": change.margin,
        "predicted": change.predicted,
        "seen": change.seen,
        "standing": standing,
        "learned": one.lesson(change.effect) or None,
    }


def _compared(against: Versus) -> dict[str, Any]:
    interval = against.interval
    return {
        "kind": against.kind,
        "interval": None if interval is None else asdict(interval),
        "real": against.real,
        "reason": against.reason or None,
    }
