"""The catalogue of the command line: plug-ins are known to it by what they say of themselves elsewhere.

What a plug-in defines is told by a process of its own (:mod:`concbench.drive.workers.asking`). Here its
models and workloads are ordinary ones whose functions ask that process; nothing of a plug-in is imported.
"""

import atexit
import hashlib
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, field, make_dataclass
from pathlib import Path
from random import Random
from typing import Any

from concbench.drive.workers.asking import Informant
from concbench.drive.workers.place import Place
from concbench.models.base import UNSAID, Model
from concbench.models.capabilities import Capability
from concbench.models.files import wrong_file
from concbench.models.index import Entry
from concbench.traits import Traits
from concbench.workloads.base import NotExpressible, Promise, Version, Workload, params_to_dict
from concbench.workloads.catalogue import Catalogue, Kind, PluginError, loop_name
from concbench.workloads.questions import Lanes, Question

Facts = dict[str, Any]

KINDS: Mapping[str, Callable[[Any], Any]] = {kind.__name__: kind for kind in (int, float, str)}

_known: dict[tuple[Place, str, str], Informant] = {}
_knowing = threading.Lock()


def here() -> Place:
    """Return the place where plug-ins are imported as workers of this very interpreter do."""
    return Place(Path(sys.executable))


def informant_of(file: str, place: Place) -> Informant:
    """Return who knows of a plug-in; the same one as long as the file does not change. Raises PluginError."""
    path = Path(file)
    if wrong := wrong_file(path):
        raise PluginError(f"{file}: {wrong}")
    try:
        stamp = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise PluginError(f"{file}: cannot be read ({error.strerror})") from error
    with _knowing:
        return _known.setdefault((place, file, stamp), Informant(place, file, [file], []))


def rest() -> None:
    """End all processes that know of plug-ins: nothing runs beside what is measured."""
    for informant in list(_known.values()):
        informant.rest()


atexit.register(rest)


def handed_over(plugins: Sequence[str], place: Place | None = None) -> list[Facts]:
    """Return what a worker gets of plug-ins: each file with the names of what it defines.

    Raises PluginError for one that cannot be used.
    """
    told = [(file, informant_of(file, place or here()).describe()) for file in plugins]
    return [
        {"file": file, **{kind: [one["name"] for one in about[kind]] for kind in ("models", "workloads")}}
        for file, about in told
    ]


class Described(Catalogue):
    """A catalogue of what is imported in another process, at ``place`` (default: as here).

    That are plug-ins, and what installed distributions bring.
    """

    def __init__(
        self, plugins: Sequence[str] = (), loops: Sequence[str] = (), place: Place | None = None
    ) -> None:
        self._place = place or here()
        self._told: dict[tuple[Kind, str], Any] = {}
        super().__init__(plugins, loops)

    def _add_plugin(self, path: str) -> None:
        for one in _defined_by(informant_of(path, self._place)):
            if one.name in self.installed("model" if isinstance(one, Model) else "workload"):
                raise PluginError(
                    f"{path}: an installed distribution has a {one.name}, too; choose another name"
                )
            self._add(path, one)

    def _load(self, kind: Kind, entry: Entry) -> Any:
        """Return what an entry point defines, as a process says that imports it; raises PluginError."""
        if (kind, entry.name) not in self._told:
            named = {"models": [], "workloads": [], f"{kind}s": [entry.name]}
            informant = Informant(self._place, entry.source, [], [], named=named)
            (self._told[kind, entry.name],) = _defined_by(informant)
            informant.rest()
        return self._told[kind, entry.name]

    def _add_loop(self, spec: str) -> None:
        name = loop_name(spec)
        informant = Informant(self._place, f"--loop {spec}", [], [spec])
        about = {"name": name, "dialect": "coroutine", "source": "--loop"}
        about |= {"summary": f"asyncio on the event loop {name.partition('+')[2]}"}
        self._add(f"--loop {spec}", _model(informant, about | {"cost": "as that event loop has it"}))


def _defined_by(informant: Informant) -> "list[Model | Workload[Any]]":
    about = informant.describe()
    told = [_Told(informant, workload).workload() for workload in about["workloads"]]
    return [*(_model(informant, model) for model in about["models"]), *told]


