"""What a model's tasks run on, as far as whoever measures, pins or limits them has to know.

It stands beside the layers: the models of a checkout may be older than traits, and what measures them is
always ours.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

RunsOn: TypeAlias = Literal["loop", "greenlets", "threads", "processes", "interpreters"]
RUNS_ON: tuple[RunsOn, ...] = get_args(RunsOn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What tasks run on.

    ``runs_on``: a loop in one thread, greenlets in one, or threads, processes or interpreters. ``polls``: the
    CPU is busy as long as anything is pending. ``pinnable``: to pin it to one CPU changes nothing that it
    does. ``reuses``: tasks may run one after another in the same task or thread, as in a pool. ``workers``:
    how many tasks can be alive at once, None for any number. ``patches``: to open it changes the whole
    process for good, so that no other model and nobody else's code may live there.
    """

    runs_on: RunsOn = "loop"
    polls: bool = False
    pinnable: bool = True
    reuses: bool = False
    workers: int | None = None
    patches: bool = False

    @property
    def preempted(self) -> bool:
        """Whether a task may lose the CPU anywhere, as the system wills."""
        return self.runs_on not in ("loop", "greenlets")

    @property
    def shares_memory(self) -> bool:
        """Whether what one task writes is what another reads."""
        return self.runs_on not in ("processes", "interpreters")


def unsized(name: str) -> str:
    """Return a model's name without a number of workers; a name without one as it is."""
    return name.rpartition(":")[0] or name


def traits_from(dialect: object, given: Traits | None, **older: Any) -> Traits:
    """Return a model's traits, from those that it gives and the fields that stood for them before.

    These are ``single_threaded``, ``pooled`` and ``workers``, None where they say nothing; a model that gave
    no more ran ``blocking`` tasks in threads, and several of them in the same one.
    """
    threads = type(dialect) is str and dialect == "blocking"
    traits = given if given is not None else Traits(runs_on="threads" if threads else "loop", reuses=threads)
    names = {"single_threaded": "pinnable", "pooled": "reuses", "workers": "workers"}
    said = {names[name]: value for name, value in older.items() if value is not None}
    return replace(traits, **said) if said and type(traits) is Traits else traits


def traits_of(model: Any) -> Traits:
    """Return the traits of a model, which may be one of an older checkout's and know of none."""
    given: Traits | None = getattr(model, "traits", None)
    if given is not None:
        return given
    older = {name: getattr(model, name, None) for name in ("single_threaded", "pooled", "workers")}
    return traits_from(model.dialect, None, **older)
