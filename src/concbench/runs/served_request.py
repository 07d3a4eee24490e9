"""From a request to where a project's own benchmarks are found, and what may not be asked beside them."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from concbench.cases.naming import model_named
from concbench.drive.served.source import Source
from concbench.drive.sides.revisions import repository_of
from concbench.errors import RequestError, arg
from concbench.metrics import INSTRUCTIONS
from concbench.runs.comparison_request import ComparisonRequest
from concbench.workloads.catalogue import Catalogue


def source_of(request: ComparisonRequest) -> Source | None:
    """Return where benchmarks are to be found; None for a comparison of the suite's own cells.

    Raises RequestError for two kinds at once, and for what cannot be asked beside them, and
    RevisionError for full paths where there is no repository.
    """
    asked = {kind: getattr(request, kind) for kind in ("pytest", "asv", "call")}
    given = [kind for kind, paths in asked.items() if paths]
    if not given:
        _refuse_alone(request)
        return None
    if len(given) > 1:
        raise RequestError(f"{arg(given[0])} and {arg(given[1])} are two comparisons: ask for one at a time")
    _refuse_beside(given[0], request)
    paths = asked[given[0]]
    return Source(
        kind=given[0],  # type: ignore[arg-type]
        paths=tuple(_of_each_side(paths, Path(request.repo))) if request.base is not None else paths,
        keyword=request.keyword,
        args=request.pytest_args,
        tasks=request.tasks,
        models=request.models,
    )


def _of_each_side(paths: Sequence[str], folder: Path) -> Iterator[str]:
    """Yield paths as they begin at the root of the repository: a full one would have both sides run one file.

    What lies in no revision is that of both.
    """
    for path in paths:
        place, stop, rest = path.partition("::")
        root = repository_of(folder) if Path(place).is_absolute() else None
        inside = root is not None and Path(place).resolve().is_relative_to(root)
        yield f"{Path(place).resolve().relative_to(root)}{stop}{rest}" if root and inside else path


def _refuse_alone(request: ComparisonRequest) -> None:
    """Raise RequestError for what says something of a project's own benchmarks, where none are asked for."""
    belongs = {"keyword": ("pytest", "asv"), "pytest_args": ("pytest",), "tasks": ("call",)}
    for name, kinds in belongs.items():
        if getattr(request, name):
            raise RequestError(f"{arg(name)} says nothing without {' or '.join(map(arg, kinds))}")


NOTHING_OF_IT: Mapping[str, tuple[str, ...]] = {
    "pytest": ("tasks", "models"),
    "asv": ("tasks", "models", "pytest_args"),
    "call": ("keyword", "pytest_args"),
}
"""What says nothing of each kind of benchmarks; of none does what chooses the suite's own cells."""


def _refuse_beside(kind: str, request: ComparisonRequest) -> None:
    """Raise RequestError for what says nothing of a kind of benchmarks, or nothing that is understood."""
    for name in ("workloads", "params", "plugins", "loops", *NOTHING_OF_IT[kind]):
        if getattr(request, name):
            raise RequestError(f"{arg(name)} chooses nothing of {arg(kind)}: leave one of them out")
    _refuse_too_many(request.tasks)
    _refuse_no_arguments(request.pytest_args)
    counting = request.instructions == "on" or INSTRUCTIONS in request.gates
    if counting or "memory" in request.gates:
        what = arg("instructions") if counting else arg("gates", "memory")
        raise RequestError(
            f"{what}: of what {arg(kind)} finds, times alone are measured; leave one of them out"
        )
    if kind == "asv":
        _refuse_no_expression(request.keyword)
    for spec in request.call:
        module, _, path = spec.partition(":")
        if not all(map(str.isidentifier, [*module.split("."), *path.split(".")])):
            raise RequestError(f"{arg('call', spec)} names no function; it takes module:function")
    if kind == "call":
        for name in request.models:
            model_named(name, Catalogue())


MOST_TASKS = 100_000
"""Tasks of a function that is called, at most: as many as any workload of the suite has."""


def _refuse_too_many(tasks: Sequence[int]) -> None:
    if any(number > MOST_TASKS for number in tasks):
        raise RequestError(f"{arg('tasks', max(tasks))}: {MOST_TASKS} tasks at once are the most")


def _refuse_no_arguments(words: str) -> None:
    try:
        shlex.split(words)
    except ValueError as error:
        raise RequestError(f"{arg('pytest_args', words)} is no part of a command line: {error}") from None


def _refuse_no_expression(keyword: str) -> None:
    try:
        re.compile(keyword)
    except re.error as error:
        raise RequestError(
            f"{arg('keyword', keyword)} is no regular expression, by which benchmarks of an asv suite are"
            f" chosen: {error}"
        ) from None
