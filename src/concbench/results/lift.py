"""What files of an earlier schema hold, as today's schema has it."""

from collections.abc import Mapping

from concbench.metrics import METRICS, metrics_for

BY_KEY = {"above_ns": "above", "lateness_ns": "lateness", "memory_bytes": "memory"}
"""The metrics whose margins had names of their own."""


def lifted_margins(margins: Mapping[str, float]) -> dict[str, float]:
    """Return the margins of metrics by their names; there was one for all that is compared by ratios."""
    lifted = {BY_KEY.get(name, name): margin for name, margin in margins.items() if name != "ratio"}
    if "ratio" in margins:
        ratios = [metric.name for metric in metrics_for("pairs") if metric.compare == "ratio"]
        lifted = dict.fromkeys(ratios, margins["ratio"]) | lifted
    return {name: margin for name, margin in lifted.items() if name in METRICS}
