"""All models and workloads that a run may use: the package's, the user's, and what is installed.

A plug-in is a Python file that defines ``MODELS``, ``WORKLOADS`` or both, as lists. It is the user's own
code, named on the command line by the user; nothing is ever imported because a data file names it. A
:class:`Catalogue` imports the plug-ins that it is given, in this process: the command line has them
imported elsewhere (:mod:`concbench.drive.workers.described`), and a worker only those that it needs
(:mod:`concbench.measure.shelf`). What an installed distribution brings is looked for where a name is nobody
else's.
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from concbench.errors import UserError
from concbench.models import index as models
from concbench.models.base import Model
from concbench.models.files import module_of, wrong_file
from concbench.models.index import Entry, Index
from concbench.models.sizes import model_sized
from concbench.places import worded
from concbench.traits import unsized
from concbench.words import error_told, shown
from concbench.workloads import index as workloads
from concbench.workloads.base import Workload
from concbench.workloads.names import skeleton, wrong_name

Kind = Literal["model", "workload"]
KINDS: Mapping[Kind, Any] = MappingProxyType({"model": Model, "workload": Workload})
INDEXES: Mapping[Kind, Index[Any]] = MappingProxyType({"model": models.INDEX, "workload": workloads.INDEX})


class PluginError(UserError):
    """A plug-in that cannot be used; the message names the file and says why."""


class Catalogue:
    """Models and workloads by name. Modules of the package are imported only when asked for."""

    def __init__(self, plugins: Sequence[str] = (), loops: Sequence[str] = ()) -> None:
        self._own: dict[Kind, dict[str, Any]] = {"model": {}, "workload": {}}
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
        kind: Kind = "model" if isinstance(one, Model) else "workload"
        if (wrong := taken_by(kind, one.name, self._names(kind))) is not None:
            raise PluginError(f"{source}: {wrong}; choose another")
        self._own[kind][one.name] = one

    def model_names(self, asked: Iterable[str] = ()) -> list[str]:
        """Return every model's name, the package's first.

        What is installed is there if a name is ``asked`` for that nothing else has: to install a distribution
        changes no run.
        """
        return self._names("model", asked)

    def workload_names(self, asked: Iterable[str] = ()) -> list[str]:
        """Return every workload's name, the package's first; what is installed as with models."""
        return self._names("workload", asked)

    def _names(self, kind: Kind, asked: Iterable[str] = ()) -> list[str]:
        known = INDEXES[kind].names() + list(self._own[kind])
        lacking = not set(asked) <= set(known)
        return known + [name for name in self.installed(kind) if name not in known] if lacking else known

    def usual_models(self) -> list[str]:
        """Return the names of a model for each dialect, and of the user's own models."""
        return [*models.ONE_OF_EACH, *self.own_models()]

    def usual_workloads(self) -> list[str]:
        """Return the names of the basic workloads, and of the user's own."""
        return [*workloads.BASICS, *self.own_workloads()]

    def own_models(self) -> list[str]:
        """Return the names of the user's models: those of plug-ins and event loops."""
        return list(self._own["model"])

    def own_workloads(self) -> list[str]:
        """Return the names of the user's workloads."""
        return list(self._own["workload"])

    def installed(self, kind: Kind) -> dict[str, Entry | PluginError]:
        """Return what installed distributions bring, by name; under a name that cannot be had, why not."""
        known = dict.fromkeys(self._names(kind), "a plug-in")
        known |= dict.fromkeys(INDEXES[kind].names(), "concbench")
        return _without_collisions(kind, known, INDEXES[kind].entries())

    def model(self, name: str) -> Model:
        """Return the model called ``name``, which may end in its number of workers.

        Raises KeyError, PluginError for an entry point's fault, and RequestError for a number that it does
        not take.
        """
        with contextlib.suppress(KeyError):
            found: Model = self._get("model", name)
            return found
        made = model_sized(name, self.model_names([unsized(name)]), self.model)
        if wrong := wrong_size(made, name):
            raise PluginError(f"{unsized(name)}: sized{wrong} (see concbench docs PLUGINS)")
        return made

    def workload(self, name: str) -> Workload[Any]:
        """Return the workload called ``name``; raises as ``model`` does."""
        found: Workload[Any] = self._get("workload", name)
        return found

    def _get(self, kind: Kind, name: str) -> Any:
        """Return what a plug-in defines, the package, or an entry point, which alone is imported."""
        if name in self._own[kind]:
            return self._own[kind][name]
        with contextlib.suppress(KeyError):
            return INDEXES[kind].get(name)
        entry = self.installed(kind).get(name)
        if entry is None:
            raise KeyError(name)
        if isinstance(entry, PluginError):
            raise entry
        return self._load(kind, entry)

    def _load(self, kind: Kind, entry: Entry) -> Any:
        """Import what an entry point names, and return it; raises PluginError, naming its distribution."""
        one = _imported(f"{entry.source}: {entry.name}", entry.load)
        wrong = wrong_with(kind, one)
        if wrong is None and one.name != entry.name:
            wrong = f"its name is {one.name!r}"
        if wrong is not None:
            raise PluginError(f"{entry.source}: {entry.name}: {wrong} (see concbench docs PLUGINS)")
        return one


