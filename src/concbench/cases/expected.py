"""Tasks that are to raise: what they raise is caught where it comes out of the function, and is their result.

A library that sees a task fail cancels the others. So a task is the function within one of these, which are
what is timed then (docs/PYTEST.md has the price).
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from concbench.cases.functions import Kind, Refused

Raises: TypeAlias = type[BaseException] | tuple[type[BaseException], ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a task returned that should have raised."""

    value: Any


def raised_by(raises: Any) -> Raises | None:
    """Return the exceptions that are expected; raises Refused for what is none."""
    if raises is None:
        return None
    for one in raises if isinstance(raises, tuple) and raises else (raises,):
        if not (isinstance(one, type) and issubclass(one, BaseException)):
            raise Refused(f"raises= takes a type of exception, or a tuple of them, not {one!r}")
    found: Raises = raises
    return found


def catching(function: Callable[..., Any], kind: Kind, raises: Raises | None) -> Callable[..., Any]:
    """Return a function of the same kind that returns what the function raises; the same one for None."""
    if raises is None:
        return function
    return partial(
        {"plain": _plain, "generator": _generator, "coroutine": _coroutine}[kind], raises, function
    )


def _plain(raises: Raises, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return Returned(function(*args, **kwargs))
    except raises as error:
        return error


def _generator(
    raises: Raises, function: Callable[..., Any], *args: Any, **kwargs: Any
) -> Generator[Any, Any, Any]:
    try:
        return Returned((yield from function(*args, **kwargs)))
    except raises as error:
        return error


async def _coroutine(raises: Raises, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return Returned(await function(*args, **kwargs))
    except raises as error:
        return error
