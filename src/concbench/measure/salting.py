"""Salts, and what a run may return: results that show a number which nobody could know before the run.

All of this stands here and not with the workloads, since models and workloads may be those of another
checkout (``concbench compare``): one that is older than salts is measured without, and judged as it was then.
"""

import os
from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, signature
from typing import Any

from concbench.measure.plain import unlike_plain
from concbench.models.base import Factory, Model, Runtime
from concbench.words import a_kind, shown
from concbench.workloads.base import Workload

SALT_BYTES = 5
"""A salt has one bit more: all are numbers of two digits of CPython's, and cost the same instructions."""

SALTED = "salt" in {field.name for field in fields(Runtime)}
"""Whether the runtimes of the models that are measured have a salt: those of an older checkout do not."""


def new_salt() -> int:
    """Return a number that nobody can know beforehand, from the system, whatever became of ``random``."""
    return 1 << 8 * SALT_BYTES | int.from_bytes(os.urandom(SALT_BYTES), "big")


_latest: list[Any] = []
"""The judge that was asked last, and whether it takes the salt: to look takes as long as to judge, and the
runs of a slice have one judge. It is no dict, since a judge need not be hashable."""

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class WrongFactories(Exception):
    """What a version of a workload returned, which is no list of task factories."""


class Unusable(Exception):
    """A function of a workload, which is named, raised the cause of this: it is no task's doing."""


def asked(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function of a workload returns; raises Unusable, naming it, for what it raises.

    That memory is used up is nobody's fault.
    """
    try:
        return function(*arguments)
    except MemoryError:
        raise
    except Exception as error:
        raise Unusable(name) from error


def wording_of(workload: Workload[Any], model: Model) -> str:
    """Return under which name a workload has a model's wording; an older one knows dialects only."""
    if not hasattr(workload, "wording_of"):
        return model.dialect
    own: str = workload.wording_of(model)
    return own


def factories_of(workload: Workload[Any], wording: str, rt: Any, params: Any) -> list[Factory]:
    """Return the task factories of one run, at least one.

    Raises NotExpressible with the reason, TypeError for what is no runtime, and WrongFactories.
    """
    made: Any = workload.factories(wording, rt, params)
    if not isinstance(made, list):
        kind = a_kind(type(made))
    elif not made:
        kind = "an empty list"
    elif not all(map(callable, made)):
        place = next(place for place, one in enumerate(made) if not callable(one))
        kind = f"a list that has {a_kind(type(made[place]))} at {place}"
    else:
        return made
    raise WrongFactories(
        f"{workload.name} returned {kind} for {wording} models, not a list of task factories"
    )


def takes_salt(judge: Callable[..., str | None]) -> bool:
    """Say whether a judge asks for the salt: else results may be remembered ones.

    The salt is its third parameter. One that has a value of its own and another name (``want=want``) is no
    such one.
    """
    if not _latest or _latest[0] is not judge:
        _latest[:] = judge, _asks(judge)
    return bool(_latest[1])


def _asks(judge: Callable[..., str | None]) -> bool:
    known = list(signature(judge).parameters.values())
    positional = [one for one in known if one.kind in POSITIONAL]
    if len(positional) > 2:
        return positional[2].default is Parameter.empty or positional[2].name == "salt"
    return any(one.kind is Parameter.VAR_POSITIONAL for one in known)


def wrong_with(workload: Workload[Any], results: Any, params: Any, salt: int = 0) -> str | None:
    """Return what is wrong with what a run returned, or None.

    It has to be a list, and what is in it plain data: whatever else a model returns may do its work when it
    is looked at, when the clock has stopped. The judge sees nothing else. Raises Unusable for a judge that
    raises, and TypeError, as a sentence, for one whose verdict is neither None nor text.
    """
    if type(results) is not list:
        return f"run returned {a_kind(type(results))} instead of a list"
    unlike = unlike_plain(results)
    if unlike is not None:
        return unlike
    salts = (salt,) if takes_salt(workload.judge) else ()
    verdict = asked(f"judge of {workload.name}", workload.judge, results, params, *salts)
    if verdict is not None and type(verdict) is not str:
        raise TypeError(
            f"judge of {workload.name} must return None or what is wrong, as text, not {shown(verdict)}"
        )
    return verdict


def reported_by(workload: Workload[Any]) -> Callable[[Any], tuple[float, float]] | None:
    """Return what takes from a result the times between which its task says it slept, or None."""
    return getattr(workload, "reported", None)
