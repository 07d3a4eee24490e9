"""What is asked of a run, as plain data.

It is kept in the run file's header, so a run that is resumed asks for the same.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypedDict

from concbench.drive.presets import RUN_PRESETS, RunPreset
from concbench.runs.arguments import GiB, Names, Params, Paths, Seed, Timeout


class OwnCodeOptions(TypedDict, total=False):
    """Arguments that name the user's code."""

    plugins: Paths
    loops: Names
    pythons: Names


class ContenderOptions(OwnCodeOptions, total=False):
    """Arguments that choose contenders."""

    models: Names
    affinity: str
    timeout: Timeout


class OneCellOptions(OwnCodeOptions, total=False):
    """Arguments of what looks at a single cell."""

    affinity: str
    timeout: Timeout


class CellOptions(ContenderOptions, total=False):
    """Arguments that choose cells."""

    workloads: Names
    seed: Seed


class RunOptions(CellOptions, total=False):
    """Arguments of a run."""

    params: Mapping[str, Any]
    preset: RunPreset
    baseline: str
    memory: bool
    most_memory: GiB | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Empty ``models`` or ``workloads`` mean all of them, empty ``pythons`` the running one.

    ``params`` has the values of parameters, as they are spelled, by name. ``plugins`` are paths of files,
    ``loops`` event loops as ``module:factory``. ``affinity`` is ``auto``, ``none``, or CPUs such as ``0,1``.
    ``timeout`` (s) is how long a turn may take before it counts as hung, ``most_memory`` how many GiB a
    worker may hold, None for as many as the preset says. ``command`` is what asks for it.
    """

    models: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    pythons: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    preset: RunPreset = "quick"
    affinity: str = "auto"
    baseline: str = ""
    memory: bool = True
    most_memory: GiB | None = None
    timeout: Timeout = 60.0
    seed: Seed = 1
    command: Literal["run", "advise", "ladder"] = "run"

    @property
    def baseline_model(self) -> str:
        """The model of the baseline, which is called ``model@python`` where there are several Pythons."""
        return self.baseline.partition("@")[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the request as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RunRequest":
        """Return the request that ``values`` are; raises KeyError or TypeError for what no request is."""
        if values["preset"] not in RUN_PRESETS:
            raise KeyError(f"preset {values['preset']!r}")
        lists = ("models", "workloads", "pythons", "plugins", "loops")
        params = {name: tuple(chosen) for name, chosen in values["params"].items()}
        return cls(**{**values, **{name: tuple(values[name]) for name in lists}, "params": params})
