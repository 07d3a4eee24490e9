"""Reports: what a companion that held the connections of a run says of it, and what is wrong with that."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from concbench.workloads.base import numbers
from concbench.workloads.latency import lateness_of_ticks
from concbench.workloads.sockets.orders import CompanionFailed, heard

TOLD = frozenset(
    {
        *("latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_max_ns", "latency_ns"),
        *("setup_ns", "traffic_ns", "teardown_ns", "companion_busy", "closed_per_s"),
    }
)
"""What is recorded of a report as it is."""


def wrong_report(results: Sequence[Any], connections: int, salt: int) -> str | None:
    """Return what is wrong with a run whose first task brings the report, and whose others serve; or None.

    The companion drew its messages from this run's salt, and verified every byte on each connection.
    """
    if len(results) != connections + 1:
        return f"{len(results)} results instead of {connections + 1}"
    report, *served = results
    if served != list(numbers(salt, connections)):
        return f"the tasks that serve returned {served[:5]!r} …"
    return wrong_in(report, connections, "connections", salt)


def wrong_in(report: Any, asked: int, what: str, salt: int) -> str | None:
    """Return what is wrong with the report of clients that were to verify ``asked`` of something; or None."""
    if type(report) is not dict:
        return f"task 0 returned {report!r} instead of the companion's report"
    if "fault" in report:
        return f"the clients found: {report['fault']}"
    if report.get("seed") != salt:
        return f"the report is of messages drawn from {report.get('seed')!r}, not of this run's"
    if report.get("verified") != asked:
        return f"the clients verified {report.get('verified')!r} {what} of {asked}"
    return None


def agreed(line: bytes, connections: int) -> None:
    """Take a companion's word that it is as far as it was told to be.

    Raises what ``heard`` does, and CompanionFailed for what the clients have found to be wrong until then.
    """
    said = heard(line, connections)
    if "fault" in said:
        raise CompanionFailed(f"the clients found: {said['fault']}")


TICK_EARLY = 0.002
"""How early (s) a ticker may wake: event loops round deadlines to 1 ms ticks (see ``timers``)."""


def wrong_ticks(ticks: Any, interval: float, since: Any, until: Any) -> str | None:
    """Return what is wrong with when a ticker woke (s), each time to sleep for ``interval``; or None.

    It was at it all the time from ``since`` to ``until``, and no tick is left out: each begins the next.
    """
    if type(since) is not float or type(until) is not float:
        return "the report does not say when the broadcast began and had ended"
    if type(ticks) is not list or len(ticks) < 2 or {type(one) for one in ticks} != {float}:
        return f"the ticker returned {ticks!r} instead of the times at which it woke"
    slept = [after - before for before, after in pairwise(ticks)]
    if not min(slept) >= interval - TICK_EARLY:
        return f"the ticker slept {min(slept):.6f} s of its {interval:g} s"
    if not ticks[0] <= since <= until <= ticks[-1]:
        return "the ticker was not at it from the first byte to the last"
    return None


def lateness_of(ticks: Sequence[float], interval: float, since: float, until: float) -> dict[str, Any]:
    """Return how late (ns) the ticks were that lay between two times at least in part, as ``timers`` does."""
    meanwhile = [(before, after) for before, after in pairwise(ticks) if after >= since and before <= until]
    late = [after - before - interval for before, after in meanwhile]
    return lateness_of_ticks(late) | {"ticks": len(late)}


def told_of(report: dict[str, Any]) -> dict[str, Any]:
    """Return what is recorded of a report: its times, and what became of the options."""
    found: dict[str, Any] = {name: value for name, value in report.items() if name in TOLD}
    options: dict[str, int] = report["options"]
    return found | options