def _model(informant: Informant, about: Facts) -> Model:
    """Return a model that can be asked for all but to run."""
    question = {"ask": "about", "of": about["name"]}
    said = {name: about[name] for name in ("name", "dialect", "summary", "cost", "source")}
    answers: list[Facts] = []

    def asked(what: str) -> Any:
        if not answers:
            answers.append(informant.ask(question))
            informant.rest()
        return answers[0][what]

    return Model(
        **said,
        traits=Traits(**about["traits"]) if "traits" in about else UNSAID,
        lends=frozenset(map(Capability, about["lends"])) if about.get("lends") is not None else UNSAID,
        version=lambda: str(asked("version")),
        open=_only_in_workers,
        unavailable=lambda: asked("unavailable"),
    )


def _only_in_workers(*_anything: Any) -> Any:
    raise TypeError("what a plug-in defines runs in workers only")


class _Told:
    """A workload as its informant tells it; answers are kept."""

    def __init__(self, informant: Informant, about: Facts) -> None:
        self._informant, self._about = informant, about
        self._facts: dict[tuple[Any, ...], Facts] = {}
        self._drawn: dict[int, list[Any]] = {}
        self._params = self._class()

    def workload(self) -> Workload[Any]:
        """Return the workload."""
        about = self._about
        points = {preset: self._made(sets) for preset, sets in about["points"].items()}
        plain = {name: about[name] for name in ("name", "version", "summary", "reading", "doubled")}
        (smallest,) = self._made([about["smallest"]])
        brief = about["brief"]
        versions = {
            name: Version(_only_in_workers, frozenset(map(Capability, one["needs"])))
            if one["reason"] is None
            else NotExpressible(one["reason"])
            for name, one in about["versions"].items()
        }
        return Workload(
            **plain,
            needs_own_slice=about["needs_own_slice"],
            params=self._params,
            versions=versions,
            unit=about["unit"],
            questions=tuple(Question(**question) for question in about["questions"]),
            lanes=self._lanes(about["lanes"]),
            counts=_only_in_workers,
            promise=self._promise,
            judge=_only_in_workers,
            points=lambda preset: list(points[preset]),
            small=self._small,
            smallest=smallest,
            brief=None if brief is None else self._made([brief])[0],
            floor=lambda params: self._known(params)["floor"],
            memory_points=self._memory_points,
        )

    def _lanes(self, told: Facts | None) -> Lanes | None:
        if told is None:
            return None
        (params,) = self._made([told])
        return Lanes(params=params, reading=told["reading"], kept=told["kept"])

    def _class(self) -> type[Any]:
        """Return a dataclass of the parameters, whose objects the plug-in's own class has accepted."""
        told = self
        specs = [
            (one["name"], KINDS[one["kind"]], field(default=one.get("default", MISSING)))
            for one in self._about["parameters"]
        ]

        def check(self: Any) -> None:
            asked = _key(self)
            if asked not in told._facts:
                answer = told._ask("facts", params=params_to_dict(self))
                if "refused" in answer:
                    raise ValueError(answer["refused"])
                told._facts[asked] = answer
            for name, value in told._facts[asked]["params"].items():
                object.__setattr__(self, name, value)
            told._facts[_key(self)] = told._facts[asked]

        names = {"__post_init__": check, "__doc__": self._about["meaning"]}
        return make_dataclass("Params", specs, frozen=True, kw_only=True, namespace=names)

    def _made(self, sets: Sequence[Facts]) -> list[Any]:
        """Return parameters that the plug-in's own class has made."""
        made = []
        for facts in sets:
            params = object.__new__(self._params)
            for name, value in facts["params"].items():
                object.__setattr__(params, name, value)
            self._facts[_key(params)] = facts
            made.append(params)
        return made

    def _ask(self, what: str, **more: Any) -> Facts:
        return self._informant.ask({"ask": what, "of": self._about["name"], **more})

    def _known(self, params: Any) -> Facts:
        return self._facts[_key(params)]

    def _promise(self, params: Any, dialect: str) -> Promise:
        return Promise(**self._known(params)["promises"][dialect])

    def _small(self, rng: Random) -> list[Any]:
        seed = rng.getrandbits(64)
        if seed not in self._drawn:
            self._drawn[seed] = self._made(self._ask("small", seed=seed)["sets"])
        return list(self._drawn[seed])

    def _memory_points(self, points: Sequence[Any]) -> list[Any]:
        return self._made(self._ask("memory_points", sets=[params_to_dict(one) for one in points])["sets"])


def _key(params: Any) -> tuple[Any, ...]:
    return tuple((name, type(value), value) for name, value in params_to_dict(params).items())
