"""Functions that are named, as benchmarks: each runs as so many tasks at once, under one model or several."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from concbench import __version__
from concbench.cases.checking import Expectation
from concbench.cases.functions import Kind, Refused, kind_of, model_for, refuse_unawaited
from concbench.cases.measuring import Request, measure
from concbench.cases.naming import model_named
from concbench.cases.pace import Budget
from concbench.cases.runs import Call, Runs
from concbench.models.base import Model
from concbench.serving.attending import Body, Skipped, attend_all
from concbench.serving.calls import Case, FunctionCalls
from concbench.serving.channel import Channel
from concbench.serving.faults import located
from concbench.serving.runs import TaskRuns
from concbench.workloads.catalogue import Catalogue

DEFAULT_TASKS = (1, 100)


def serve_all(setup: Mapping[str, Any], channel: Channel) -> None:
    """Serve the functions ``setup["paths"]`` (``module:function``) until nothing more is asked.

    A function that is not there is not told of; one whose module fails, or that cannot be run, is an error.
    """
    channel.greet(f"concbench {__version__}")
    tests, errors = [], []
    bodies: dict[str, Body] = {}
    for spec in setup["paths"]:
        try:
            cases = list(_cases(spec, setup["tasks"] or DEFAULT_TASKS, setup["models"]))
        except Refused as error:
            errors.append({"file": spec, "reason": str(error)})
        except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
            errors.append({"file": spec, "reason": located(error, Path(setup["folder"]))})
        else:
            tests += [{"name": name, "file": spec, "fixture": "call"} for name, _body in cases]
            bodies.update(cases)
    attend_all(channel, {"tests": tests, "errors": errors}, bodies)


def _cases(spec: str, tasks: Sequence[int], models: Sequence[str]) -> Iterator[tuple[str, Body]]:
    """Yield each case of a function; none where it is not there."""
    found = _named(spec)
    if found is None:
        return
    function, kind = found
    for number in tasks:
        for model in models or (None,):
            case = f"{model}-{number}" if model else str(number)
            yield f"{spec}[{case}]", partial(_run, function, kind, number, model)


def _named(spec: str) -> tuple[Callable[..., Any], Kind] | None:
    """Return the function of a name and its kind, or None where there is no such module or function.

    Raises Refused for what cannot be called without arguments, and what the module's import raises.
    """
    name, _, path = spec.partition(":")
    try:
        found: Any = import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            return None
        raise
    for part in path.split("."):
        if not hasattr(found, part):
            return None
        found = getattr(found, part)
    kind = kind_of(found)
    _refuse_arguments(found)
    return found, kind


def _refuse_arguments(function: Callable[..., Any]) -> None:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some builtins have none
        return
    try:
        signature.bind()
    except TypeError as error:
        raise Refused(
            f"it cannot be called without arguments ({error}); name a function that gives it some, or write"
            " a test with the fixture concurrency_benchmark (--pytest)"
        ) from None


def _run(
    function: Callable[..., Any], kind: Kind, tasks: int, named: str | None, serve: Callable[[Case], None]
) -> None:
    """Have a function served: called directly if it is one plain call, else as tasks under a model."""
    if kind == "plain" and tasks == 1 and named is None:
        refuse_unawaited(function, kind, [function()])
        serve(FunctionCalls(function, (), {}))
        return
    catalogue = Catalogue()
    chosen = model_named(named, catalogue) if named else None
    model = model_for(function, kind, chosen, catalogue)
    _refuse_model(model)
    call, expectation = Call(function, kind, (), {}), Expectation(tasks=tasks)
    measure(_Served(serve), Request(model=model, call=call, expectation=expectation), Budget())


def _refuse_model(model: Model) -> None:
    reason = model.unavailable()
    if reason:
        raise Skipped(f"{model.name} is unavailable: {reason}")
    if model.traits.patches:
        raise Skipped(
            f"{model.name} patches its process, and this one is that of all functions that are named"
        )


@dataclass(slots=True)
class _Served:
    """Stands where a test has the fixture of pytest-benchmark: it hands over the runs."""

    serve: Callable[[Case], None]
    group: str | None = None
    extra_info: dict[str, Any] = field(default_factory=dict)
    has_error: bool = False
    stats: Any = None
    enabled: bool = False

    def serve_runs(self, runs: Runs, request: Request) -> None:
        """Have the runs served."""
        self.serve(TaskRuns(runs, request))

    def pedantic(self, *_args: Any, **_kwargs: Any) -> Any:
        """Never called, since the runs are served."""
        raise NotImplementedError
