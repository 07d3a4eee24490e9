"""Salts, and what a run may return: results that show a number which nobody could know before the run.

All of this stands here and not with the workloads, since models and workloads may be those of another
checkout (``concbench compare``): one that is older than salts is measured without, and judged as it was then.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from inspect import Parameter, signature
from typing import Any

from concbench.measure.plain import unlike_plain
from concbench.models.base import Dialect, Factory, Model
from concbench.words import shown
from concbench.workloads.base import Workload

SALT_BYTES = 5
"""A salt has one bit more: all are numbers of two digits of CPython's, and cost the same instructions."""


def new_salt() -> int:
    """Return a number that nobody can know beforehand, from the system, whatever became of ``random``."""
    return 1 << 8 * SALT_BYTES | int.from_bytes(os.urandom(SALT_BYTES), "big")


class WrongFactories(Exception):
    """What a version of a workload returned, which is no list of task factories."""


def factories_of(workload: Workload[Any], dialect: Dialect, rt: Any, params: Any) -> list[Factory]:
    """Return the task factories of one run, at least one.

    Raises NotExpressible with the reason, TypeError for what is no runtime, and WrongFactories.
    """
    made: Any = workload.factories(dialect, rt, params)
    if not isinstance(made, list):
        kind = f"a {type(made).__name__}"
    elif not made:
        kind = "an empty list"
    elif not all(map(callable, made)):
        place = next(place for place, one in enumerate(made) if not callable(one))
        kind = f"a list that has a {type(made[place]).__name__} at {place}"
    else:
        return made
    raise WrongFactories(
        f"{workload.name} returned {kind} for {dialect} models, not a list of task factories"
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """The task factories of one run, and the salt that its results have to show."""

    factories: list[Factory]
    salt: int


def batch_of(workload: Workload[Any], dialect: Dialect, rt: Any, params: Any) -> Batch:
    """Return the task factories of one run, whose results show a salt; 0 where the runtime knows of none.

    Raises what ``factories_of`` does.
    """
    if isinstance(rt, type) or "salt" not in getattr(rt, "__dataclass_fields__", ()):
        return Batch(factories_of(workload, dialect, rt, params), 0)
    salt = new_salt()
    return Batch(factories_of(workload, dialect, replace(rt, salt=salt), params), salt)


@cache
def takes_salt(judge: Callable[..., str | None]) -> bool:
    """Say whether a judge asks for the salt, as its third parameter: else results may be remembered ones."""
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    known = signature(judge).parameters.values()
    return sum(one.kind in positional for one in known) > 2 or any(
        one.kind is Parameter.VAR_POSITIONAL for one in known
    )


def wrong_with(workload: Workload[Any], results: Any, params: Any, salt: int = 0) -> str | None:
    """Return what is wrong with what a run returned, or None.

    It has to be a list, and what is in it plain data: whatever else a model returns may do its work when it
    is looked at, when the clock has stopped. The judge sees nothing else. Raises TypeError, as a sentence,
    for a judge whose verdict is neither None nor text.
    """
    if type(results) is not list:
        return f"run returned a {type(results).__name__} instead of a list"
    unlike = unlike_plain(results)
    if unlike is not None:
        return unlike
    judge = workload.judge
    verdict = judge(results, params, salt) if takes_salt(judge) else judge(results, params)
    if verdict is not None and type(verdict) is not str:
        raise TypeError(
            f"judge of {workload.name} must return None or what is wrong, as text, not {shown(verdict)}"
        )
    return verdict


def reported_by(workload: Workload[Any]) -> Callable[[Any], tuple[float, float]] | None:
    """Return what takes from a result the times between which its task says it slept, or None."""
    return getattr(workload, "reported", None)


def reuses(model: Model) -> bool:
    """Say whether several tasks may run one after another in the same task or thread of the model's."""
    pooled: bool | None = getattr(model, "pooled", None)
    return model.dialect == "blocking" if pooled is None else pooled


def workers_of(model: Model) -> int | None:
    """Return how many tasks a model can have alive at once, None for any number."""
    return getattr(model, "workers", None)
