"""Models with a number of workers: ``thread-pool:8`` is the model ``thread-pool`` with eight of them.

A model that has such a number names its own in ``Traits.workers``, and makes another by ``Model.sized``. One
thing has one name: with the number that it has anyway, a model goes by its name alone.
"""

import re
from collections.abc import Callable

from concbench.errors import RequestError
from concbench.models.base import Model

WORKERS = re.compile(r"[1-9][0-9]{0,14}")


def unsized(name: str) -> str:
    """Return a model's name without a number of workers; a name without one as it is."""
    return name.rpartition(":")[0] or name


def with_workers(model: Model, name: str) -> Model:
    """Return a model under a name that says how many workers it has: ``model.name``, a colon, a number.

    Raises RequestError, in one sentence, where there is no such model.
    """
    number, sized = name.removeprefix(f"{model.name}:"), getattr(model, "sized", None)
    if sized is None:
        raise RequestError(f"there is no model {name!r}: {model.name} has no number of workers to choose")
    if not WORKERS.fullmatch(number):
        raise RequestError(
            f"there is no model {name!r}: {model.name} takes a whole number of workers from 1, as in"
            f" {model.name}:8"
        )
    workers = int(number)
    if workers == model.traits.workers:
        return model
    try:
        made: Model = sized(workers)
    except ValueError as error:
        raise RequestError(f"there is no model {name!r}: {error}") from error
    return made


def sized_up_to(most: int, made: Callable[[int], Model]) -> Callable[[int], Model]:
    """Return what makes a model with so many workers; beyond ``most`` it raises ValueError, in words."""

    def sized(workers: int) -> Model:
        if workers > most:
            raise ValueError(f"{most} workers are the most that it takes")
        return made(workers)

    return sized
