"""Estimates and outcomes in words: a figure with its interval, or what became of a cell that has none."""

from collections.abc import Sequence

from concbench.measure.lastwords import with_words
from concbench.report.summary import Estimate, Summary
from concbench.report.units import Units, scaled, with_interval
from concbench.results.queries import Outcome


def figure(value: Estimate | None, units: Units, *, interval: bool = True) -> str:
    """Return an estimate in the best of the units, with its interval if it has one and it is wanted."""
    if value is None:
        return "–"
    if value.interval is None or not interval:
        return scaled(value.middle, units)
    return with_interval(value.interval.low, value.middle, value.interval.high, units)


def outcome_words(summary: Summary) -> str:
    """Return a cell's outcome in a few words: ``exhausted at 21987``."""
    outcome = summary.outcome
    at = "" if outcome.at is None else f" at {outcome.at}"
    return f"{outcome.name}{at}"


def why(outcome: Outcome) -> str:
    """Return an outcome's reason, with the fatal error or the last line that a lost worker wrote."""
    unmeasured = outcome.name == "not measured"
    reason = outcome.reason or ("no block of it was completed" if unmeasured else "no reason was recorded")
    return with_words(reason, outcome.last_words)


def reasons(summaries: Sequence[Summary]) -> list[str]:
    """Return one line for each outcome and reason, with the contenders that it is about."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for summary in summaries:
        if summary.outcome.name != "ok":
            key = (summary.outcome.name, why(summary.outcome))
            grouped.setdefault(key, []).append(summary.contender)
    return [
        f"{', '.join(dict.fromkeys(contenders))}: {outcome}: {reason}"
        for (outcome, reason), contenders in grouped.items()
    ]
