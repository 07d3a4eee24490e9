"""Arguments of functions that ask for something: checked, named where they are wrong, and made a request."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields
from fractions import Fraction
from functools import wraps
from math import isnan
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from concbench.errors import RequestError
from concbench.models.files import wrong_file
from concbench.words import MOST_SHOWN, cut, shown
from concbench.workloads.catalogue import is_file, loop_name
from concbench.workloads.names import wrong_name

Answer = TypeVar("Answer")

NAMES: Any = str | PathLike
VALUES: Any = str | int | float

BOUNDS = {
    "timeout": (0.1, 86_400.0),
    "budget": (1e-9, 1e9),
    "margin": (1e-9, 1.0),
    "time_margin": (1e-9, 1e18),
    "memory_margin": (1e-9, 1e18),
    "pairs": (0, 1e9),
    "pairs_of_more": (0, 1e9),
    "live": (0, 1e9),
    "replays": (1, 1e9),
}
"""The least and the most that numbers may be."""


def asks(
    kind: type[Any], *positional: str, only: Iterable[str] | None = None, but: Iterable[str] = ()
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Let a function of a request be called with the fields of the request as keyword arguments.

    Those that are ``positional`` may be given without their names. Arguments are ``only`` some fields, or
    all ``but`` some.
    """
    left_out = set(but)
    chosen = {one.name for one in fields(kind)} if only is None else set(only)
    known = {one.name: one for one in fields(kind) if one.name in chosen - left_out}

    def decorate(function: Callable[..., Answer]) -> Callable[..., Answer]:
        own = list(inspect.signature(function).parameters.values())[1:]
        named = [_parameter(one, positional=one.name in positional) for one in known.values()]
        signature = inspect.Signature(sorted([*named, *own], key=lambda one: one.kind))

        @wraps(function)
        def asked(*places: Any, **given: Any) -> Answer:
            given = signature.bind(*places, **given).arguments
            request = {name: checked(known[name], given.pop(name)) for name in list(given) if name in known}
            return function(kind(**request), **given)

        asked.__signature__ = signature  # type: ignore[attr-defined]
        return asked

    return decorate


def _parameter(one: "Field[Any]", *, positional: bool) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD if positional else inspect.Parameter.KEYWORD_ONLY
    made = one.default_factory() if callable(one.default_factory) else one.default
    return inspect.Parameter(one.name, kind, default=made, annotation=one.type)


def checked(one: "Field[Any]", value: Any) -> Any:
    """Return an argument as its request has it; raises RequestError, with its name, for what it cannot be."""
    name, kinds = one.name, get_args(one.type) or (one.type,)
    if value is None and type(None) in kinds:
        return None
    if Fraction in kinds:
        return tuple(_factor(name, part) for part in _listed(name, value, Fraction | VALUES))
    if get_origin(one.type) is tuple:
        return tuple(map(OWN_CODE.get(name, _itself), _listed(name, value)))
    if get_origin(one.type) is Mapping:
        _checked(name, value, isinstance(value, Mapping), "values by the names of parameters")
        return {str(key): tuple(map(str, _listed(name, some, VALUES))) for key, some in value.items()}
    if float in kinds or int in kinds:
        return _number(name, value, kinds)
    return _word(name, value, kinds, get_origin(one.type) is Literal)


def _factor(name: str, value: Any) -> Fraction:
    try:
        factor = Fraction(str(value))
    except ValueError:
        factor = Fraction(0)
    _checked(name, value, 1 < factor <= 10, "factors above 1, up to 10")
    return factor


def _word(name: str, value: Any, kinds: tuple[Any, ...], choice: bool) -> Any:
    if choice:
        return _checked(name, value, value in kinds, f"one of {', '.join(map(repr, kinds))}")
    if bool in kinds:
        return _checked(name, value, isinstance(value, bool), "True or False")
    _checked(name, value, isinstance(value, NAMES), "a name")
    return Path(value) if Path in kinds else fspath(value)


def _checked(name: str, value: Any, fits: bool, what: str) -> Any:
    if not fits:
        raise RequestError(lambda spell: f"{spell(name)} takes {what}, not {shown(value)}")
    return value


def _listed(name: str, value: Any, kind: Any = NAMES) -> list[Any]:
    listed = [value] if isinstance(value, kind) or not isinstance(value, Iterable) else list(value)
    for part in listed:
        _checked(
            name,
            part,
            isinstance(part, kind),
            "a name, or a list of some" if kind != str | float else "numbers",
        )
    return listed


def _number(name: str, value: Any, kinds: tuple[Any, ...]) -> Any:
    least, most = BOUNDS.get(name, (float("-inf"), float("inf")))
    number = isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value)
    whole = float in kinds or isinstance(value, int)
    what = f"{'a number' if float in kinds else 'a whole number'} from {least:g} to {most:g}"
    _checked(name, value, number and whole and least <= value <= most, what)
    return float(value) if float in kinds else value


def _itself(value: Any) -> Any:
    return value


def plugin_named(value: "str | PathLike[str]") -> str:
    """Return the path of a file of the user's code; raises RequestError for what is none."""
    path = fspath(value)
    if wrong := wrong_file(Path(path)):
        raise RequestError(f"{path}: {wrong}")
    return path


def loop_named(value: str) -> str:
    """Return the name of an event loop's factory, absolute where it is in a file; raises RequestError."""
    if not is_file(value):
        if not re.fullmatch(r"[\w.]+:[\w.]+", value):
            raise RequestError(
                f"{value!r} is not of the form module:factory (uvloop:new_event_loop) or ./file.py:factory"
            )
        return value
    place, _, factory = value.rpartition(":")
    file = Path(place)
    if bad := wrong_file(file):
        raise RequestError(f"{cut(value, MOST_SHOWN)!r}: {bad}")
    wrong = wrong_name(loop_name(value))
    if wrong or not re.fullmatch(r"[\w.]+", factory):
        raise RequestError(f"{value!r} makes no name: {wrong or 'the factory is no identifier'}")
    return f"{file.resolve()}:{factory}"


OWN_CODE: Mapping[str, Callable[[Any], Any]] = {"plugins": plugin_named, "loops": loop_named}
"""Lists that name the user's code."""
