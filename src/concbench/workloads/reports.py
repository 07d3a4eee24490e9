"""Reports: what a companion that held the connections of a run says of it, and what is wrong with that."""

from collections.abc import Sequence
from typing import Any

from concbench.workloads.base import numbers

TOLD = frozenset(
    {
        *("latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_max_ns", "latency_ns"),
        *("setup_ns", "traffic_ns", "teardown_ns", "companion_busy"),
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
    if type(report) is not dict:
        return f"task 0 returned {report!r} instead of the companion's report"
    if served != list(numbers(salt, connections)):
        return f"the tasks that serve returned {served[:5]!r} …"
    return _wrong_in(report, connections, salt)


def _wrong_in(report: dict[str, Any], connections: int, salt: int) -> str | None:
    if "fault" in report:
        return f"the clients found: {report['fault']}"
    if report.get("seed") != salt:
        return f"the report is of messages drawn from {report.get('seed')!r}, not of this run's"
    if report.get("verified") != connections:
        return f"the clients verified {report.get('verified')!r} connections of {connections}"
    return None


def told_of(report: dict[str, Any]) -> dict[str, Any]:
    """Return what is recorded of a report: its times, and what became of the options."""
    found: dict[str, Any] = {name: value for name, value in report.items() if name in TOLD}
    options: dict[str, int] = report["options"]
    return found | options
