"""Has a model workers enough for what is promised? A pool of four has no five tasks alive at once.

It stands beside the layers: a plan asks it before anything runs, and the witness, which is always ours, of
models and workloads that may be an older checkout's.
"""

from collections.abc import Callable
from typing import Any

from concbench.promising import promises_of

MOST_ASKED = 1_000_000
"""Tasks up to which a plan asks what is promised of them: a promise may list what each is to do."""


def too_few(workers: int, room: int, name: str) -> str | None:
    """Return why a model with so many workers cannot have so many tasks alive at once; None where it can."""
    if room <= workers:
        return None
    has = f"{workers} worker{'s' * (workers != 1)}"
    return f"{room} tasks have to be alive at once, and {name} has {has}"


def too_few_for(promise: Callable[[Any, Any], Any], params: Any, model: Any) -> str | None:
    """Return why a model has too few workers for what is promised with these parameters, or None.

    ``model`` says what it is called, its dialect, and how many tasks it has alive at most.
    """
    if model.most_alive is None or getattr(params, "tasks", 0) > MOST_ASKED:
        return None
    return too_few(model.most_alive, promises_of(promise(params, model.dialect)).room, model.name)
