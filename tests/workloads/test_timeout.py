"""timeout: what its judge refuses, and dishonest time limits, each with the check that catches it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest

from concbench.models import index
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.asyncio import open_session
from concbench.models.base import Factory, Model
from concbench.models.yield_from import MODEL as YIELD_FROM
from concbench.workloads.base import PRESETS, NotExpressible, Workload, params_from_dict
from concbench.workloads.between_tasks.timeout import WORKLOAD, Params, within
from concbench.workloads.between_tasks.timeout_wordings import LONG, OVER
from tests.measure.cheats import lending, replays_once_it_is_trusted, returns_a_constant
from tests.measure.cheats_of_loops import keeps_a_clock_that_runs_ahead
from tests.measure.cheats_of_steps import coroutines_that_skip
from tests.measure.test_cheats import Undetectable, assert_as_entered, witnessed

pytestmark = pytest.mark.measured_side

SALT = 7000
NEVER = Params(tasks=4, rounds=6)
ALWAYS = Params(tasks=4, rounds=6, fires=1)
WAITED_FOR = Params(tasks=4, rounds=2, delay=0.1)  # of which a cheat waits for next to nothing


def told(fired: Any = 1, took: Any = 0.021, first: Any = 7000) -> list[Any]:
    return [(first, fired, took), (7001, 1, 0.0205)]


@pytest.mark.parametrize(
    ("results", "wrong"),
    [
        (told(), None),
        (told(took=0.0181), None),  # a tick early, as event loops are
        (told(took=0.0179), "a limit of 0.020000 s fired after 0.017900 s"),
        (told(took=float("inf")), "a limit of .* fired after inf"),
        (told(fired=0), "0 limits fired, and 1 were to"),
        (told(fired=2), "2 limits fired, and 1 were to"),
        (told(first=6000), "begins with 7000"),
        (told(took=None), "begins with 7000"),
        (told(fired=True), "begins with 7000"),
        (told()[:1], "1 results instead of 2"),
    ],
)
def test_each_limit_fires_that_is_to_and_no_other(results: list[Any], wrong: str | None) -> None:
    said = WORKLOAD.judge(results, Params(tasks=2, rounds=3, delay=0.02), SALT)
    if wrong is None:
        assert said is None
    else:
        with pytest.raises(AssertionError, match=wrong):
            raise AssertionError(said)


def test_where_they_fire_all_do() -> None:
    results = [(SALT, 4, 1e-5)]
    assert WORKLOAD.judge(results, Params(tasks=1, rounds=3, fires=1), SALT) is None
    assert (
        WORKLOAD.judge(results, Params(tasks=1, rounds=4, fires=1), SALT) == "4 limits fired, and 5 were to"
    )


def test_limits_are_counted_and_the_last_one_is_in_both_legs() -> None:
    counts = WORKLOAD.counts
    assert counts is not None
    short, long = (counts(p, None)["timeout"] for p in WORKLOAD.legs(NEVER))
    assert (short, long) == (4 * 7, 4 * 13)
    assert [WORKLOAD.floor(p) for p in WORKLOAD.legs(WAITED_FOR)] == [0.1, 0.1]


def test_lateness_is_recorded_where_somebody_waits_for_the_limit() -> None:
    p = Params(tasks=2, rounds=3, delay=0.02)
    figures = WORKLOAD.records([(1, 1, 0.021), (2, 1, 0.0195)], p)
    assert (figures["lateness_max_ns"], figures["early"]) == (1_000_000, 1)
    assert figures["lateness_ns"] == [-500_000, 1_000_000]
    assert WORKLOAD.records([(1, 1, 0.021), (2, 1, 0.0195)], NEVER) == {}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"tasks": 0}, "tasks must be .* at least 1"),
        ({"rounds": 0}, "rounds must be .* at least 1"),
        ({"fires": 2}, "fires must be 0 or 1, not 2"),
        ({"fires": -1}, "fires must be .* at least 0"),
        ({"delay": -0.1}, "delay must be .* at least 0"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=f"timeout: {wrong}"):
        params_from_dict(WORKLOAD, values)


def test_in_each_preset_one_point_alone_fires_and_one_alone_waits_for_its_last_limit() -> None:
    for preset in PRESETS:
        points = WORKLOAD.points(preset)
        assert [p.fires for p in points].count(1) == 1
        assert [p.delay > 0 for p in points].count(True) == 1
        # The chooser answers at the largest number of tasks: there no limit fires.
        assert max(points, key=lambda p: p.tasks) in [p for p in points if not p.fires and not p.delay]
    assert len(WORKLOAD.small(Random(1))) == 5


def test_a_lone_thread_has_nobody_to_hand_over_to_but_may_wait_in_vain() -> None:
    with index.get("threads").open() as session:
        with pytest.raises(NotExpressible, match="nobody to hand over to"):
            WORKLOAD.factories("blocking", session.rt, Params(tasks=1))
        results = session.run(WORKLOAD.factories("blocking", session.rt, Params(1, 3, fires=1)))
    assert [fired for _number, fired, _took in results] == [4]


def test_a_generator_is_closed_when_its_time_is_over_and_not_before() -> None:
    closed = []

    def body(steps: int) -> Any:
        try:
            for _ in range(steps):
                yield
        finally:
            closed.append(steps)

    assert drained(within(LONG, body(3))) == (3, False)
    assert drained(within(OVER, body(3))) == (1, True)
    assert closed == [3, 3]


def drained(generator: Any) -> tuple[int, Any]:
    steps = 0
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return steps, stop.value
        steps += 1


class CountsTimers(asyncio.SelectorEventLoop):
    """asyncio's loop, which counts the timers that are armed."""

    armed = 0

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, **named: Any
    ) -> asyncio.TimerHandle:
        """Count."""
        self.armed += 1
        return super().call_at(when, callback, *args, **named)


