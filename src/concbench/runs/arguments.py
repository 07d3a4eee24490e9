"""Arguments of functions that ask for something: checked, named where they are wrong, and made a request."""

import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeAlias, TypeVar, get_args, get_type_hints

import msgspec

from concbench.errors import RequestError, arg
from concbench.models.files import wrong_file
from concbench.runs.watching import Watcher
from concbench.words import MOST_SHOWN, cut, shown
from concbench.workloads.catalogue import is_file, loop_name
from concbench.workloads.names import wrong_name

P = ParamSpec("P")
Answer = TypeVar("Answer")

Names: TypeAlias = list[str] | tuple[str, ...]
"""A list as a program gives it: a mere ``str`` would be as many names as it has letters."""

Paths: TypeAlias = list[str] | list[Path] | list[str | Path] | tuple[str | Path, ...]
Params: TypeAlias = Mapping[str, tuple[str, ...]]
Timeout: TypeAlias = Annotated[float, msgspec.Meta(ge=0.1, le=86_400)]
GiB: TypeAlias = Annotated[float, msgspec.Meta(ge=0.05, le=2**20)]
AboveZero: TypeAlias = Annotated[float, msgspec.Meta(ge=1e-9, le=1e18)]
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=1e-9, lt=1)]
Seed: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63) + 1, le=2**63 - 1)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]

FACTOR = re.compile(r"[0-9]{1,9}(\.[0-9]{0,18})?|\.[0-9]{1,18}|[0-9]{1,9}/[1-9][0-9]{0,8}")
"""How a factor is spelled: the whole of what others stand for may take for ever to be made."""

MOST_SEED = 2**53
"""The seed of a file of ``aa`` is that of the experiment times a thousand at most, and has 64 bits."""

ExperimentSeed: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MOST_SEED)]

WRONG_AT = re.compile(r"(?P<why>.*) - at `\$\.(?P<name>\w+)(?P<place>.*)`")


def asks(kind: type[Any]) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Let a function with ``**options: Unpack[…]`` tell which they are, and the request's defaults of them.

    Other arguments are a TypeError; a path or a watcher that is none is a RequestError.
    """

    def decorate(function: Callable[P, Answer]) -> Callable[P, Answer]:
        signature = _signature(function, kind)

        @wraps(function)
        def asked(*places: P.args, **given: P.kwargs) -> Answer:
            try:
                arguments = signature.bind(*places, **given).arguments
            except TypeError as error:
                raise TypeError(f"{function.__name__}(): {error}") from None
            for name, look in LOOKED_AT.items():
                if name in arguments:
                    look(name, arguments[name])
            return function(*places, **given)

        asked.__signature__ = signature  # type: ignore[attr-defined]
        return asked

    return decorate


def _signature(function: Callable[..., Any], kind: type[Any]) -> inspect.Signature:
    """Return a function's signature as ``help`` shows it: each of its ``options`` in the place of all."""
    bare = inspect.signature(function)
    own = dict(bare.parameters)
    (options,) = get_args(own.pop("options").annotation)
    types = get_type_hints(options, include_extras=True)
    fields = [one for one in inspect.signature(kind).parameters.values() if one.name in types]
    named = [one.replace(annotation=types[one.name]) for one in fields]
    return bare.replace(parameters=sorted([*named, *own.values()], key=lambda one: one.kind))


def made(kind: type[Answer], options: Mapping[str, Any]) -> Answer:
    """Return a request; raises RequestError, with the argument's name, for what it cannot be."""
    given = {name: _plain(value) for name, value in options.items()}
    if isinstance(given.get("params"), Mapping):
        given["params"] = {name: _spelled(name, values) for name, values in given["params"].items()}
    try:
        request = msgspec.convert(given, kind, dec_hook=_converted)
    except UnicodeEncodeError as error:
        raise RequestError(f"{shown(error.object)} has half a character (a surrogate)") from error
    except msgspec.ValidationError as error:
        found = WRONG_AT.fullmatch(str(error).replace("`key` in ", ""))
        if found is None:
            raise
        why = found["why"].lower().replace("`array`", "a list").replace("`object`", "a mapping")
        if why.startswith("invalid enum value"):
            choices = get_args(get_type_hints(kind)[found["name"]])
            why += f"; choose one of {', '.join(map(str, choices))}"
        raise RequestError(f"{arg(found['name'])}{found['place']}: {why}") from error
    return replace(request, **{name: _looked_at(name, given[name]) for name in OWN_CODE if name in given})  # type: ignore[type-var]


