"""Estimates and outcomes in words: a figure with its interval, or what became of a cell that has none."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from concbench.analysis.units import Units, scaled, with_interval
from concbench.drive.workers.lastwords import with_words
from concbench.results.queries import Outcome
from concbench.workloads import index
from concbench.workloads.spelling import read

if TYPE_CHECKING:
    from concbench.analysis.summary import Estimate, Summary


def figure(value: "Estimate | None", units: Units, *, interval: bool = True) -> str:
    """Return an estimate in the best of the units, with its interval if it has one and it is wanted."""
    if value is None:
        return "–"
    if value.interval is None or not interval:
        return scaled(value.middle, units)
    return with_interval(value.interval.low, value.middle, value.interval.high, units)


def params_words(workload: str, params: Mapping[str, Any]) -> str:
    """Return parameters for readers, with the units of the package's workloads: ``delay 0.02 s``."""
    known = index.get(workload).units if workload in index.names() else {}
    units = {name: f" {unit}" for name, unit in known.items()}
    return ", ".join(f"{name} {read(value)}{units.get(name, '')}" for name, value in params.items())


def outcome_words(summary: "Summary") -> str:
    """Return a cell's outcome in a few words: ``exhausted at 21987``."""
    outcome = summary.outcome
    at = "" if outcome.at is None else f" at {outcome.at}"
    return f"{outcome.name}{at}"


def why(outcome: Outcome) -> str:
    """Return an outcome's reason, with the fatal error or the last line that a lost worker wrote."""
    unmeasured = outcome.name == "not measured"
    reason = outcome.reason or ("no block of it was completed" if unmeasured else "no reason was recorded")
    return with_words(reason, outcome.last_words)


def reasons(summaries: "Sequence[Summary]") -> list[str]:
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


BELOW_ZERO = (
    "more work took less time, which is no price of anything: noise, or a model that is slower in its "
    "shorter runs (`concbench convert` has the time of whole runs, as run_wall)"
)


def is_no_price(summary: "Summary", value: "Estimate | None") -> bool:
    """Say whether the whole interval of a cell's price lies below zero, and nothing else brought it there.

    Where there is a floor, tasks that end early bring it there: the column ``early`` tells of them.
    """
    if value is None or value.interval is None or summary.floor_ns:
        return False
    return value.interval.high < 0


def below_zero(summaries: "Sequence[Summary]") -> list[str]:
    """Return a line for the contenders whose time or CPU per unit of work lies below zero, if any's does."""
    found = [one for one in summaries if is_no_price(one, one.wall) or is_no_price(one, one.cpu)]
    names = ", ".join(dict.fromkeys(one.contender for one in found))
    return [f"{names}: below zero: {BELOW_ZERO}"] if found else []


CLIENT_BOUND = (
    "client-bound: the companion took over 90 % of a core, so times, rates and latencies are what it comes"
    " to as much as the model; CPU time is the model's own"
)


def mark_of(summary: "Summary", metric: str) -> str:
    """Return what is to be said beside a figure of a cell, or nothing."""
    return " client-bound" if metric == "companion_busy" and summary.client_bound else ""


def client_bound(summaries: "Sequence[Summary]") -> list[str]:
    """Return a line for the contenders whose companion was the bottleneck, if any's was."""
    names = ", ".join(dict.fromkeys(one.contender for one in summaries if one.client_bound))
    return [f"{names}: {CLIENT_BOUND}"] if names else []
