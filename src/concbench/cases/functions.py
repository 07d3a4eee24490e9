"""What kind of function a user hands over, which models can run it, and what is refused, with the reason."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from concbench.errors import UserError
from concbench.models.base import Dialect, Factory, Model
from concbench.models.capabilities import Capability
from concbench.workloads.catalogue import Catalogue

Kind: TypeAlias = Literal["plain", "generator", "coroutine"]
KINDS: tuple[Kind, ...] = ("plain", "generator", "coroutine")

DIALECTS_FOR: Mapping[Kind, tuple[Dialect, ...]] = MappingProxyType(
    {"plain": ("blocking",), "generator": ("generator", "delegating"), "coroutine": ("coroutine",)}
)
NATURAL: Mapping[Kind, str] = MappingProxyType(
    {"plain": "threads", "generator": "yield-from", "coroutine": "asyncio"}
)
"""The model that runs a function where the test names none."""

RUNS: Mapping[Dialect, str] = MappingProxyType(
    {
        "polling": "objects with run() and ready",
        "generator": "generator functions",
        "delegating": "generator functions",
        "coroutine": "coroutine functions",
        "blocking": "plain functions",
    }
)


class Refused(UserError):
    """What a user asked for cannot be done; the message says why, and what can."""


def kind_of(function: object) -> Kind:
    """Return the kind of a function, partial, method or callable object.

    A plain function that returns a coroutine looks like any other: what it returned tells
    (:func:`refuse_unawaited`). Raises Refused for what is no function, or yields values asynchronously.
    """
    _refuse_unless_callable(function)
    if _is(inspect.isasyncgenfunction, function):
        raise Refused(
            f"{named(function)} is an async generator function, which hands out values and is no task by "
            "itself; write a coroutine function that goes through them"
        )
    if _is(inspect.iscoroutinefunction, function):
        return "coroutine"
    return "generator" if _is(inspect.isgeneratorfunction, function) else "plain"


def kind_said(function: object, said: Any) -> Kind:
    """Return the kind of a function, or what a user says it is: one with a decorator may look plain.

    Raises Refused for what is no kind, and for a function that is plainly of another one.
    """
    kind = kind_of(function)
    if said is None or said == kind:
        return kind
    if said not in KINDS:
        raise Refused(f"kind= is one of {', '.join(map(repr, KINDS))}, not {said!r}")
    if kind != "plain":
        raise Refused(f"{named(function)} is a {kind} function, and kind= says {said}")
    taken: Kind = said
    return taken


def _refuse_unless_callable(function: object) -> None:
    if inspect.iscoroutine(function) or inspect.isgenerator(function):
        name = function.__name__
        if inspect.iscoroutine(function):
            function.close()  # it would complain that nobody awaited it
        raise Refused(
            f"{name}(…) was called already, and can run only once; hand over the function and its arguments: "
            f"concurrency_benchmark({name}, …)"
        )
    if not callable(function):
        raise Refused(f"{function!r} is not a function")


def _is(test: Callable[[Any], bool], function: object) -> bool:
    """Put a question to what runs when ``function`` is called: what is behind partials and ``__call__``."""
    inner = _behind_partials(function)
    return test(inner) or test(type(inner).__call__)


def _behind_partials(function: object) -> object:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def named(function: object) -> str:
    """Return a function's qualified name; that of its class for a callable object."""
    inner = _behind_partials(function)
    return str(getattr(inner, "__qualname__", type(inner).__qualname__)).rpartition("<locals>.")[2]


def model_for(function: object, kind: Kind, chosen: Model | None, catalogue: Catalogue) -> Model:
    """Return the chosen model, or the natural one; raises Refused where it cannot run the function."""
    if chosen is None:
        return catalogue.model(NATURAL[kind])
    if chosen.dialect not in DIALECTS_FOR[kind]:
        models = map(catalogue.model, catalogue.model_names())
        fit = [model.name for model in models if _can_run(model, kind)]
        runs = RUNS.get(chosen.dialect, f"{chosen.dialect} tasks")
        loops = ", or an event loop as module:factory" if kind == "coroutine" else ""
        raise Refused(
            f"{chosen.name} runs {runs}, and {named(function)} is a {kind} function; "
            f"models for it: {', '.join(fit)}{loops}"
        )
    return chosen


def _can_run(model: Model, kind: Kind) -> bool:
    """Say whether a model runs functions of a kind in this very process, and leaves that as it was."""
    here = Capability.SHARED_MEMORY in model.capabilities and not model.traits.patches
    return here and model.dialect in DIALECTS_FOR[kind]


def making(function: object, kind: Kind, factories: Sequence[Factory]) -> list[Factory]:
    """Return the factories of a watched run; those of a function whose kind was said look what it makes."""
    if kind == "plain" or kind_of(function) != "plain":
        return list(factories)
    return [functools.partial(_made, function, kind, factory) for factory in factories]


def _made(function: object, kind: Kind, factory: Factory) -> Any:
    made = factory()
    if not hasattr(made, "send"):
        does = "awaits" if kind == "coroutine" else "goes through"
        raise Refused(
            f"kind= says that {named(function)} is a {kind} function, and it returned a "
            f"{type(made).__name__}: hand over a {kind} function that {does} what it returns"
        )
    return made


def refuse_unawaited(function: object, kind: Kind, results: Sequence[Any]) -> None:
    """Raise Refused if a task returned something that has yet to run: its work was not done."""
    for index, result in enumerate(results):
        if inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
            what = type(result).__name__
            for one in results:
                if inspect.iscoroutine(one):
                    one.close()
            raise Refused(
                f"task {index} returned a {what} that nobody has run: {named(function)} is a {kind} "
                f"function, and only the making of the {what} would be timed; hand over what does the work "
                "(async def, or a generator function), or say what it makes: kind='coroutine'"
            )
