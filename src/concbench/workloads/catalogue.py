"""All models and workloads that a run may use: the package's, the user's plug-ins, the user's event loops.

A plug-in is a Python file that defines ``MODELS``, ``WORKLOADS`` or both, as lists. It is the user's own
code, named on the command line by the user; nothing is ever imported because a data file names it.
"""

import contextlib
import sys
from collections.abc import Sequence
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

from concbench.errors import UserError
from concbench.models import registry as models
from concbench.models.base import DIALECTS, Model
from concbench.workloads import registry as workloads
from concbench.workloads.base import Workload


class PluginError(UserError):
    """A plug-in that cannot be used; the message names the file and says why."""


class Catalogue:
    """Models and workloads by name. Modules of the package are imported only when asked for."""

    def __init__(self, plugins: Sequence[str] = (), loops: Sequence[str] = ()) -> None:
        self._models: dict[str, Model] = {}
        self._workloads: dict[str, Workload[Any]] = {}
        for path in plugins:
            self._add_plugin(path)
        for spec in loops:
            self._add_loop(spec)

    def _add_loop(self, spec: str) -> None:
        from concbench.models.loops import loop_model  # noqa: PLC0415  (imports asyncio, which few workers need)

        model = loop_model(spec, loop_name(spec))
        self._models[model.name] = model

    def _add_plugin(self, path: str) -> None:
        module = _load(path)
        added_models, added_workloads = (_list_in(path, module, name) for name in ("MODELS", "WORKLOADS"))
        if not (added_models or added_workloads):
            raise PluginError(f"{path}: defines neither MODELS nor WORKLOADS (see concbench docs PLUGINS)")
        for model in added_models:
            if not isinstance(model, Model) or model.dialect not in DIALECTS:
                raise PluginError(f"{path}: {model!r} in MODELS is not a concbench.models.base.Model")
            self._refuse_taken(path, model.name, self.model_names())
            self._models[model.name] = model
        for workload in added_workloads:
            if not isinstance(workload, Workload):
                raise PluginError(
                    f"{path}: {workload!r} in WORKLOADS is not a concbench.workloads.base.Workload"
                )
            self._refuse_taken(path, workload.name, self.workload_names())
            self._workloads[workload.name] = workload

    @staticmethod
    def _refuse_taken(path: str, name: str, taken: Sequence[str]) -> None:
        if name in taken:
            raise PluginError(f"{path}: the name {name!r} is taken already; choose another")

    def model_names(self) -> list[str]:
        """Return every model's name, the package's first."""
        return models.names() + list(self._models)

    def workload_names(self) -> list[str]:
        """Return every workload's name, the package's first."""
        return workloads.names() + list(self._workloads)

    def own_models(self) -> list[str]:
        """Return the names of the user's models: those of plug-ins and event loops."""
        return list(self._models)

    def own_workloads(self) -> list[str]:
        """Return the names of the user's workloads."""
        return list(self._workloads)

    def model(self, name: str) -> Model:
        """Return the model called ``name``; raises KeyError."""
        return self._models[name] if name in self._models else models.get(name)

    def workload(self, name: str) -> Workload[Any]:
        """Return the workload called ``name``; raises KeyError."""
        return self._workloads[name] if name in self._workloads else workloads.get(name)


def _list_in(path: str, module: ModuleType, name: str) -> list[Any]:
    made = getattr(module, name, [])
    if not isinstance(made, list | tuple):
        raise PluginError(f"{path}: {name} must be a list, not {made!r} (see concbench docs PLUGINS)")
    return list(made)


def loop_name(spec: str) -> str:
    """Return the name of the model that runs asyncio on the event loop ``spec``."""
    return f"asyncio+{spec}"


def _load(path: str) -> ModuleType:
    file = Path(path)
    if not file.is_file():
        raise PluginError(f"{path}: no such file")
    spec = util.spec_from_file_location(f"concbench_plugin_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path}: is not a Python file (its name must end in .py)")
    module = util.module_from_spec(spec)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what it prints is no result of ours
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise PluginError(f"{path}: {type(error).__name__}: {error}") from error
    return module
