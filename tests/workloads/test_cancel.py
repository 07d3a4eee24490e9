"""cancel: what its judge refuses, and dishonest ways to cancel, each with the check that catches it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from concbench.models import index
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Factory, Model
from concbench.workloads.base import NotExpressible
from concbench.workloads.between_tasks.cancel import WORKLOAD, Params
from tests.measure.cheats import lending, replays_once_it_is_trusted
from tests.measure.test_cheats import Undetectable, assert_as_entered, witnessed

pytestmark = [
    pytest.mark.measured_side,
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]

SALT = 7000
FEW = Params(tasks=6)
Ready = Callable[[], Awaitable[object]]


def told(
    cleaned: Sequence[Any] = (7002, 7000, 7001),
    too_soon: Any = 0,
    went_on: Sequence[Any] = (),
    seconds: Any = 0.001,
) -> list[Any]:
    return [(list(cleaned), too_soon, list(went_on), seconds)]


def test_each_cleans_up_once_in_any_order() -> None:
    assert WORKLOAD.judge(told(), Params(3), SALT) is None


@pytest.mark.parametrize(
    ("results", "wrong"),
    [
        (told(cleaned=[7000, 7001]), "each of 3 was to once"),
        (told(cleaned=[7000, 7001, 7001]), "each of 3 was to once"),
        (told(cleaned=[7000, 7001, 7002, 7002]), "each of 3 was to once"),
        (told(cleaned=[6000, 6001, 6002]), "each of 3 was to once"),
        (told(too_soon=1), "1 tasks had cleaned up before the last had arrived"),
        (told(went_on=[7001]), r"these tasks went on, .*: \[7001\]"),
        (told(seconds=-1e-9), "it took -1e-09 s"),
        (told(seconds=float("inf")), "it took inf s"),
        (told(seconds=None), "it took None s"),
        ([], "the keeper's one result"),
        ([None], "the keeper's one result"),
        (told() * 2, "the keeper's one result"),
    ],
)
def test_what_is_not_quiet_is_refused(results: list[Any], wrong: str) -> None:
    with pytest.raises(AssertionError, match=wrong):
        assert WORKLOAD.judge(results, Params(3), SALT) is None, WORKLOAD.judge(results, Params(3), SALT)


def test_the_time_to_quiet_is_recorded() -> None:
    assert WORKLOAD.records(told(seconds=0.0025), Params(3)) == {"quiet_ns": 2_500_000}


def test_threads_and_what_has_no_clean_up_say_why_they_cannot() -> None:
    reasons = {
        name: reason
        for name in index.names()
        if isinstance(reason := WORKLOAD.impossible(index.get(name)), str)
    }
    assert sorted(reasons) == sorted(
        ["polling", "generator", "tinyio", "threads", "thread-pool", "process-pool", "interpreter-pool"]
    )
    assert "Future.cancel()" in reasons["thread-pool"]
    assert all(isinstance(WORKLOAD.versions[name], NotExpressible) for name in reasons)


async def cancels_half(factories: Sequence[Factory], ready: Ready) -> None:
    """Cancel every second task, and let go of the others."""
    tasks = [asyncio.create_task(factory()) for factory in factories]
    await ready()
    for task in tasks[::2]:
        task.cancel()
    await asyncio.wait(tasks[::2])


async def does_not_wait(factories: Sequence[Factory], ready: Ready) -> None:
    """Ask each task, and return before any of them has heard of it."""
    tasks = [asyncio.create_task(factory()) for factory in factories]
    await ready()
    for task in tasks:
        task.cancel()


async def closes_coroutines(factories: Sequence[Factory], ready: Ready) -> None:
    """Close the coroutines of tasks: what cleans up runs at once, and could wait for nothing."""
    coroutines = [factory() for factory in factories]
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await ready()
    for task, coroutine in zip(tasks, coroutines, strict=True):
        coroutine.close()
        task.cancel()
    await asyncio.wait(tasks)


async def never_begins(factories: Sequence[Factory], _ready: Ready) -> None:
    """Cancel tasks before they take a step."""
    tasks = [asyncio.create_task(factory()) for factory in factories]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def one_by_one(factories: Sequence[Factory], ready: Ready) -> None:
    """Cancel each task when it waits, before the next one is made."""
    for factory in factories:
        task = asyncio.create_task(factory())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await ready()


async def by_hand(factories: Sequence[Factory], ready: Ready) -> None:
    """Step the children in the keeper's own task, as generators are, and throw the exception in."""
    children = [factory() for factory in factories]
    for child in children:
        child.send(None)
    await ready()
    for child in children:
        try:
            child.throw(asyncio.CancelledError)
        except asyncio.CancelledError:
            continue


