"""Families of models: what a reader chooses among before she chooses a model.

It stands beside the layers: models name a family, and whoever draws or lists them goes by it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from concbench.traits import Traits

Family: TypeAlias = Literal["teaching", "event-loop", "library", "threads", "pool", "ladder"]
FAMILIES: tuple[Family, ...] = get_args(Family)

WORDS: Mapping[Family, str] = MappingProxyType(
    {
        "teaching": "loops that go round all tasks, as tutorials write them",
        "event-loop": "asyncio's tasks, on its own event loop or on another",
        "library": "a library with tasks and primitives of its own",
        "threads": "a thread of the operating system for each task",
        "pool": "workers that are kept, of threads, processes or interpreters",
        "ladder": "event loops that grow by one idea at a step",
    }
)
"""What the members of each family are."""


def family_from(dialect: object, traits: Traits) -> Family:
    """Return the family of a model that names none: what its dialect and traits come closest to.

    They may be anything: what is wrong in them is told later, by the rules for plug-ins.
    """
    if type(dialect) is not str or dialect not in ("coroutine", "blocking"):
        return "teaching"
    if dialect == "coroutine":
        return "library"
    if type(traits) is not Traits or type(traits.runs_on) is not str:
        return "threads"
    if traits.runs_on == "greenlets":
        return "library"
    return "pool" if traits.reuses and traits.workers is not None else "threads"
