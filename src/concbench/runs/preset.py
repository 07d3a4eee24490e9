"""What a preset measures where nobody names anything: its cells, from the very plan that a run is made by."""

from dataclasses import dataclass
from typing import Any

from concbench.drive.plan import PlannedPoint
from concbench.drive.presets import EFFORTS, Effort, RunPreset
from concbench.runs.planning import plan_of
from concbench.runs.request import RunRequest
from concbench.workloads.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Meeting:
    """A workload with one set of parameters, and the models that are timed there, or weighed.

    ``cannot`` says of others why they cannot do it, by name.
    """

    purpose: str
    workload: str
    params: dict[str, Any]
    models: tuple[str, ...]
    cannot: dict[str, str]


@dataclass(frozen=True, slots=True)
class PresetCells:
    """A preset's effort, and all that it measures."""

    preset: RunPreset
    effort: Effort
    meetings: tuple[Meeting, ...]

    @property
    def cells(self) -> int:
        """How many cells are timed."""
        return sum(len(one.models) for one in self.meetings if one.purpose == "time")


def cells_of(preset: RunPreset, catalogue: Catalogue) -> PresetCells:
    """Return what a preset measures of all models and workloads of a catalogue, had they all been there."""
    plan = plan_of(RunRequest(preset=preset, affinity="none"), catalogue)
    names = {contender.id: contender.model for contender in plan.contenders}
    meetings = tuple(_meeting(point, names) for point in plan.points)
    return PresetCells(preset, EFFORTS[preset], meetings)


def _meeting(point: PlannedPoint, names: dict[str, str]) -> Meeting:
    able = tuple(names[cell.contender] for cell in point.cells if cell.impossible is None)
    cannot = {names[cell.contender]: cell.impossible for cell in point.cells if cell.impossible is not None}
    return Meeting(point.purpose, point.workload, dict(point.params), able, cannot)
