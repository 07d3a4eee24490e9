"""An event loop whose module is there and whose factory is not, which is told with the names that are."""

import sys
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

MOST = 8
"""Names that are told, at most."""


def misspelt(spec: str) -> str | None:
    """Return which part of ``module:factory`` its module lacks, and what it has, or None.

    The module, or the file, was imported before, if that can be done at all.
    """
    place, _, attribute = spec.rpartition(":")
    found: Any = _imported(place)
    for part in attribute.split(".") if found is not None else ():
        try:
            found = getattr(found, part)
        except AttributeError:
            return f"there is no {part} in {_called(found, place)}; {_instead(found, part)}"
    return None


def _imported(place: str) -> ModuleType | None:
    if not place.endswith(".py"):
        return sys.modules.get(place)
    files = ((module, getattr(module, "__file__", None)) for module in list(sys.modules.values()))
    return next((module for module, file in files if file == place), None)


def _called(found: Any, place: str) -> str:
    if isinstance(found, ModuleType):
        return Path(place).name if getattr(found, "__file__", None) == place else found.__name__
    return str(getattr(found, "__qualname__", type(found).__name__))


def _instead(found: Any, part: str) -> str:
    """Return what can be called there: names that are like the one that is missing, else its own."""
    names = [name for name in dir(found) if not name.startswith("_") and callable(getattr(found, name, None))]
    own = [name for name in names if getattr(getattr(found, name), "__module__", None) == _module_of(found)]
    close = get_close_matches(part, names, n=3)
    told = [*close, *(name for name in own if name not in close)]
    return f"there are {', '.join(told[:MOST])}" if told else "there is nothing that can be called"


def _module_of(found: Any) -> object:
    return found.__name__ if isinstance(found, ModuleType) else getattr(found, "__module__", None)
