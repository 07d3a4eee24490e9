"""Promises: fields become objects, what cannot be promised is refused, and a workload may bring its own."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure import witness
from concbench.measure.checks import said_of
from concbench.measure.execution import cell_of
from concbench.measure.failures import outcome_of
from concbench.measure.ledger import Ledger
from concbench.measure.salting import Unusable
from concbench.models.base import Factory, Model
from concbench.models.yield_from import MODEL as YIELD_FROM
from concbench.promised import LOOK, Event, Promised, Seen
from concbench.promises import AtMost, Delays, Fair, Frames, Gathered, Overlap, Spawned, Suspends
from concbench.promising import promises_of
from concbench.workloads.base import NotExpressible, Promise, Workload
from concbench.workloads.basics import spawn

pytestmark = pytest.mark.measured_side


def test_a_promise_of_fields_is_one_of_objects() -> None:
    fields = Promise(tasks=2, suspensions=3, overlap=2, gathered=1, fair=True, frames=4, delays=(1.0, 2.0))
    assert promises_of(fields).each == (
        Spawned(2),
        Overlap(2),
        Gathered(1),
        Suspends(3),
        Fair(),
        Frames(4),
        Delays((1.0, 2.0)),
    )


def test_nothing_is_promised_of_suspensions_unless_it_is_said() -> None:
    assert promises_of((Spawned(2),)).exact is False
    assert promises_of(Promise(tasks=2)).exact is True
    assert promises_of((Spawned(2), Overlap(1))).empty
    assert not promises_of((Spawned(2), Suspends(0))).empty


@pytest.mark.parametrize(
    ("promised", "looks", "kept"),
    [
        (Gathered(2), [2], True),
        (Gathered(2), [3], False),
        (Gathered(2, exact=False), [3], True),
        (Gathered(2, exact=False), [1], False),
        (Gathered(0, exact=False), [], False),
        (Gathered(0, exact=False), [0, 1], False),
    ],
)
def test_a_keeper_sees_so_many_or_at_least_so_many_and_looks_once(
    promised: Gathered, looks: list[int], kept: bool
) -> None:
    ledger = Ledger()
    ledger.events += [Event(None, LOOK, seen) for seen in looks]
    assert (promised.broken(ledger) is None) == kept


@dataclass
class Mutable(Promised):
    """A promise that cannot be hashed, nor compared."""

    places: list[int]
    name = "places"

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]

    def broken(self, seen: Seen) -> str | None:
        return None


def test_whether_anything_is_promised_can_be_told_of_promises_that_cannot_be_compared() -> None:
    assert not promises_of((Spawned(2), Mutable([1]))).empty
    assert not promises_of((Spawned(2), Delays([0.1, 0.2]))).empty  # type: ignore[arg-type]


class Own(Promised):
    """A promise whose name is what a test says."""

    def __init__(self, name: str) -> None:
        self.name = name  # type: ignore[misc]

    def broken(self, seen: Seen) -> str | None:
        return None


class Nameless(Promised):
    pass


class Abstract(Promised):
    name = "abstract"


class Showing(Own):
    shows = "sometimes"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "must be a Promise, or a tuple of promises, not None"),
        (Promise, "must be a Promise, or a tuple of promises"),
        ((), "must say how many tasks there are"),
        ((Spawned(1), 3), "and 3 is none"),
        ((Spawned(1), Fair(), Fair()), "promises fairness twice"),
        ((Spawned(1), Own("<b>\x1b[31m")), "lower-case letters and dashes; that of Own is '<b>"),
        ((Spawned(1), Own([])), r"lower-case letters and dashes; that of Own is \[\]"),  # type: ignore[arg-type]
        ((Spawned(1), Nameless()), "that of Nameless is None"),
        ((Spawned(1), Abstract()), "Abstract does not say when it is broken"),
        ((Spawned(1), Showing("mine")), "shows of Showing must be one of wrapped, steps, run, always"),
        ((Spawned(1), Own("results")), "cannot be called results"),
        ((Spawned(1), Own("frames")), "cannot be called frames"),
        ((Spawned(2), Delays((1.0,))), "1 delays for 2 tasks"),
        (Promise(tasks=1, fair=1), "fair must be True or False"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_promised_is_refused_in_words(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        promises_of(given)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Spawned(0), "tasks must be a whole number of at least 1"),
        (lambda: Suspends(1.0), "suspensions must be a whole number of at least 0"),  # type: ignore[arg-type]
        (lambda: Suspends(1, exact=1), "exact must be True or False"),  # type: ignore[arg-type]
        (lambda: Delays((float("nan"),)), "finite numbers"),
        (lambda: Delays(range(2)), "delays must be a tuple of seconds"),  # type: ignore[arg-type]
    ],
)
def test_a_promise_of_what_cannot_be_is_not_made(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@dataclass(frozen=True, slots=True)
class InOrder(Promised):
    """Tasks are started in the order of their factories. (Of bare tasks nobody knows which is which.)"""

    name = "order"

    def broken(self, seen: Seen) -> str | None:
        starts = [task.start for task in seen.tasks]
        return next(
            (
                f"task {index + 1} was started before task {index}"
                for index, (one, other) in enumerate(pairwise(starts))
                if other < one
            ),
            None,
        )


def in_order(p: spawn.Params, _dialect: object) -> tuple[Promised, ...]:
    return Spawned(p.tasks), Suspends(0), InOrder()


def last_first(session: Any) -> Any:
    """Run the last task first, which nobody else promises not to do."""

    def run(factories: Sequence[Factory]) -> list[Any]:
        results: list[Any] = session.run(factories[::-1])
        return results[::-1]

    return SimpleNamespace(rt=session.rt, run=run)


@contextmanager
def open_backwards() -> Any:
    with YIELD_FROM.open() as session:
        yield last_first(session)


BACKWARDS = replace(YIELD_FROM, name="backwards", open=open_backwards)


def witnessed(workload: Workload[Any], model: Model, **more: Any) -> witness.Testimony:
    with model.open() as session:
        return witness.bear_witness(cell_of(workload, workload.smallest, model, session), **more)


def test_a_workload_s_own_promise_is_checked_by_its_name() -> None:
    workload = replace(spawn.WORKLOAD, promise=in_order)
    assert witnessed(workload, YIELD_FROM).checks["order"] is None


def test_a_workload_s_own_promise_is_broken_by_a_cheat_that_nothing_else_sees() -> None:
    workload = replace(spawn.WORKLOAD, promise=in_order)
    failures = witnessed(workload, BACKWARDS).failures
    assert failures == {"order": "task 1 was started before task 0"}
    assert witnessed(workload, BACKWARDS, without=["order"]).failures == {}


class Saying(Promised):
    name = "saying"
    shows = "run"

    def __init__(self, message: Any) -> None:
        self.message = message

    def broken(self, seen: Seen) -> str | None:
        return self.message  # type: ignore[no-any-return]


class Nobody(Saying):
    def of_nobody(self) -> Any:
        return None


class Forgetful(Saying):
    def broken(self, seen: Seen) -> str | None:
        seen.tasks.clear()
        return None


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (Saying(3), "must return text, or None, not 3"),
        (Saying(False), "must return text, or None, not False"),
        (Nobody(None), "must return a promise, not None"),
    ],
)
def test_a_promise_that_says_what_is_no_sentence_is_named(own: Promised, told: str) -> None:
    workload = replace(spawn.WORKLOAD, promise=lambda p, _dialect: (Spawned(p.tasks), own))
    with pytest.raises(TypeError, match=told):
        witnessed(workload, YIELD_FROM)


def test_what_a_promise_does_to_the_ledger_changes_no_count() -> None:
    own = Forgetful(None)
    workload = replace(spawn.WORKLOAD, promise=lambda p, _dialect: (Spawned(p.tasks), own))
    tasks = spawn.WORKLOAD.smallest.tasks
    assert witnessed(workload, YIELD_FROM).counts == {"task": tasks, "suspension": 0}


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (None, "must return a dict of whole numbers by unit, not None"),
        ({"item": 3, "task": 10**9}, "tells of 'task'; it may count item, request"),
        ({"item": 3, 3: 1}, "tells of 3"),
        ({"item": -1}, "that of item is -1"),
        ({"item": 1.5}, "that of item is 1.5"),
        ({"item": True}, "that of item is True"),
        ({"item": 10**400}, "that of item is 1000"),
        ({}, "has no item, which is what cost is counted per"),
        ({"item": 0}, "has no item, which is what cost is counted per"),
    ],
)
def test_counts_that_nothing_can_be_divided_by_are_refused_in_words(told: Any, wrong: str) -> None:
    workload = replace(spawn.WORKLOAD, unit="item", counts=lambda _p, _ledger: told)
    with pytest.raises(TypeError, match=wrong):
        witnessed(workload, YIELD_FROM)


def test_a_workload_s_own_counts_stand_beside_what_the_witness_saw() -> None:
    workload = replace(spawn.WORKLOAD, unit="item", counts=lambda _p, _ledger: {"item": 3})
    tasks = spawn.WORKLOAD.smallest.tasks
    assert witnessed(workload, YIELD_FROM).counts == {"task": tasks, "suspension": 0, "item": 3}


@dataclass(frozen=True, slots=True)
class Raising(Promised):
    """Cannot be looked at."""

    name = "raising"

    def broken(self, seen: Seen) -> str | None:
        """Say that the task cannot be written, which only its version can."""
        raise NotExpressible("no")


def raising(*_given: Any) -> Any:
    raise NotExpressible("no")


@pytest.mark.parametrize(
    ("changed", "whose"),
    [
        ({"unit": "item", "counts": raising}, "counts of spawn"),
        ({"promise": lambda p, _: (Spawned(p.tasks), Raising())}, "broken of Raising()"),
    ],
)
def test_what_counts_and_promises_raise_is_told_to_be_theirs(changed: Any, whose: str) -> None:
    with pytest.raises(Unusable) as caught:
        witnessed(replace(spawn.WORKLOAD, **changed), YIELD_FROM)
    outcome = outcome_of(caught.value)
    assert outcome["outcome"] == "crashed"
    assert outcome["reason"].startswith(f"{whose} raised NotExpressible: no")


def test_a_workload_with_a_queue_and_a_semaphore_promises_a_bound_of_each() -> None:
    promises = promises_of((Spawned(1), AtMost(2, "queued"), AtMost(1, "inside")))

    def said(*steps: tuple[str, int]) -> str | None:
        ledger = Ledger()
        ledger.events += [Event(None, kind, key) for kind, key in steps]
        return said_of(ledger, promises)["at-most"]

    kept = [("queued", 1), ("queued", 1), ("inside", 1), ("inside", -1)]
    assert said(*kept) is None
    assert said(*kept, ("queued", 1)) == "3 were queued at once; the workload promises at most 2"
    assert said(*kept, ("inside", 1), ("inside", 1)) == (
        "2 were inside at once; the workload promises at most 1"
    )
