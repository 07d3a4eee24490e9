"""What a promise is, and what it looks at: a ledger, as far as promises know it.

The promises that any workload may make are in :mod:`concbench.promises`.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Self, TypeAlias, get_args

from concbench.words import shown

LOOK = "look"
"""The kind of event that a keeper task's call of ``rt.observe`` is: its key is how many tasks it saw."""

INSIDE, QUEUED = "inside", "queued"
"""The kinds of events that a watched semaphore and a watched queue report: a task that came in or is about to
leave, an item that was put or got. The key is 1, or -1."""


TAKEN = frozenset(
    {
        *("completed", "started", "finished", "owners", "results", "reported", "unwatched"),
        *("policy", "memory", "helpers"),
    }
)
"""Checks of other things: no promise is called so."""


class Event(NamedTuple):
    """Something that a task did, or None did: its ``kind``, and what it was done with."""

    task: int | None
    kind: str
    key: Any = None


class Seen(Protocol):
    """What promises look at of a ledger (:class:`concbench.measure.ledger.Ledger` says what it is)."""

    tasks: list[Any]
    early: str | None
    events: list[Event]
    preempted: bool
    workers: int | None
    peak_live: int
    peak_lag: int
    ahead: int
    repeats: int


Shows: TypeAlias = Literal["wrapped", "steps", "run", "always"]
"""What has to be seen of tasks to tell whether a promise is kept: what wrapped ones report; of bare ones the
steps, or that they run; or nothing but what the model returns."""
SHOWS: tuple[Shows, ...] = get_args(Shows)
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")
"""What a check may be called: its name stands in tables and files."""


class Promised:
    """One promise. ``name`` is that of its check, ``shows`` what has to be seen of the tasks.

    ``once``: False where a workload may make several of the kind, which one check then holds together.
    """

    name: ClassVar[str]
    shows: ClassVar[Shows] = "wrapped"
    once: ClassVar[bool] = True
    __slots__ = ()

    def broken(self, seen: Seen) -> str | None:
        """Return what was promised and what happened, or None where it was kept."""
        raise NotImplementedError

    def of_nobody(self) -> Self:
        """Return the promise as it can be checked where nobody knows which task is which."""
        return self


def wrong_promise(one: object) -> str | None:
    """Return what is wrong with what stands among promises, whatever it promises; or None."""
    if not isinstance(one, Promised):
        return f"must be a tuple of promises, and {shown(one)} is none"
    kind, name, shows = type(one).__name__, getattr(one, "name", None), one.shows
    if type(name) is not str or not NAME.fullmatch(name):
        return f"the name of a promise must be lower-case letters and dashes; that of {kind} is {shown(name)}"
    if type(shows) is not str or shows not in SHOWS:
        return f"shows of {kind} must be one of {', '.join(SHOWS)}, not {shown(shows)}"
    return f"{kind} does not say when it is broken" if type(one).broken is Promised.broken else None


def whole(least: int, **values: object) -> None:
    """Raise ValueError, naming it, for a value that is no whole number of at least so much."""
    for name, value in values.items():
        if type(value) is not int or value < least:
            raise ValueError(f"{name} must be a whole number of at least {least}, not {shown(value)}")


def true_or_false(**values: object) -> None:
    """Raise ValueError, naming it, for a value that is neither."""
    for name, value in values.items():
        if type(value) is not bool:
            raise ValueError(f"{name} must be True or False, not {shown(value)}")


def first(messages: Iterator[str]) -> str | None:
    """Return the first of some complaints, None where there is none."""
    return next(messages, None)
