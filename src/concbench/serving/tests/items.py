"""The tests of a session that are benchmarks."""

from typing import Any

from concbench.serving.channel import Message

FIXTURES = ("concurrency_benchmark", "benchmark", "codspeed_benchmark")
"""The fixtures that make a test a benchmark."""

MARKERS = ("benchmark", "codspeed_benchmark")
"""The markers that make a whole test a benchmark where pytest-codspeed is at work; it has no fixture then."""


def uses(item: Any) -> str | None:
    """Return the fixture that makes a test a benchmark, or None."""
    names = getattr(item, "fixturenames", ())
    return next((name for name in FIXTURES if name in names), None)


def is_marked(item: Any) -> bool:
    """Say whether a test without a fixture is marked as a benchmark, as a whole."""
    return uses(item) is None and any(item.get_closest_marker(name) for name in MARKERS)


def about_item(item: Any) -> Message:
    """Return what the driver is told of a test."""
    fixture = uses(item) or MARKERS[0]
    return {"name": item.nodeid, "file": item.nodeid.partition("::")[0], "fixture": fixture}