@pytest.mark.parametrize(
    ("p", "armed"), [(NEVER, 4 * 6), (ALWAYS, 0), (Params(tasks=4, rounds=2, delay=0.01), 4 * 3)]
)
def test_a_limit_that_is_over_at_once_takes_no_timer_of_asyncio_s(p: Params, armed: int) -> None:
    loop = CountsTimers()
    with open_session(lambda: loop) as session:
        session.run(WORKLOAD.factories("coroutine", session.rt, p))
        assert loop.armed == armed


@pytest.mark.parametrize("name", ["trio", "anyio-asyncio", "anyio-trio"])
def test_a_scope_whose_limit_is_over_at_once_is_cancelled_as_it_is_entered(name: str) -> None:
    model = index.get(name)
    if (why := model.unavailable()) is not None:
        pytest.skip(why)

    async def enters(rt: Any) -> tuple[bool, bool]:
        with rt.move_on_after(OVER) as scope:
            over: bool = scope.cancel_called
        with rt.move_on_after(LONG) as scope:
            return over, scope.cancel_called

    with model.open() as session:
        assert session.run([partial(enters, session.rt)]) == [(True, False)]


@asynccontextmanager
async def does_nothing(_seconds: float) -> AsyncIterator[None]:
    """Limit nothing."""
    yield


class RaisesAtOnce:
    """A limit that, where it is short, raises before anything is begun: nothing is armed, nobody waits."""

    def __init__(self, seconds: float) -> None:
        self.honest = asyncio.timeout(seconds)
        self.short = seconds < LONG

    async def __aenter__(self) -> None:
        if self.short:
            raise TimeoutError
        await self.honest.__aenter__()

    async def __aexit__(self, *raised: Any) -> Any:
        return await self.honest.__aexit__(*raised)


@asynccontextmanager
async def arms_short_ones_alone(seconds: float) -> AsyncIterator[None]:
    """Limit nothing for as long as a minute, and honestly what is shorter."""
    if seconds < LONG:
        async with asyncio.timeout(seconds):
            yield
    else:
        yield


