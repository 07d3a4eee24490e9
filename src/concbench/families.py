"""Families: of models, what a reader chooses among before she chooses one; of workloads, what one is about.

They stand beside the layers: models and workloads name a family, and whoever draws or lists them goes by it.
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

TEACHING: frozenset[Family] = frozenset({"teaching", "ladder"})
"""Families that show how a loop comes to work. No service runs on them, so none is ever recommended."""

VARIANTS: frozenset[str] = frozenset({"asyncio-gather", "asyncio-py"})
"""Models that are asyncio once more, with tasks made another way or with parts that nobody deploys: they are
measured to be compared with it, and are chosen only where nobody else can be."""

LoadFamily: TypeAlias = Literal["basics", "between-tasks", "computing", "sockets", "own"]
LOAD_FAMILIES: tuple[LoadFamily, ...] = get_args(LoadFamily)

SERVICES_FIRST: tuple[LoadFamily, ...] = ("own", "sockets", "computing", "between-tasks", "basics")
"""The same, those first that are closest to what a service does: so they are answered."""

LOAD_WORDS: Mapping[LoadFamily, str] = MappingProxyType(
    {
        "basics": "what any loop does for its tasks: timers, making, parking, switching, calling",
        "between-tasks": "what tasks do to each other: pass on, wait in line, fan out, cancel, limit",
        "computing": "what tasks compute beside waiting, in one place or on several cores",
        "sockets": "what services do: answer, ask, broadcast, hold connections",
        "own": "what a plug-in brings, where it names no other",
    }
)
"""What the workloads of each family are about."""


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
