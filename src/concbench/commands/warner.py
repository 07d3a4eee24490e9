"""Warning while a run goes on: of the machine before it, and of its noise before and during it.

Readings of the calibration loop that were taken one after another and those that stand before each
sample are judged apart: a reading just after a hand-over is slower by nature.
"""

from collections.abc import Callable, Mapping
from typing import Any

from concbench.measure.warnings import warnings_for

Record = dict[str, Any]

LOOK_EVERY = 200
"""Samples between two looks at the noise."""


class Warner:
    """Passes records on, and adds a warning, once for each kind, when they give reason to."""

    def __init__(
        self, environment: Mapping[str, Any], append: Callable[[Record], None], say: Callable[[str], None]
    ) -> None:
        self._environment, self._append, self._say = environment, append, say
        self._during: list[int] = []
        self._warned: set[str] = set()

    def take(self, record: Record) -> None:
        """Pass one record on; look at the noise that it tells of."""
        self._append(record)
        if record["type"] == "noise":
            self._look(record["calibration_ns"])
        elif record["type"] == "sample":
            self._during.append(record["calibration_ns"])
            if len(self._during) % LOOK_EVERY == 0:
                self._look(self._during)

    def _look(self, calibration_ns: list[int]) -> None:
        for warning in warnings_for(self._environment, calibration_ns):
            if warning["name"] not in self._warned:
                self._warned.add(warning["name"])
                self._append(warning)
                self._say(f"warning: {warning['seen']} {warning['why']} {warning['todo']}")
