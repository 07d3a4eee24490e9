"""Where the modules of a process come from: what shows that a side measures its own code."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any


def origins(setup: Mapping[str, Any]) -> dict[str, str]:
    """Return the folder or file of every top-level module that was imported and has one.

    So it is of the project's ``modules`` that lie in its ``roots`` and will only be imported later: where
    they would come from. What lies in a namespace is told where that, too, is another's.
    """
    roots = setup["roots"]
    found = {}
    for name, module in list(sys.modules.items()):
        if (place := _place(module)) is not None and ("." not in name or _is_another_s(name, place, roots)):
            found[name] = place
    return {**dict(_to_come(setup["modules"], roots)), **found}


def _place(module: object) -> str | None:
    """Return where a module lies; of a package its folder, or the first of a namespace's."""
    paths = getattr(module, "__path__", None)
    file = getattr(module, "__file__", None)
    try:
        first = next(iter(paths), None) if paths is not None else file
        return None if not isinstance(first, str) else str(Path(first).resolve())
    except (TypeError, OSError):
        return None


def _is_another_s(name: str, place: str, roots: list[str]) -> bool:
    """Say whether a module in a namespace lies in none of the roots, though one of them has it."""
    top: ModuleType | None = sys.modules.get(name.partition(".")[0])
    if getattr(top, "__file__", None) is not None:
        return False
    inside = [Path(root, *name.split(".")) for root in roots]
    theirs = any(one.is_dir() or one.with_suffix(".py").is_file() for one in inside)
    return theirs and not any(Path(place).is_relative_to(Path(root).resolve()) for root in roots)


def _to_come(modules: list[str], roots: list[str]) -> Iterator[tuple[str, str]]:
    """Yield where modules would be imported from that have not been yet."""
    for name in modules:
        if name in sys.modules or PathFinder.find_spec(name, roots) is None:
            continue
        try:
            spec = find_spec(name)
        except Exception:  # noqa: BLE001, S112  (finders are an environment's own)
            continue
        if spec is not None and spec.has_location and spec.origin:
            package = spec.submodule_search_locations is not None
            yield name, os.path.realpath(Path(spec.origin).parent if package else spec.origin)