def _plain(value: Any) -> Any:
    """Return a path as it is spelled, also in a list."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Path) else value


def _looked_at(name: str, values: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(map(OWN_CODE[name], values))
    except ValueError as error:
        raise RequestError(f"{arg(name)}: {error}") from error


def _spelled(name: object, values: Any) -> Any:
    """Return the values of a parameter as the command line spells them: one, or several in turn.

    Raises RequestError for one that cannot be spelled, say a number of more digits than Python writes.
    """
    one = isinstance(values, str | bytes) or not isinstance(values, Iterable)
    try:
        return tuple(map(str, [values] if one else values))
    except ValueError as error:
        raise RequestError(f"{arg('params')}: {shown(name)}: {error}") from error


def require_path(name: str, value: object) -> None:
    """Raise RequestError for what names no file; None is where it goes by default."""
    if value is None and name == "to":
        return
    if not isinstance(value, str | Path):
        raise RequestError(f"{arg(name)}: expected a path, got {shown(value)}")
    try:
        told = b"\0" in os.fsencode(value)
    except UnicodeEncodeError:
        told = True
    if told:
        raise RequestError(f"{arg(name)}: {shown(str(value))} has what no path can have")


def require_watcher(name: str, value: object) -> None:
    """Raise RequestError for what cannot be told anything: it would be found out amid a run."""
    if isinstance(value, type):
        raise RequestError(f"{arg(name)}: {shown(value)} is a class; give one of its objects")
    lacks = [
        one for one in vars(Watcher) if not one.startswith("_") and not callable(getattr(value, one, None))
    ]
    if lacks:
        raise RequestError(
            f"{arg(name)}: {shown(value)} has no {lacks[0]}(); derive it from concbench.runs.Silent"
        )


def require_no_nul(name: str, value: object) -> None:
    """Raise RequestError for words that no command can take: another program reads them."""
    words = value if isinstance(value, list | tuple) else [value]
    if wrong := [one for one in words if isinstance(one, str) and "\0" in one]:
        raise RequestError(f"{arg(name)}: {shown(wrong[0])} has a NUL, which no command takes")


LOOKED_AT: Mapping[str, Callable[[str, object], None]] = {
    "to": require_path,
    "path": require_path,
    "folder": require_path,
    "repo": require_path,
    **dict.fromkeys(("base", "head", "packages", "requirements", "extras"), require_no_nul),
    "watcher": require_watcher,
}
"""Arguments that are no fields of a request, and what looks at each."""


def _converted(kind: type[Any], value: Any) -> Any:
    """Return a path or a factor; raises ValueError, which msgspec says the place of."""
    if kind is Path:
        return Path(value)
    if kind is Fraction and FACTOR.fullmatch(str(value)) and 1 < (factor := Fraction(str(value))) <= 10:
        return factor
    raise ValueError(f"Expected a factor above 1, up to 10, got {value!r}")


def plugin_named(value: str) -> str:
    """Return the path of a file of the user's code; raises ValueError for what is none."""
    if wrong := wrong_file(Path(value)):
        raise ValueError(f"{value}: {wrong}")
    return value


def loop_named(value: str) -> str:
    """Return the name of an event loop's factory, absolute where it is in a file; raises ValueError."""
    if not is_file(value):
        if not re.fullmatch(r"[\w.]+:[\w.]+", value):
            raise ValueError(
                f"{value!r} is not of the form module:factory (uvloop:new_event_loop) or ./file.py:factory"
            )
        return value
    place, _, factory = value.rpartition(":")
    file = Path(place)
    if bad := wrong_file(file):
        raise ValueError(f"{cut(value, MOST_SHOWN)!r}: {bad}")
    wrong = wrong_name(loop_name(value))
    if wrong or not re.fullmatch(r"[\w.]+", factory):
        raise ValueError(f"{value!r} makes no name: {wrong or 'the factory is no identifier'}")
    return f"{file.resolve()}:{factory}"


OWN_CODE: Mapping[str, Callable[[str], str]] = {"plugins": plugin_named, "loops": loop_named}
"""Arguments that name the user's code, and what looks at each name."""
