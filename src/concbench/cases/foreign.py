"""Inputs that belong to another event loop than the tasks do, as those of async fixtures: found, and said."""

import functools
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from types import FunctionType, MethodType, ModuleType
from typing import Any

from concbench.cases.functions import Refused, named

DEPTH = 4
"""So far from the function and its inputs a loop is looked for: a client has a pool, that has connections."""

MOST = 2000
"""So many objects are looked at, at most."""

NOT_LOOKED_INTO = (str, bytes, bytearray, int, float, complex, type, ModuleType, range, memoryview)

SAID = ("attached to a different loop", "bound to a different event loop", "Event loop is closed")
"""What asyncio says of a thing that belongs to another loop, or belonged to one."""

RECIPE = (
    "an async fixture lives on the event loop of its plug-in, and the tasks of this test on their own; open "
    "what they need by resources= (an @asynccontextmanager function), or write the test itself as async def, "
    "with await concurrency_benchmark(…): its tasks run on the loop of its fixtures"
)


def refuse_foreign(function: Callable[..., Any], inputs: Iterable[Any], own: object = None) -> None:
    """Raise Refused where a function's inputs, or what it encloses, belong to an event loop but ``own``.

    A thing belongs to the loop that stands in its ``_loop``, as asyncio's own do and those that imitate them.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return
    for held, holder in _reachable([function, *inputs]):
        if _is_a(held, asyncio.AbstractEventLoop) and held is not own:
            loop = f"{type(held).__module__}.{type(held).__qualname__} at {id(held):#x}"
            raise Refused(
                f"{named(function)} is given, or encloses, a {type(holder).__qualname__} that belongs to "
                f"another event loop ({loop}) than its tasks: {RECIPE}"
            )


def told_foreign(error: BaseException) -> BaseException:
    """Return an error, with a note that says what to do where it comes of another event loop."""
    if isinstance(error, RuntimeError) and any(said in str(error) for said in SAID):
        error.add_note(RECIPE)
    return error


def _reachable(roots: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield what ``_loop`` holds in objects that can be reached, each with the object that has it."""
    seen: set[int] = set()
    todo = deque((root, 0) for root in roots)
    while todo and len(seen) < MOST:
        one, depth = todo.popleft()
        if id(one) in seen or _is_a(one, NOT_LOOKED_INTO):
            continue
        seen.add(id(one))
        attributes = _attributes(one)
        if "_loop" in attributes:
            yield attributes["_loop"], one
        if depth < DEPTH:
            todo.extend((inner, depth + 1) for inner in (*_parts(one), *attributes.values()))


def _is_a(one: Any, kinds: Any) -> bool:
    """Say of what kind an object itself is: a proxy would have to find out what it stands for."""
    return issubclass(type(one), kinds)


def _attributes(one: Any) -> dict[str, Any]:
    """Return an object's own attributes, without calling anything of it but what is built in."""
    try:
        found = dict(object.__getattribute__(one, "__dict__"))
    except (AttributeError, TypeError):
        found = {}
    if "_loop" in getattr(type(one), "__slots__", ()) or hasattr(type(one), "get_loop"):
        with suppress(AttributeError):
            found["_loop"] = object.__getattribute__(one, "_loop")
    return found


def _parts(one: Any) -> Iterator[Any]:
    """Yield what a function encloses, what a partial binds, and the members of a container."""
    if _is_a(one, functools.partial):
        yield from (one.func, *one.args, *one.keywords.values())
    elif _is_a(one, MethodType):
        yield from (one.__self__, one.__func__)
    elif _is_a(one, FunctionType):
        yield from _enclosed(one)
    elif _is_a(one, Mapping) and type(one).__module__ in ("builtins", "collections"):
        yield from list(one.values())
    elif _is_a(one, list | tuple | set | frozenset | deque):
        yield from list(one)


def _enclosed(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # an empty cell: a name that is not bound yet
            continue
