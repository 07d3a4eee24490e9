"""What a learner's program lacks: of what its exercise asks for, and of what its step has.

Standard library only.
"""

from collections.abc import Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any

from concbench.lessons.blame import meant
from concbench.lessons.exercises import EXERCISES

NEEDED: Mapping[str, int] = {"run": 1, "sleep": 2, "Event": 5, "ready": 6, "gather": 7}
"""What a program has to define, and from which step on; the first has the classes ``Task`` and ``Sleep``."""

Names = Mapping[str, Any]


def needed(step: int) -> list[str]:
    """Return the names that the program of a step has to define."""
    if step == 1:
        return ["run", "Task", "Sleep"]
    return [name for name, first in NEEDED.items() if first <= step]


def lacking(names: Names, before: Names, step: int, exercise: int) -> str | None:
    """Return what a program lacks that an exercise asks for, or which other one it answers; or None.

    ``before``: the names of its step, as they were.
    """
    asked = EXERCISES[step, exercise]
    new = [name for name, value in names.items() if value is not before.get(name)]
    absent = [] if asked.answered(new) else [name for name in asked.defines if name not in new]
    fresh = [name for name in names if name not in before]
    lacks = [f"no {name}{meant(name, fresh)}" for name in absent]
    misspelt = any(meant(name, fresh) for name in absent)
    if absent and (told := _of_another(new, [] if misspelt else fresh, step, exercise)):
        return told
    if asked.either and absent:
        lacks = [f"none of {', '.join(absent)}"]
    lacks += [
        f"no {name} that can be called"
        for name in dict.fromkeys((*asked.defines, *needed(step)))
        if name not in absent and not callable(names.get(name))
    ]
    if lacks:
        return f"defines {' and '.join(lacks)}; exercise {exercise} asks for {asked.names()}"
    return _replaced(names, before)


def _of_another(new: Sequence[str], fresh: Sequence[str], step: int, exercise: int) -> str | None:
    """Return which other exercise a file answers: of its own step, or by ``fresh`` names of another one."""
    number = 3 - exercise
    other = EXERCISES[step, number]
    if other.answered(new):
        there = ", ".join(name for name in other.defines if name in new)
        return f"defines {there}, which is exercise {number}: add --exercise {number}"
    fits = [key for key, one in EXERCISES.items() if key[0] != step and one.answered(fresh)]
    if not fits:
        return None
    where, number = fits[0]
    there = ", ".join(name for name in EXERCISES[fits[0]].defines if name in fresh)
    places = " and ".join(f"exercise {number} of step {where}" for where, number in fits)
    return f"defines {there}, as {places} asks: is it for concbench lesson {where} --exercise {number}?"


def _replaced(names: Names, before: Names) -> str | None:
    """Return what of the step a file has taken away, by giving its name to something else; or None."""
    for name, value in before.items():
        now = names.get(name)
        if isinstance(value, ModuleType) and not isinstance(now, ModuleType) and _needs(names, before, name):
            return (
                f"has a {name} of its own: your {name} takes the place of the step's module {name}, which the"
                " rest of the program needs; name yours otherwise (the module is there without an import)"
            )
    loop, own = before.get("Loop"), names.get("Loop")
    if loop is own or not isinstance(own, type) or names.get("run") is not before.get("run"):
        return None
    if hasattr(own, "run"):
        return None
    return (
        "has a class Loop without run, which takes the place of the step's: write class Loop(Loop), which has"
        " all that it does not define itself, or all of it"
    )


def _needs(names: Names, before: Names, name: str) -> bool:
    """Whether a function that is still the step's own uses a name."""
    kept = [value for own, value in names.items() if before.get(own) is value]
    functions = [one for value in kept for one in (value, *_methods(value)) if isinstance(one, FunctionType)]
    return any(name in one.__code__.co_names for one in functions)


def _methods(value: Any) -> list[Any]:
    return [*vars(value).values()] if isinstance(value, type) else []
