"""How long something took, many times over, as the figures that every workload with latencies records.

Quantiles are of the values of one run: of fewer than a hundred, p99 lies between the two longest.
"""

from collections.abc import Sequence
from typing import Any

MAX_QUANTILES = 101
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the ``share`` quantile of ascending values, interpolated (Hyndman & Fan, type 7)."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def quantiles(name: str, ordered: Sequence[float]) -> dict[str, int]:
    """Return p50, p90, p99 and the longest of ascending times in ns, at least one, as figures of a name."""
    return {f"{name}_{one}_ns": round(quantile(ordered, share)) for one, share in QUANTILES.items()}


def sampled(ordered: Sequence[float]) -> list[int]:
    """Return all of some ascending times in ns; of more than 101 their percentiles."""
    if len(ordered) <= MAX_QUANTILES:
        return [round(one) for one in ordered]
    return [round(quantile(ordered, step / (MAX_QUANTILES - 1))) for step in range(MAX_QUANTILES)]


def latency(seconds: Sequence[float]) -> dict[str, Any]:
    """Return p50, p90, p99 and the longest of some latencies (s), in ns: at least one is given."""
    return {**quantiles("latency", sorted(1e9 * one for one in seconds))}


def distribution(seconds: Sequence[float]) -> dict[str, Any]:
    """Return all of some latencies (s), in ns and ascending; of more than 101 their percentiles."""
    return {"latency_ns": sampled(sorted(1e9 * one for one in seconds))}


def lateness(seconds: Sequence[float]) -> dict[str, Any]:
    """Return how late something was (s, signed), in ns: quantiles, the longest, and how often it was early.

    ``lateness_ns`` holds all of them in ascending order; beyond 101, their percentiles.
    """
    late = sorted(1e9 * one for one in seconds)
    early = sum(value < 0 for value in late)
    return {**quantiles("lateness", late), "early": early, "lateness_ns": sampled(late)}


def lateness_of_ticks(seconds: Sequence[float]) -> dict[str, Any]:
    """Return the same of a ticker's ticks, where early tasks would be counted, and ticks are none."""
    figures = lateness(seconds)
    figures["early_ticks"] = figures.pop("early")
    return figures
