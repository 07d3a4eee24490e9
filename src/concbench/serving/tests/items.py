"""The tests of a session that are benchmarks."""

from typing import Any

from concbench.serving.channel import Message

FIXTURES = ("concurrency_benchmark", "benchmark")
"""The fixtures that make a test a benchmark."""


def uses(item: Any) -> str | None:
    """Return the fixture that makes a test a benchmark, or None."""
    names = getattr(item, "fixturenames", ())
    return next((name for name in FIXTURES if name in names), None)


def about_item(item: Any) -> Message:
    """Return what the driver is told of a test."""
    return {"name": item.nodeid, "file": item.nodeid.partition("::")[0], "fixture": uses(item)}
