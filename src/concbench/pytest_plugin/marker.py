"""From a test's ``concurrency`` markers to its cases: which models, how many tasks, what they are called."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from concbench.cases.functions import Refused
from concbench.cases.naming import loop_named, model_named
from concbench.cases.pace import Budget
from concbench.errors import UserError
from concbench.models.base import Model
from concbench.pytest_plugin.running import ConcurrencyBenchmark
from concbench.workloads.catalogue import Catalogue

DEFAULT_TASKS = (1, 100)
KEYWORDS = ("models", "tasks")
CATALOGUE = pytest.StashKey[Catalogue]()


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a test: names of models (None: the function decides), and numbers of tasks."""

    models: tuple[str, ...] | None = None
    tasks: tuple[int, ...] = DEFAULT_TASKS

    def each(self) -> Iterator[tuple[str | None, int]]:
        """Yield every case; the models of one number of tasks, which are compared, follow each other."""
        for tasks in self.tasks:
            for model in self.models or (None,):
                yield model, tasks


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Give a test its cases; an unusable marker is an error of the collection, which names the test."""
    try:
        cases = cases_of(metafunc.definition.iter_markers("concurrency"), catalogue_of(metafunc.config))
    except UserError as error:
        raise pytest.fail.Exception(f"{metafunc.definition.nodeid}: {error}", pytrace=False) from None
    names = ["concurrency_model", "concurrency_tasks"] if cases.models else ["concurrency_tasks"]
    metafunc.parametrize(
        names,
        [(model, tasks) if cases.models else (tasks,) for model, tasks in cases.each()],
        indirect=True,
        ids=[case_id(model, tasks) for model, tasks in cases.each()],
    )


def case_id(model: str | None, tasks: int) -> str:
    """Return what a case is called between the brackets of a test's name."""
    return f"{model}-{tasks}" if model else f"{tasks}"


def cases_of(marks: Iterable[pytest.Mark], catalogue: Catalogue) -> Cases:
    """Return the cases that markers ask for, of which the closest to the test come first, and decide.

    Raises Refused for a word, a type or a model that does not exist.
    """
    found: dict[str, tuple[Any, ...]] = {}
    for mark in marks:
        if mark.args or not set(mark.kwargs) <= set(KEYWORDS):
            wrong = [repr(value) for value in mark.args] + sorted(set(mark.kwargs) - set(KEYWORDS))
            raise Refused(f"the marker concurrency takes models=[…] and tasks=[…], not {', '.join(wrong)}")
        for word, value in mark.kwargs.items():
            found.setdefault(word, _listed(word, value))
    models = found.get("models")
    return Cases(
        models and tuple(dict.fromkeys(model_named(name, catalogue).name for name in models)),
        tuple(_count(tasks) for tasks in found.get("tasks", DEFAULT_TASKS)),
    )


def _listed(word: str, value: Any) -> tuple[Any, ...]:
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not values:
        raise Refused(f"{word}= is empty: there would be nothing to run")
    for index, one in enumerate(values):
        if one in values[:index]:
            raise Refused(f"{word}= names {one!r} twice")
    return values


def _count(tasks: Any) -> int:
    if type(tasks) is not int or tasks < 1:
        raise Refused(f"tasks= takes whole numbers from 1, not {tasks!r}")
    return tasks


def catalogue_of(config: pytest.Config) -> Catalogue:
    """Return all models, with those of ``concurrency_plugins``; raises UserError for a bad plug-in."""
    if CATALOGUE not in config.stash:
        config.stash[CATALOGUE] = Catalogue([str(path) for path in config.getini("concurrency_plugins")])
    return config.stash[CATALOGUE]


def available_model(config: pytest.Config, name: str) -> Model:
    """Return the model of a case; one that is not available here skips the test, with the reason.

    So does one that patches the process in which it is opened, since that is pytest's. An event loop whose
    module could be imported is not absent but misnamed, which fails the test.
    """
    model = model_named(name, catalogue_of(config))
    reason = model.unavailable()
    spec = loop_named(name, catalogue_of(config))
    if reason and spec and spec.partition(":")[0] in sys.modules:
        pytest.fail(f"{name}: {reason}", pytrace=False)
    if reason:
        pytest.skip(f"{name} is unavailable: {reason}")
    if model.traits.patches:
        pytest.skip(f"{name} patches its process, and this one is that of all tests: concbench run -m {name}")
    return model


def fixture_of(
    request: pytest.FixtureRequest, benchmark: Any, model: Model | None, tasks: int
) -> ConcurrencyBenchmark:
    """Return the fixture's object for one case, whose figures go beside those of the other models."""
    if not hasattr(benchmark, "group"):
        pytest.fail(
            "concurrency_benchmark needs the fixture benchmark of pytest-benchmark, and here it is of "
            f"{type(benchmark).__module__}: switch that plug-in off (-p no:{_plugin_of(request, benchmark)})",
            pytrace=False,
        )
    if benchmark.group is None:
        case = case_id(None if model is None else model.name, tasks)
        benchmark.group = f"{_without_case(request.node.nodeid, case)} n={tasks}"
    return ConcurrencyBenchmark(benchmark, model, tasks, catalogue_of(request.config), _budget(request))


def _plugin_of(request: pytest.FixtureRequest, benchmark: Any) -> str:
    """Return the name by which the plug-in can be switched off that a fixture's value is of."""
    package = type(benchmark).__module__.partition(".")[0]
    plugins = request.config.pluginmanager.list_name_plugin()
    named = (name for name, plugin in plugins if _package_of(plugin) == package)
    return next(named, package)


def _package_of(plugin: object) -> str:
    module = getattr(plugin, "__name__", type(plugin).__module__)
    return str(module).partition(".")[0]


def _without_case(nodeid: str, case: str) -> str:
    """Return a test's name with its own parameters, and without the case, which stands last among them."""
    for ending, rest in ((f"[{case}]", ""), (f"-{case}]", "]")):
        if nodeid.endswith(ending):
            return nodeid.removesuffix(ending) + rest
    return nodeid


USUAL = {"max_time": 1.0, "min_time": 0.000005, "min_rounds": 5}
"""What pytest-benchmark's options are where nobody gives them; it is not always there (a comparison)."""


def _budget(request: pytest.FixtureRequest) -> Budget:
    """Return pytest-benchmark's bounds of a test: those of its marker, else those of the command line."""
    mark = request.node.get_closest_marker("benchmark")
    given = mark.kwargs if mark else {}
    max_time, min_time, min_rounds = (
        given.get(option, request.config.getoption(f"benchmark_{option}", default))
        for option, default in USUAL.items()
    )
    return Budget(max_time=float(max_time), min_time=float(min_time), min_rounds=int(min_rounds))
