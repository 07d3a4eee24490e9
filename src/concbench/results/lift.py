"""What files of an earlier schema hold, as today's schema has it: one function lifts any record of theirs."""

from typing import Any

from concbench.metrics import METRICS, metrics_for
from concbench.results.header import SCHEMA

RUN, COMPARISON = 1, 2
"""The schemas before: a comparison had one of its own."""

EARLIER = (RUN, COMPARISON)

MARGINS = {"above_ns": "above", "lateness_ns": "lateness", "memory_bytes": "memory"}
"""The metrics whose margins had names of their own; those compared by ratios had one in common."""


def lifted(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as today's schema has it; one of today's, or one that has not changed, as it is."""
    match record:
        case {"type": "witness", "legs": list(legs)}:
            return record | {"legs": [_leg(leg) for leg in legs]}
        case {"type": "header", "schema": 1 | 2 as schema} if type(schema) is int:
            if (schema == COMPARISON) != ("paired" in record):
                raise ValueError(
                    "paired is missing" if schema == COMPARISON else "paired is for a comparison"
                )
            return record | {"schema": SCHEMA, "settings": _settings(record.get("settings"))}
    return record


def _leg(leg: Any) -> Any:
    match leg:
        case {"tasks": tasks, "suspensions": suspensions, **others}:
            counts: Any = others.get("counts", {})
            if not isinstance(counts, dict):
                return leg  # whoever checks it says so
            return {"counts": {"task": tasks, "suspension": suspensions, **counts}}
    return leg


def _settings(settings: Any) -> Any:
    match settings:
        case {"margins": dict(margins)}:
            renamed: dict[Any, Any] = {MARGINS.get(name, name): margin for name, margin in margins.items()}
            if "ratio" in margins:
                ratios = [metric.name for metric in metrics_for("pairs") if metric.compare == "ratio"]
                renamed = dict.fromkeys(ratios, margins["ratio"]) | renamed
            return settings | {"margins": {name: one for name, one in renamed.items() if name in METRICS}}
    return settings
