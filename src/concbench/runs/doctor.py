"""What can be said of a machine before anything is measured on it: interpreters, noise, what to mend."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from concbench.analysis import warnings
from concbench.drive.host import environment, interpreters
from concbench.drive.host.interpreter_info import InterpreterInfo, probe
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.host.origin import origin
from concbench.drive.host.switches import InterpreterError
from concbench.errors import RequestError, arg
from concbench.extras import EXTRAS, missing_of
from concbench.measure import calibration
from concbench.platforms import unsupported_platform
from concbench.results.records import WarningRecord
from concbench.stats.noise import Noise, noise
from concbench.stats.undetermined import NotDetermined

SLICE_S = 0.1

Track: TypeAlias = Callable[[Sequence[int]], Iterable[int]]
"""Passes slices of the work on, one after the other, and may tell between two of them how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that was found; ``noise`` is None for too few readings, ``unsupported`` if nothing hinders.

    ``extras`` has what each lacks to be installed.
    """

    unsupported: str | None
    pythons: list[InterpreterInfo]
    extras: dict[str, list[str]]
    environment: dict[str, Any]
    noise: Noise | None
    warnings: list[WarningRecord]

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data, each interpreter as its path, with its options."""
        return {**asdict(self), "pythons": [str(_started(info)) for info in self.pythons]}


def _started(info: InterpreterInfo) -> Interpreter:
    return Interpreter(info.executable, info.switches)


def interpreters_of(specs: str | None) -> list[InterpreterInfo]:
    """Return the interpreters of a list with commas, or all that are found; raises RequestError."""
    if specs is None:
        return interpreters.discover()
    try:
        chosen = [interpreters.choose(spec.strip()) for spec in specs.split(",")]
        return [probe(one.executable, switches=one.switches) for one in chosen]
    except InterpreterError as error:
        raise RequestError(f"{arg('python')}: {error}") from error


def examine(pythons: Sequence[InterpreterInfo], seconds: float, track: Track = iter) -> Examination:
    """Examine this machine, and time the fixed loop for so long."""
    # The record comes first, lest the load that it reads be that of our own loop.
    record = environment.describe([_started(info) for info in pythons], origin=origin())
    slices = math.ceil(seconds / SLICE_S)
    readings: list[int] = []
    for _ in track(range(slices)):
        readings += calibration.series(seconds=seconds / slices)
    return Examination(
        unsupported=unsupported_platform(),
        pythons=list(pythons),
        extras={name: missing_of(name) for name in EXTRAS},
        environment=record,
        noise=_noise_of(readings),
        warnings=warnings.warnings_for(record, [readings]),
    )


def _noise_of(readings: Sequence[int]) -> Noise | None:
    try:
        return noise(readings)
    except NotDetermined:
        return None  # shown as not known, with what to do
