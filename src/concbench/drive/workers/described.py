"""The catalogue of the command line: plug-ins are known to it by what they say of themselves elsewhere.

What a plug-in defines is told by a process of its own (:mod:`concbench.drive.workers.asking`). Here its
models and workloads are ordinary ones whose functions ask that process; nothing of a plug-in is imported.
"""

import atexit
import hashlib
import json
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, field, make_dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from concbench.drive.workers.asking import AT_WORK, Informant
from concbench.drive.workers.descriptions import complaint_about_answer
from concbench.drive.workers.place import Place
from concbench.drive.workers.sources import current_sources
from concbench.errors import RequestError
from concbench.measure.plugin_trial import KINDS, OF_MODELS, OF_WORKLOADS
from concbench.models import index as models
from concbench.models.base import UNSAID, Model
from concbench.models.capabilities import Capability
from concbench.models.files import wrong_file
from concbench.models.index import Entry
from concbench.platforms import unsupported_platform
from concbench.traits import Traits
from concbench.workloads.base import NotExpressible, Promise, Version, Workload, params_to_dict
from concbench.workloads.catalogue import Catalogue, Kind, PluginError, loop_name
from concbench.workloads.questions import Lanes, Question

Facts = dict[str, Any]

_known: dict[tuple[Place, str, str], Informant] = {}
_knowing = threading.Lock()


def here() -> Place:
    """Return the place where plug-ins are imported as workers of this very interpreter do."""
    return Place(Path(sys.executable), sources=current_sources())


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
        return _known.setdefault((place, file, stamp), Informant(place, file, [file]))


def rest() -> None:
    """End all processes that know of plug-ins: nothing runs beside what is measured."""
    for informant in list(AT_WORK):
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
            informant = Informant(self._place, entry.source)
            named = {"models": [], "workloads": [], f"{kind}s": [entry.name]}
            (self._told[kind, entry.name],) = _defined_by(informant, named)
            informant.rest()
        return self._told[kind, entry.name]

    def _add_loop(self, spec: str) -> None:
        name = loop_name(spec)
        about: Facts = {"name": name, "dialect": "coroutine", "source": "--loop", "family": "event-loop"}
        about["lends"] = models.get("asyncio").lends
        about["summary"] = f"asyncio on the event loop {name.partition('+')[2]}"
        informant = Informant(self._place, f"--loop {spec}", loops=[spec])
        self._add(f"--loop {spec}", _model(informant, about | {"cost": "as that event loop has it"}))


def _defined_by(
    informant: Informant, named: Mapping[str, Sequence[str]] | None = None
) -> "list[Model | Workload[Any]]":
    about = informant.describe(named)
    models = [_model(informant, one) for one in about["models"]]
    return [*models, *(_Told(informant, one).workload() for one in about["workloads"])]


def _model(informant: Informant, about: Facts) -> Model:
    """Return a model that can be asked for all but to run."""
    traits, lends = about.get("traits"), about.get("lends")
    family = about.get("family")

    @cache
    def asked() -> Facts:
        question = {"ask": "about", "of": about["name"]}
        answer = informant.ask(question, partial(complaint_about_answer, "about"))
        informant.rest()
        return answer

    return Model(
        **{name: about[name] for name in OF_MODELS},
        traits=UNSAID if traits is None else Traits(**traits),
        lends=UNSAID if lends is None else frozenset(map(Capability, lends)),
        family=UNSAID if family is None else family,
        version=lambda: str(asked()["version"]),
        open=_only_in_workers,
        unavailable=lambda: asked()["unavailable"],
        sized=partial(_sized, informant, about["name"]) if about.get("sized") else None,
    )


def models_at(place: Place, models: Sequence[Model]) -> list[Model]:
    """Return models that are asked at a place whether they are available there, and in which version.

    A process there is asked about one after the other, since each imports its package. One that hangs then,
    or ends the process, is not available; the others are told by another process.
    """
    informant = Informant(place, str(place.interpreter))
    told = [_about(informant, model) for model in models]
    informant.rest()
    return [_as_told(model, about) for model, about in zip(models, told, strict=True)]


def models_here(models: Sequence[Model]) -> list[Model]:
    """Return models as a process of this very interpreter tells of them, where it can be asked."""
    return list(models) if unsupported_platform() else models_at(here(), models)


