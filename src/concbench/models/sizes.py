"""Models with a number of workers: ``thread-pool:8`` is the model ``thread-pool`` with eight of them.

A model that has such a number names its own in ``Traits.workers``, and makes another by ``Model.sized``. One
thing has one name: with the number that it has anyway, a model goes by its name alone.
"""

import re
from collections.abc import Callable, Iterable

from concbench.errors import RequestError, UserError
from concbench.models.base import Model
from concbench.places import worded
from concbench.traits import unsized
from concbench.words import error_told, error_words

WORKERS = re.compile(r"[1-9][0-9]{0,14}")


def model_sized(name: str, known: Iterable[str], get: Callable[[str], Model]) -> Model:
    """Return the model of a name that ends in a colon and a number of workers.

    Raises KeyError where it is none of a ``known`` model, which is got by ``get``, and RequestError, in one
    sentence, for a number that this model does not take.
    """
    base = unsized(name)
    if base == name or base not in known:
        raise KeyError(name)
    model, number = get(base), name.removeprefix(f"{base}:")
    sized = getattr(model, "sized", None)
    if sized is None and not number.isdigit():  # an event loop, say
        raise KeyError(name)
    if sized is None:
        raise RequestError(f"there is no model {name!r}: {base} has no number of workers to choose")
    if not WORKERS.fullmatch(number):
        why = f"{base} takes a whole number of workers from 1, as in {base}:8"
        raise RequestError(f"there is no model {name!r}: {why}")
    return model if int(number) == model.traits.workers else _made(sized, int(number), name)


def _made(sized: Callable[[int], Model], workers: int, name: str) -> Model:
    try:
        return sized(workers)
    except ValueError as error:
        raise RequestError(f"there is no model {name!r}: {error_words(error)}") from error
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        said = worded(error, f"sized({workers}) raises {error_told(error)}")
        raise RequestError(f"there is no model {name!r}: {said}") from error


def sized_up_to(most: int, made: Callable[[int], Model]) -> Callable[[int], Model]:
    """Return what makes a model with so many workers; beyond ``most`` it raises ValueError, in words."""

    def sized(workers: int) -> Model:
        if workers > most:
            raise ValueError(f"{most} workers are the most that it takes")
        return made(workers)

    return sized
