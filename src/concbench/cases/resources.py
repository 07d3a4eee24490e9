"""What a user names as resources: functions that make context managers, and how these are entered."""

import inspect
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from typing import Any, TypeAlias

from concbench.cases.functions import Refused, named
from concbench.measure.failures import members

Resource: TypeAlias = Callable[[], Any]
"""A function that returns a context manager: an ``@asynccontextmanager``, say, or the class of a client."""

LEFT_EARLY = "the resources were left before the case was over: what holds them was cancelled"


def listed(resources: Any) -> tuple[Resource, ...]:
    """Return resources as they were given, one or several; raises Refused for what is none."""
    if resources is None:
        return ()
    given = tuple(resources) if isinstance(resources, list | tuple) else (resources,)
    for one in given:
        if _manages(one) or not callable(one):
            raise Refused(
                f"resources= takes functions that return context managers, and was given {one!r}: hand over "
                "what makes it (resources=opened, or resources=lambda: opened(…))"
            )
        _refuse_what_needs_arguments(one)
    return given


def _refuse_what_needs_arguments(one: Resource) -> None:
    try:
        signature = inspect.signature(one)
    except (TypeError, ValueError):  # a class that is written in C, say: it is called, and tells itself
        return
    try:
        signature.bind()
    except TypeError as error:
        raise Refused(
            f"resources= are called without arguments, and {named(one)} is {error}: hand over what gives it"
            f" some (resources=lambda: {named(one)}(…)), or opens it together with what it needs"
        ) from None


def _manages(one: object) -> bool:
    return hasattr(type(one), "__aenter__") or hasattr(type(one), "__enter__")


def _made(resource: Resource) -> Any:
    """Return the context manager that a resource makes. Raises Refused where it makes none."""
    made = resource()
    if _manages(made):
        return made
    is_async = inspect.iscoroutine(made) or inspect.isasyncgen(made)
    if inspect.iscoroutine(made):
        made.close()
    decorator = "asynccontextmanager" if is_async else "contextmanager"
    raise Refused(
        f"{named(resource)}, given as resources=, returned a {type(made).__name__}, which is no context "
        f"manager; write @contextlib.{decorator} above a function that yields"
    )


def entered(stack: ExitStack, resources: Sequence[Resource], model: str) -> tuple[Any, ...]:
    """Enter plain context managers, and return what they lend; one that lends None is left out."""
    values = []
    for resource in resources:
        made = _made(resource)
        if not hasattr(type(made), "__enter__"):
            raise Refused(
                f"{named(resource)}, given as resources=, makes an async context manager, and {model} has no "
                "event loop: write it with @contextlib.contextmanager"
            )
        values.append(stack.enter_context(made))
    return _lent(values)


async def entered_inside(stack: AsyncExitStack, resources: Sequence[Resource]) -> tuple[Any, ...]:
    """Enter context managers of both kinds, and return what they lend; one that lends None is left out."""
    values = []
    for resource in resources:
        made = _made(resource)
        if hasattr(type(made), "__aenter__"):
            values.append(await stack.enter_async_context(made))
        else:
            values.append(stack.enter_context(made))
    return _lent(values)


def _lent(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value for value in values if value is not None)


def is_same_failure(group: BaseExceptionGroup[BaseException], error: BaseException) -> bool:
    """Say whether a group is what resources made of an error: a task group puts it into one of its own."""
    return {*map(id, members(group))} == {*map(id, members(error))}
