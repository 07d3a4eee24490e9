"""All that one cell promises: a tuple of promises, or an object with a field for each, held to be whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from concbench.promised import TAKEN, Promised, first, true_or_false, wrong_promise
from concbench.promises import KNOWN, Delays, Fair, Frames, Gathered, Overlap, Spawned, Suspends
from concbench.words import shown

UNSAID = (Overlap(1), Gathered(None))
"""What any workload promises that does not say otherwise: a task lives, and nobody looks."""

NOTHING = [(type(one), one) for one in (Overlap(0), Overlap(1), Gathered(None), Suspends(0, exact=False))]
"""Promises that any model keeps, with their kinds: one of another kind need not be comparable."""

K = TypeVar("K", bound=Promised)


@dataclass(frozen=True, slots=True)
class Promises:
    """All that one cell promises."""

    each: tuple[Promised, ...]

    def get(self, kind: type[K]) -> K | None:
        """Return the promise of a kind, None where there is none."""
        return next((one for one in self.each if isinstance(one, kind)), None)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        spawned = self.get(Spawned)
        assert spawned is not None  # noqa: S101  (it is required)
        return spawned.tasks

    @property
    def room(self) -> int:
        """How many tasks there has to be room for at once."""
        overlap = self.get(Overlap)
        if overlap is None:
            return 1
        return max(1 if overlap.queues else overlap.tasks, overlap.room)

    @property
    def gathered(self) -> int | None:
        """How many tasks a keeper sees suspended, None where there is no keeper."""
        gathered = self.get(Gathered)
        return gathered.tasks if gathered else None

    @property
    def exact(self) -> bool:
        """Whether it is known beforehand how often each task suspends."""
        suspends = self.get(Suspends)
        return suspends is not None and suspends.exact

    @property
    def early(self) -> float:
        """By how much (s) a task may end too soon."""
        delays = self.get(Delays)
        return delays.early if delays else 0.0

    @property
    def empty(self) -> bool:
        """Whether any model at all would keep them: nothing is promised but how many tasks there are."""
        return all((type(one), one) in NOTHING for one in self.each if type(one) is not Spawned)


def promises_of(given: Any) -> Promises:
    """Return what a tuple promises, or an object with a field for each; ValueError for what is neither."""
    each = tuple(given) if isinstance(given, tuple) else tuple(_from_fields(given))
    if wrong := first(told for one in each if (told := wrong_promise(one))):
        raise ValueError(wrong)
    _require_names([one.name for one in each], [type(one) for one in each])
    unsaid = [one for one in UNSAID if one.name not in {other.name for other in each}]
    promises = Promises((*each, *unsaid))
    delays = promises.get(Delays)
    if delays is not None and len(delays.delays) != promises.tasks:
        raise ValueError(f"{len(delays.delays)} delays for {promises.tasks} tasks")
    return promises


def _require_names(names: Sequence[str], kinds: Sequence[type[Promised]]) -> None:
    if Spawned.name not in names:
        raise ValueError("must say how many tasks there are: Spawned(tasks)")
    for name, kind in zip(names, kinds, strict=True):
        if names.count(name) > 1 and kind.once:
            raise ValueError(f"promises {name} twice")
        if name in TAKEN or KNOWN.get(name, kind) is not kind:
            raise ValueError(f"a promise cannot be called {name}, as another check is")


def _from_fields(given: Any) -> Iterator[Promised]:
    """Yield the promises of an object with a field for each; an older checkout's lacks the later ones."""
    if not hasattr(given, "suspensions") or isinstance(given, type):
        raise ValueError(f"must be a Promise, or a tuple of promises, not {shown(given)}")
    true_or_false(exact=given.exact, fair=given.fair)
    yield Spawned(given.tasks)
    yield Overlap(given.overlap)
    yield Gathered(given.gathered)
    yield Suspends(given.suspensions, given.exact)
    if given.fair:
        yield Fair()
    if given.frames is not None:
        yield Frames(given.frames)
    if given.delays is not None:
        yield Delays(given.delays, given.early)
