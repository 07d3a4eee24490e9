"""asyncio on an event loop of the user's choice: ``--loop module:factory``, ``--loop ./file.py:factory``.

The loop is imported only where it runs, in a worker, so that a loop that is missing or broken becomes
a model that is ``unavailable`` with the reason, not a failed start.
"""

import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from concbench.errors import UserError
from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model
from concbench.models.files import module_of
from concbench.places import worded
from concbench.words import error_told

HASH_DIGITS = 12


def load_loop_factory(spec: str) -> Callable[[], Any]:
    """Import ``module:factory``, or run the file of ``file.py:factory``, and return the factory.

    Raises ValueError for a spec of another form, ImportError or AttributeError where it names nothing.
    """
    module, colon, attribute = spec.rpartition(":")
    if not (module and colon and attribute):
        raise ValueError(f"an event loop is named module:factory (say uvloop:new_event_loop), not {spec!r}")
    factory: Any = _module_of(module)
    for part in attribute.split("."):
        if not hasattr(factory, part):
            raise AttributeError(
                f"there is no {part} in {getattr(factory, '__qualname__', Path(module).name)}"
            )
        factory = getattr(factory, part)
    if not callable(factory):
        raise TypeError(f"{spec} is not callable")
    made: Callable[[], Any] = factory
    return made


def _module_of(name: str) -> ModuleType:
    """Import a module, or a file, which finds what lies beside it when all else has been searched."""
    if not name.endswith(".py"):
        return import_module(name)
    folder = str(Path(name).parent)
    if folder not in sys.path:
        sys.path.append(folder)
    return module_of(Path(name))


def _version_of(spec: str) -> str:
    """Return a package's version; of what is in no package the name of its file and a hash of it."""
    name = spec.rpartition(":")[0]
    package = name.partition(".")[0]
    try:
        if not name.endswith(".py"):
            return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        pass
    file = getattr(_module_of(name), "__file__", None)
    if file is None or package in sys.stdlib_module_names:
        return f"{package} (not an installed package)"
    return f"{Path(file).name} {sha256(Path(file).read_bytes()).hexdigest()[:HASH_DIGITS]}"


def _new_loop(spec: str) -> Any:
    """Make the loop that ``spec`` names; raises UserError where its factory returns something else."""
    loop = load_loop_factory(spec)()
    if not hasattr(loop, "run_until_complete"):
        raise UserError(f"{spec} returned {loop!r}, which is no event loop")
    return loop


def loop_model(spec: str, name: str) -> Model:
    """Return the asyncio model, called ``name``, on the event loop that ``spec`` names, not yet imported."""

    def unavailable() -> str | None:
        try:
            load_loop_factory(spec)
        except Exception as error:  # noqa: BLE001  (any failure of foreign code at import is a reason)
            place = spec.rpartition(":")[0]
            called = f"{Path(place).name}{spec.removeprefix(place)}" if place.endswith(".py") else spec
            return worded(error, f"cannot load the event loop {called}: {error_told(error)}")
        return None

    return Model(
        name=name,
        dialect="coroutine",
        family="event-loop",
        summary=f"asyncio on the event loop {name.partition('+')[2]}",
        cost="as that event loop has it",
        source="--loop",
        version=lambda: _version_of(spec),
        open=lambda: asyncio_model.open_session(lambda: _new_loop(spec)),
        current=asyncio_model.MODEL.current,
        within=asyncio_model.join,
        lends=asyncio_model.MODEL.lends,
        unavailable=unavailable,
    )
