"""Which model runs tasks where a loop is running: the one that was chosen, if it has that very loop."""

import asyncio
import sys
from typing import Any

from concbench.cases.functions import Kind, Refused, named
from concbench.cases.naming import ON_A_LOOP
from concbench.models.base import Model
from concbench.workloads.catalogue import Catalogue

ON_ASYNCIO = {"asyncio-gather": "asyncio", "anyio-asyncio": "asyncio"}
"""Models on asyncio's own loop that are not called as it is."""

INSTEAD = "leave models= out, or write the test as a plain function (def, not async def)"


def is_running() -> bool:
    """Say whether this is called from a task, on a loop of asyncio's or trio's."""
    return _running() is not None or _in_trio()


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _in_trio() -> bool:
    trio: Any = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


def model_here(function: object, kind: Kind, chosen: Model | None, catalogue: Catalogue) -> Model:
    """Return the chosen model, or the one of the loop that is running; raises Refused where they differ."""
    loop = _running()
    if kind != "coroutine":
        awaited = (
            "if what it returns is to be awaited, say kind='coroutine', else " if kind == "plain" else ""
        )
        raise Refused(
            f"{named(function)} is a {kind} function, and would block the event loop that runs this test: "
            f"{awaited}write the test as a plain function (def, not async def)"
        )
    if chosen is None:
        return catalogue.model("trio") if loop is None else _model_of(loop, catalogue)
    if chosen.within is None:
        raise Refused(f"{chosen.name} cannot run tasks on the loop that runs this test: {INSTEAD}")
    if not _has_tasks(chosen):
        runs = "trio" if loop is None else "asyncio"
        raise Refused(f"this test runs on {runs}, and {chosen.name} does not: {INSTEAD}")
    if loop is not None and _package(chosen) != _package_of(loop):
        raise Refused(f"this test runs on {_named(loop)}, which is not the loop of {chosen.name}: {INSTEAD}")
    return chosen


def _model_of(loop: asyncio.AbstractEventLoop, catalogue: Catalogue) -> Model:
    """Return asyncio's model; for another loop than its own the one that is called after that."""
    if _package_of(loop) == "asyncio":
        return catalogue.model("asyncio")
    from concbench.models.loops import loop_model  # noqa: PLC0415  (few tests need it)

    return loop_model(_named(loop), f"{ON_A_LOOP}{_named(loop)}")


def _has_tasks(model: Model) -> bool:
    """Say whether a model's library knows the running task."""
    try:
        return model.current is not None and model.current() is not None
    except (RuntimeError, ImportError):
        return False


def _package(model: Model) -> str:
    spec = model.name.removeprefix(ON_A_LOOP).partition(":")
    return spec[0].partition(".")[0] if spec[1] else ON_ASYNCIO.get(model.name, model.name)


def _package_of(loop: asyncio.AbstractEventLoop) -> str:
    return type(loop).__module__.partition(".")[0]


def _named(loop: asyncio.AbstractEventLoop) -> str:
    return f"{type(loop).__module__}:{type(loop).__qualname__}"
