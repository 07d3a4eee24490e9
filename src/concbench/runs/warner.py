"""Warning while a run goes on: of the machine before it, and of its noise before, during and after it."""

from collections.abc import Callable, Mapping
from typing import Any

from concbench.analysis.calibration import Readings
from concbench.analysis.warnings import gil_warning, warnings_for
from concbench.results.header import Header
from concbench.results.records import NoiseRecord, Sample, WarningRecord
from concbench.results.values import Record

LOOK_EVERY = 200
"""Samples between two looks at the noise."""


def warn_of_gil(header: Header, append: Callable[[Record], None], say: Callable[[str], None]) -> None:
    """Keep and tell the warning about a GIL that came on, where a header gives reason to."""
    if (warning := gil_warning(header)) is not None:
        warn_of(warning, append, say)


def warn_of(warning: WarningRecord, append: Callable[[Record], None], say: Callable[[str], None]) -> None:
    """Keep a warning, and tell it."""
    append(warning)
    say(_words(warning))


def _words(warning: WarningRecord) -> str:
    return f"warning: {warning.seen} {warning.why} {warning.todo}"


class Warner:
    """Passes records on, and adds a warning, once for each kind, when they give reason to."""

    def __init__(
        self,
        environment: Mapping[str, Any],
        pythons: Mapping[str, str],
        append: Callable[[Record], None],
        say: Callable[[str], None],
    ) -> None:
        """``pythons`` has the interpreter of each contender under the contender's id."""
        self._environment, self._append, self._say = environment, append, say
        self._readings = Readings(pythons)
        self._samples = 0
        self._warned: set[str] = set()

    def take(self, record: Record) -> None:
        """Pass one record on; look at the noise that it tells of."""
        self._append(record)
        self._readings.take(record)
        self._samples += isinstance(record, Sample)
        due = isinstance(record, Sample) and self._samples % LOOK_EVERY == 0
        if due or isinstance(record, NoiseRecord):
            self._look()

    def _look(self) -> None:
        for warning in warnings_for(self._environment, list(self._readings.groups().values())):
            if warning.name not in self._warned:
                self._warned.add(warning.name)
                warn_of(warning, self._append, self._say)