class IsNeverTakenBack:
    """A limit that is left armed: nobody takes its timer back, which goes off in an hour or so."""

    def __init__(self, seconds: float) -> None:
        self.honest = asyncio.timeout(seconds)
        self.seconds = seconds

    async def __aenter__(self) -> None:
        if self.seconds < LONG:
            await self.honest.__aenter__()
        else:
            asyncio.get_running_loop().call_later(self.seconds, id, self)

    async def __aexit__(self, *raised: Any) -> Any:
        return await self.honest.__aexit__(*raised) if self.seconds < LONG else None


def not_as_long(seconds: float) -> Any:
    """Arm a limit of a small part of the time."""
    return asyncio.timeout(seconds / 100)


def fewer_limits(workload: Workload[Params]) -> Workload[Params]:
    """Return a workload whose wording puts one limit less in each task."""

    def coroutine(rt: Any, p: Params) -> list[Factory]:
        fewer = replace(p, rounds=p.rounds - 1)
        return workload.factories("coroutine", rt, fewer)

    return replace(workload, versions={**workload.versions, "coroutine": coroutine})


def never_looks(rt: Any, p: Params) -> list[Factory]:
    """Return generators that put their limits on nothing: they take their turns, and wait for the last."""
    return WORKLOAD.factories("delegating", rt, replace(p, fires=0))


CHEATS: dict[str, tuple[Callable[[], Model], Params, str | Undetectable]] = {
    "does nothing": (lambda: lending(ASYNCIO, timeout=does_nothing), NEVER, "completed"),
    "raises at once": (lambda: lending(ASYNCIO, timeout=RaisesAtOnce), ALWAYS, "suspensions"),
    "not as long": (lambda: lending(ASYNCIO, timeout=not_as_long), WAITED_FOR, "results"),
    "keeps a fast clock": (lambda: keeps_a_clock_that_runs_ahead(ASYNCIO), WAITED_FOR, "deadlines"),
    "returns a constant": (lambda: returns_a_constant(ASYNCIO), NEVER, "results"),
    "skips turns": (lambda: coroutines_that_skip(ASYNCIO), NEVER, "suspensions"),
    "replays": (lambda: replays_once_it_is_trusted(ASYNCIO), NEVER, "results"),
    "arms short ones alone": (
        lambda: lending(ASYNCIO, timeout=arms_short_ones_alone),
        NEVER,
        Undetectable("where a limit of a minute is kept until it is taken back, nobody can say"),
    ),
    "is never taken back": (
        lambda: lending(ASYNCIO, timeout=IsNeverTakenBack),
        NEVER,
        Undetectable("what is left behind goes off when the run has long been over"),
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_caught_as_entered(name: str) -> None:
    make, params, entry = CHEATS[name]
    seconds = 0.1 if entry == "completed" else 20.0
    assert_as_entered(witnessed(WORKLOAD, params, make(), seconds=seconds), entry)


@pytest.mark.parametrize(
    ("check", "name"),
    [("suspensions", "skips turns"), ("results", "returns a constant")],
)
def test_without_its_check_a_cheat_passes_as_honest(check: str, name: str) -> None:
    make, params, _entry = CHEATS[name]
    assert check in witnessed(WORKLOAD, params, make()).failures
    assert witnessed(WORKLOAD, params, make(), without=check).failures == {}


def test_wordings_that_do_less_are_caught() -> None:
    assert "suspensions" in witnessed(fewer_limits(WORKLOAD), NEVER, ASYNCIO).failures
    assert "results" in witnessed(fewer_limits(WORKLOAD), ALWAYS, ASYNCIO).failures
    idle = replace(WORKLOAD, versions={**WORKLOAD.versions, "delegating": never_looks})
    assert "results" in witnessed(idle, ALWAYS, YIELD_FROM).failures
