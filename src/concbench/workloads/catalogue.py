"""All models and workloads that a run may use: the package's, the user's plug-ins, the user's event loops.

A plug-in is a Python file that defines ``MODELS``, ``WORKLOADS`` or both, as lists. It is the user's own
code, named on the command line by the user; nothing is ever imported because a data file names it. A
:class:`Catalogue` imports the plug-ins that it is given, in this process: the command line has them
imported elsewhere (:mod:`concbench.measure.described`), and a worker only those that it needs
(:mod:`concbench.measure.shelf`).
"""

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from concbench.errors import UserError
from concbench.models import registry as models
from concbench.models.base import Model
from concbench.models.files import module_of, wrong_file
from concbench.places import worded
from concbench.words import shown
from concbench.workloads import registry as workloads
from concbench.workloads.base import Workload
from concbench.workloads.names import skeleton, wrong_name
from concbench.workloads.rules import broken_rules


class PluginError(UserError):
    """A plug-in that cannot be used; the message names the file and says why."""


class Catalogue:
    """Models and workloads by name. Modules of the package are imported only when asked for."""

    def __init__(self, plugins: Sequence[str] = (), loops: Sequence[str] = ()) -> None:
        self._models: dict[str, Model] = {}
        self._workloads: dict[str, Workload[Any]] = {}
        for path in plugins:
            self._add_plugin(path)
        for spec in dict.fromkeys(loops):
            self._add_loop(spec)

    def _add_loop(self, spec: str) -> None:
        from concbench.models.loops import loop_model  # noqa: PLC0415  (imports asyncio, which few workers need)

        self._add(f"--loop {spec}", loop_model(spec, loop_name(spec)))

    def _add_plugin(self, path: str) -> None:
        for one in contents(path):
            self._add(path, one)

    def _add(self, source: str, one: "Model | Workload[Any]") -> None:
        """Take in a model or workload; raises PluginError where another has its name, or a lookalike."""
        kind: str = "model" if isinstance(one, Model) else "workload"
        taken = self.model_names() if isinstance(one, Model) else self.workload_names()
        for other in taken:
            if one.name == other:
                raise PluginError(f"{source}: the name {other!r} is taken already; choose another")
            if skeleton(one.name) == skeleton(other):
                raise PluginError(
                    f"{source}: the {kind} name {one.name!r} ({one.name!a}) looks like {other!r}, which"
                    " is taken already; choose another"
                )
        if isinstance(one, Model):
            self._models[one.name] = one
        else:
            self._workloads[one.name] = one

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


def contents(path: str) -> "list[Model | Workload[Any]]":
    """Import a plug-in, and return its models and workloads; raises PluginError where a rule is broken."""
    module = _load(path)
    kinds: tuple[tuple[str, Any], ...] = (("MODELS", Model), ("WORKLOADS", Workload))
    found: list[Model | Workload[Any]] = []
    for listed, kind in kinds:
        for place, one in enumerate(_list_in(path, module, listed)):
            if not isinstance(one, kind):
                what = f"{kind.__module__}.{kind.__name__}"
                raise PluginError(
                    f"{path}: {shown(one)} in {listed} is not a {what} (see concbench docs PLUGINS)"
                )
            for wrong in broken_rules(one):
                raise PluginError(
                    f"{path}: {listed}[{place}]{named(one)}: {wrong} (see concbench docs PLUGINS)"
                )
            found.append(one)
    if not found:
        raise PluginError(f"{path}: defines neither MODELS nor WORKLOADS (see concbench docs PLUGINS)")
    return found


def named(one: "Model | Workload[Any]") -> str:
    """Return the name of a model or workload in brackets, where it has one that can be printed."""
    return "" if wrong_name(one.name) else f" ({one.name})"


def _list_in(path: str, module: ModuleType, name: str) -> list[Any]:
    made = getattr(module, name, [])
    if not isinstance(made, list | tuple):
        raise PluginError(f"{path}: {name} must be a list, not {shown(made)} (see concbench docs PLUGINS)")
    return list(made)


def loop_name(spec: str) -> str:
    """Return the name of the model on the event loop ``spec``: that of a file is without its folder."""
    place, colon, factory = spec.rpartition(":")
    return f"asyncio+{Path(place).name if is_file(spec) else place}{colon}{factory}"


def is_file(spec: str) -> bool:
    """Say whether an event loop is named by a file (``./mine.py:factory``), not by a module."""
    return spec.rpartition(":")[0].endswith(".py")


def packages_of(loops: Sequence[str]) -> list[str]:
    """Return the names of the packages that event loops come from, sorted; a file is of none."""
    return sorted({spec.partition(":")[0].partition(".")[0] for spec in loops if not is_file(spec)})


def _load(path: str) -> ModuleType:
    file = Path(path)
    if wrong := wrong_file(file):
        raise PluginError(f"{path}: {wrong}")
    if file.suffix != ".py":
        raise PluginError(f"{path}: is not a Python file (its name must end in .py)")
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what it prints is no result of ours
            return module_of(file)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(worded(error, f"{path}: {type(error).__name__}: {error}")) from error
