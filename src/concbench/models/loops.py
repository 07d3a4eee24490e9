"""asyncio on an event loop of the user's choice: ``--loop module:factory``.

The loop is imported only where it runs, in a worker, so that a loop that is missing or broken becomes
a model that is ``unavailable`` with the reason, not a failed start.
"""

from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any

from concbench.errors import UserError
from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model


def load_loop_factory(spec: str) -> Callable[[], Any]:
    """Import ``module:factory`` and return the factory.

    Raises ValueError for a spec of another form, ImportError or AttributeError where it names nothing.
    """
    module, colon, attribute = spec.partition(":")
    if not (module and colon and attribute):
        raise ValueError(f"an event loop is named module:factory (say uvloop:new_event_loop), not {spec!r}")
    factory = import_module(module)
    for part in attribute.split("."):
        factory = getattr(factory, part)
    if not callable(factory):
        raise TypeError(f"{spec} is not callable")
    return factory


def _new_loop(spec: str) -> Any:
    """Make the loop that ``spec`` names; raises UserError where its factory returns something else."""
    loop = load_loop_factory(spec)()
    if not hasattr(loop, "run_until_complete"):
        raise UserError(f"{spec} returned {loop!r}, which is no event loop")
    return loop


def loop_model(spec: str, name: str) -> Model:
    """Return the asyncio model, called ``name``, on the event loop that ``spec`` names, not yet imported."""

    def version() -> str:
        package = spec.partition(":")[0].partition(".")[0]
        try:
            return f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            return f"{package} (not an installed package)"

    def unavailable() -> str | None:
        try:
            load_loop_factory(spec)
        except Exception as error:  # noqa: BLE001  (any failure of foreign code at import is a reason)
            return f"cannot load the event loop {spec}: {type(error).__name__}: {error}"
        return None

    return Model(
        name=name,
        dialect="coroutine",
        summary=f"asyncio on the event loop {spec}",
        cost="as that event loop has it",
        source="--loop",
        version=version,
        open=lambda: asyncio_model.open_session(lambda: _new_loop(spec)),
        current=asyncio_model.MODEL.current,
        unavailable=unavailable,
    )
