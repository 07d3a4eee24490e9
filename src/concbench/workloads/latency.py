"""How long something took, many times over, as the figures that every workload with latencies records."""

from collections.abc import Sequence
from typing import Any

MAX_QUANTILES = 101


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the ``share`` quantile of ascending values, interpolated (Hyndman & Fan, type 7)."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def latency(seconds: Sequence[float]) -> dict[str, Any]:
    """Return p50, p90, p99 and the longest of some latencies (s), in ns: at least one is given."""
    ordered = sorted(1e9 * one for one in seconds)
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {f"latency_{name}_ns": round(quantile(ordered, share)) for name, share in shares.items()}


def distribution(seconds: Sequence[float]) -> dict[str, Any]:
    """Return all of some latencies (s), in ns and ascending; of more than 101 their percentiles."""
    ordered = sorted(1e9 * one for one in seconds)
    shares = [step / (MAX_QUANTILES - 1) for step in range(MAX_QUANTILES)]
    kept = ordered if len(ordered) <= MAX_QUANTILES else [quantile(ordered, share) for share in shares]
    return {"latency_ns": [round(value) for value in kept]}


def lateness(seconds: Sequence[float]) -> dict[str, Any]:
    """Return how late something was (s, signed), in ns: quantiles, the longest, and how often it was early.

    ``lateness_ns`` holds all of them in ascending order; beyond 101, their percentiles.
    """
    late = sorted(1e9 * one for one in seconds)
    shares = [step / (MAX_QUANTILES - 1) for step in range(MAX_QUANTILES)]
    kept = late if len(late) <= MAX_QUANTILES else [quantile(late, share) for share in shares]
    figures: dict[str, Any] = {
        f"lateness_p{percent}_ns": round(quantile(late, percent / 100)) for percent in (50, 90, 99)
    }
    figures |= {"lateness_max_ns": round(late[-1]), "early": sum(value < 0 for value in late)}
    return figures | {"lateness_ns": [round(value) for value in kept]}