def _without_collisions(
    kind: Kind, sources: dict[str, str], entries: Iterable[Entry]
) -> dict[str, Entry | PluginError]:
    """Return entry points by name; one that is wrong, or whose name is no good or another's, is why not.

    ``sources`` says where the names come from that are taken.
    """
    found: dict[str, Entry | PluginError] = {}
    for entry in entries:
        wrong = entry.wrong or wrong_name(entry.name)
        if wrong is None and (wrong := taken_by(kind, entry.name, sources)) is not None:
            wrong += (
                f", by {next(sources[name] for name in sources if skeleton(name) == skeleton(entry.name))}"
            )
        sources.setdefault(entry.name, entry.source)
        found[entry.name] = PluginError(f"{entry.source}: {wrong}") if wrong else entry
    return found


def taken_by(kind: str, name: str, known: Iterable[str]) -> str | None:
    """Return which of the known names is this one, or looks like it, in words; None where none does."""
    for other in known:
        if name == other:
            return f"the name {other!r} is taken already"
        if kind == "model" and unsized(name) == other and name.rpartition(":")[2].isdigit():
            return f"the name {name!r} is that of {other!r} with a number of workers"
        if skeleton(name) == skeleton(other):
            return f"the {kind} name {name!r} ({name!a}) looks like {other!r}, which is taken already"
    return None


def wrong_size(made: Any, name: str) -> str | None:
    """Return what is wrong with a model that another made under a name that says how many workers it has."""
    called = replace(made, name=unsized(name)) if isinstance(made, Model) else made
    wrong = wrong_with("model", called)
    if wrong is None and made.name not in (name, unsized(name)):
        wrong = f"its name is {made.name!r}, where {name!r} was asked for"
    if wrong is None and made.traits.workers != (workers := int(name.rpartition(":")[2])):
        wrong = f"its traits say workers={made.traits.workers}, where {workers} were asked for"
    return wrong and f" returned a model that is none: {wrong}"


def wrong_with(kind: Kind, one: Any) -> str | None:
    """Return what keeps something from being a model, or a workload; None where it is one."""
    wanted = KINDS[kind]
    if not issubclass(type(one), wanted):
        return f"{shown(one)} is not a {wanted.__module__}.{wanted.__name__}"
    from concbench.workloads.rules import broken_rules  # noqa: PLC0415  (workers that need no plug-in start sooner)

    return next(broken_rules(one), None)


def contents(path: str) -> "list[Model | Workload[Any]]":
    """Import a plug-in, and return its models and workloads; raises PluginError where a rule is broken."""
    module = _load(path)
    found: list[Model | Workload[Any]] = []
    for kind in KINDS:
        listed = f"{kind.upper()}S"
        for place, one in enumerate(_list_in(path, module, listed)):
            if (wrong := wrong_with(kind, one)) is not None:
                where = f"{listed}[{place}]{named(one)}"
                raise PluginError(f"{path}: {where}: {wrong} (see concbench docs PLUGINS)")
            found.append(one)
    if not found:
        missing = "defines neither MODELS nor WORKLOADS, which are lists"
        raise PluginError(f"{path}: {missing} (see concbench docs PLUGINS)")
    return found


def named(one: object) -> str:
    """Return the name of a model or workload in brackets, where it has one that can be printed."""
    try:
        name = getattr(one, "name", "")
    except (Exception, SystemExit):  # noqa: BLE001  (what cannot be looked at is told elsewhere)
        return ""
    return "" if wrong_name(name) else f" ({name})"


def _list_in(path: str, module: ModuleType, name: str) -> list[Any]:
    made = _imported(path, lambda: getattr(module, name, []))  # which may be a function of the module's
    if not isinstance(made, list | tuple):
        raise PluginError(f"{path}: {name} must be a list, not {shown(made)} (see concbench docs PLUGINS)")
    listed: list[Any] = _imported(f"{path}: {name}", lambda: list(made))
    return listed


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
    module: ModuleType = _imported(path, lambda: module_of(file))
    return module


def _imported(source: str, load: Callable[[], Any]) -> Any:
    """Import something; whatever it raises becomes a PluginError that names the source."""
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what it prints is no result of ours
            return load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(worded(error, f"{source}: {error_told(error)}")) from error