def _about(informant: Informant, model: Model) -> Facts:
    try:
        return informant.ask({"ask": "about", "of": model.name}, partial(complaint_about_answer, "about"))
    except PluginError as error:
        return {"unavailable": str(error), "version": None}


def _as_told(model: Model, about: Facts) -> Model:
    return replace(model, unavailable=lambda: about["unavailable"], version=lambda: str(about["version"]))


def _sized(informant: Informant, name: str, workers: int) -> Model:
    """Return the model with so many workers, as it is told elsewhere; raises RequestError, PluginError."""
    question = {"ask": "sized", "of": f"{name}:{workers}"}
    said = informant.ask(question, partial(complaint_about_answer, "sized"))
    informant.rest()
    if "refused" in said:
        raise RequestError(said["refused"])
    return _model(informant, said)


def _only_in_workers(*_anything: Any) -> Any:
    raise TypeError("what a plug-in defines runs in workers only")


def _version(told: str | Sequence[str]) -> Version | NotExpressible:
    if isinstance(told, str):
        return NotExpressible(told)
    return Version(_only_in_workers, frozenset(map(Capability, told)))


class _Told:
    """A workload as its informant tells it; answers are kept."""

    def __init__(self, informant: Informant, about: Facts) -> None:
        self._informant, self._about = informant, about
        self._known: dict[str, Facts] = {}
        self._params = self._class()

    def workload(self) -> Workload[Any]:
        """Return the workload."""
        about = self._about
        sets = {name: self._made(told) for name, told in about["sets"].items()}
        lanes = zip(sets["lanes"], about["lanes"], strict=False)
        return Workload(
            **{name: about[name] for name in OF_WORKLOADS},
            family=about["family"],
            units=about["units"],
            params=self._params,
            versions={name: _version(told) for name, told in about["versions"].items()},
            questions=tuple(Question(**question) for question in about["questions"]),
            lanes=next((Lanes(params=params, **told) for params, told in lanes), None),
            counts=_only_in_workers,
            promise=lambda params, dialect: Promise(**self._facts(params)["promises"][dialect]),
            judge=_only_in_workers,
            points=lambda preset: list(sets[preset]),
            small=lambda rng: self._sets("small", seed=rng.getrandbits(64)),
            smallest=sets["smallest"][0],
            brief=next(iter(sets["brief"]), None),
            floor=lambda params: self._facts(params)["floor"],
            memory_points=lambda sets: self._sets("memory_points", sets=list(map(params_to_dict, sets))),
        )

    def _class(self) -> type[Any]:
        """Return a dataclass of the parameters, whose objects the plug-in's own class has accepted."""
        specs = [
            (one["name"], KINDS[one["kind"]], field(default=one.get("default", MISSING)))
            for one in self._about["parameters"]
        ]

        def accept(params: Any) -> None:
            answer = self._ask("facts", params=params_to_dict(params))
            if "refused" in answer:
                raise ValueError(answer["refused"])
            for name, value in answer["sets"][0]["params"].items():
                object.__setattr__(params, name, value)

        names = {"__post_init__": accept, "__doc__": self._about["meaning"]}
        return make_dataclass("Params", specs, frozen=True, kw_only=True, namespace=names)

    def _made(self, sets: Sequence[Facts]) -> list[Any]:
        """Return parameters that the plug-in's own class has made."""
        for facts in sets:
            self._known[_key("facts", {"params": facts["params"]})] = {"sets": [facts]}
        return [self._params(**facts["params"]) for facts in sets]

    def _ask(self, what: str, **more: Any) -> Facts:
        key = _key(what, more)
        if key not in self._known:
            question = {"ask": what, "of": self._about["name"], **more}
            complaint_about = partial(complaint_about_answer, what, workload=self._about)
            self._known[key] = self._informant.ask(question, complaint_about)
        return self._known[key]

    def _facts(self, params: Any) -> Facts:
        """Return what holds with parameters."""
        facts: Facts = self._ask("facts", params=params_to_dict(params))["sets"][0]
        return facts

    def _sets(self, what: str, **more: Any) -> list[Any]:
        return self._made(self._ask(what, **more)["sets"])


def _key(what: str, more: Facts) -> str:
    return f"{what} {json.dumps(more)}"