def unless_wrapped(cheat: Any, honest: Any) -> Any:
    """Return a cancel that cheats where the children are as the workload made them."""

    async def cancel(factories: Sequence[Factory], ready: Ready) -> None:
        wrapped = "concbench.measure" in factories[0].func.__module__  # type: ignore[attr-defined]
        await (honest if wrapped else cheat)(factories, ready)

    return cancel


async def is_not_collected(factories: Sequence[Factory], ready: Ready) -> None:
    """Cancel tasks, let the loop turn until they have ended, and never look how."""
    tasks = [asyncio.create_task(factory()) for factory in factories]
    await ready()
    for task in tasks:
        task.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


class LetsGoOn:
    """An event whose waiting comes to an end when it is cancelled, as if it had been set."""

    def __init__(self) -> None:
        self.inner = asyncio.Event()
        self.set = self.inner.set

    async def wait(self) -> None:
        try:
            await self.inner.wait()
        except asyncio.CancelledError:
            return


class Hasty:
    """An event whose ``set()`` at once runs who waits, in the middle of who set it."""

    made: "list[Hasty]" = []  # noqa: RUF012  (the last one is the keeper's)

    def __init__(self) -> None:
        self.inner = asyncio.Event()
        self.wait = self.inner.wait
        self.hurry: Callable[[], None] | None = None
        Hasty.made.append(self)

    def set(self) -> None:
        self.inner.set()
        if self.hurry:
            self.hurry()


async def hastens(factories: Sequence[Factory], ready: Ready) -> None:
    """Have ``ready`` go on while the last task is on its way to where it waits: a wake-up is saved."""
    waiting: Any = ready()
    waiting.send(None)
    over = asyncio.Event()

    def hurry() -> None:
        try:
            waiting.send(None)
        except StopIteration:
            over.set()

    Hasty.made[-1].hurry = hurry
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(factory()) for factory in factories]
        await over.wait()
        for task in tasks:
            task.cancel()


def honest_cancel() -> Any:
    with ASYNCIO.open() as session:
        return session.rt.cancel


CHEATS: dict[str, tuple[Callable[[], Model], str | Undetectable]] = {
    "cancels half": (lambda: lending(ASYNCIO, cancel=cancels_half), "results"),
    "does not wait": (lambda: lending(ASYNCIO, cancel=does_not_wait), "results"),
    "closes coroutines": (lambda: lending(ASYNCIO, cancel=closes_coroutines), "finished"),
    "never begins": (lambda: lending(ASYNCIO, cancel=never_begins), "started"),
    "one by one": (lambda: lending(ASYNCIO, cancel=one_by_one), "results"),
    "by hand": (lambda: lending(ASYNCIO, cancel=by_hand), "owners"),
    "by hand unless wrapped": (
        lambda: lending(ASYNCIO, cancel=unless_wrapped(by_hand, honest_cancel())),
        "unwatched",
    ),
    "lets go on": (lambda: lending(ASYNCIO, Event=LetsGoOn), "results"),
    "hastens": (
        lambda: lending(ASYNCIO, Event=Hasty, cancel=hastens),
        Undetectable("a wake-up of n + 1 is saved, and that of whom one task alone knows is its own affair"),
    ),
    "replays": (lambda: replays_once_it_is_trusted(ASYNCIO), "results"),
    "is not collected": (
        lambda: lending(ASYNCIO, cancel=is_not_collected),
        Undetectable("whether who cancels looks how each task ended shows nowhere: all have ended"),
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_caught_as_entered(name: str) -> None:
    make, entry = CHEATS[name]
    assert_as_entered(witnessed(WORKLOAD, FEW, make()), entry)


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ("results", "does not wait"),
        ("results", "lets go on"),
        ("owners", "by hand"),
        ("unwatched", "by hand unless wrapped"),
    ],
)
def test_without_its_check_a_cheat_passes_as_honest(check: str, name: str) -> None:
    make, _entry = CHEATS[name]
    assert check in witnessed(WORKLOAD, FEW, make()).failures
    assert witnessed(WORKLOAD, FEW, make(), without=check).failures == {}
