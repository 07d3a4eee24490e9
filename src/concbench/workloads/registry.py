"""Finding workloads by name: one module each in this package."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import concbench.workloads
from concbench.workloads.base import Workload

_NOT_WORKLOADS = {"base", "catalogue", "names", "registry", "rules", "tutorial"}
_ORDER = ("timers", "spawn", "parked", "switch", "chain")


def names() -> list[str]:
    """Return the names of all workloads in the package, in the order of the documentation."""
    found = {module.name for module in iter_modules(concbench.workloads.__path__)} - _NOT_WORKLOADS
    first = [name for name in _ORDER if name in found]
    return first + sorted(found - set(first))


def get(name: str) -> Workload[Any]:
    """Return the workload called ``name``; raises KeyError for a name that is not in the package."""
    if name not in (*names(), "tutorial"):
        raise KeyError(name)
    workload: Workload[Any] = import_module(f"concbench.workloads.{name}").WORKLOAD
    return workload
