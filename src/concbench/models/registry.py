"""Finding models by name: one module each in this package, its name with dashes for underscores.

A model's module is imported only when that model is asked for, so a worker that runs generators never
imports asyncio.
"""

from importlib import import_module
from pkgutil import iter_modules

import concbench.models
from concbench.models.base import Model

_NOT_MODELS = {"base", "capabilities", "files", "loops", "registry"}
_SEED_ORDER = ("polling", "generator", "yield-from", "asyncio", "threads")


def names() -> list[str]:
    """Return the names of all models in the package: the tutorial's systems first, in its order."""
    found = {module.name for module in iter_modules(concbench.models.__path__)} - _NOT_MODELS
    dashed = {name.replace("_", "-") for name in found}
    first = [name for name in _SEED_ORDER if name in dashed]
    return first + sorted(dashed - set(first))


def get(name: str) -> Model:
    """Return the model called ``name``; raises KeyError for a name that is not in the package."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"concbench.models.{name.replace('-', '_')}")
    model: Model = module.MODEL
    return model
