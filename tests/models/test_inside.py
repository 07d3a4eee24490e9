"""A run that stays open and serves batches from inside: what it returns, what it raises, how it ends."""

import threading
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from typing import Any

import pytest

from concbench.measure.limit import Limit, Stalled, time_limit
from concbench.models.base import Factory
from concbench.models.inside import Inside

pytestmark = pytest.mark.measured_side


def entering(serve: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run one coroutine to its end, as the smallest library would: nothing in it ever waits."""
    with pytest.raises(StopIteration):
        serve().send(None)


async def in_turn(factories: Sequence[Factory]) -> list[Any]:
    return [await factory() for factory in factories]


def returning(value: int) -> Callable[[], Awaitable[int]]:
    async def task() -> int:
        return value

    return task


async def failing() -> None:
    raise ZeroDivisionError("the task's own")


async def leaving() -> None:
    raise SystemExit(3)


async def where() -> int:
    return threading.get_ident()


def test_each_batch_gets_its_own_results_and_all_run_in_one_thread_that_is_not_ours() -> None:
    with Inside(in_turn).opened(entering) as run:
        assert [run([returning(1), returning(2)]), run([]), run([returning(3)])] == [[1, 2], [], [3]]
        (first,), (second,) = run([where]), run([where])
    assert first == second != threading.get_ident()


@pytest.mark.parametrize(("task", "error"), [(failing, ZeroDivisionError), (leaving, SystemExit)])
def test_what_a_task_raises_is_raised_where_the_batch_came_from_and_the_next_batch_runs(
    task: Factory, error: type[BaseException]
) -> None:
    with Inside(in_turn).opened(entering) as run:
        with pytest.raises(error):
            run([task])
        assert run([returning(1)]) == [1]


def test_the_run_ends_with_its_session() -> None:
    before = threading.active_count()
    with Inside(in_turn).opened(entering):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_library_that_cannot_start_says_so_when_the_model_is_opened() -> None:
    def broken(_serve: object) -> None:
        raise OSError("no loop today")

    with pytest.raises(OSError, match="no loop today"), Inside(in_turn).opened(broken):
        pytest.fail("it is not open")


@types.coroutine
def pausing() -> Generator[None, None, None]:
    yield


async def pause(_factories: Sequence[Factory]) -> list[Any]:
    await pausing()
    return []


def breaking_down(serve: Callable[[], Coroutine[Any, Any, None]]) -> None:
    main = serve()
    main.send(None)
    main.close()
    raise OSError("the loop is broken")


def test_a_library_that_breaks_down_on_its_way_is_told_and_does_not_hold_up_the_end() -> None:
    before = threading.active_count()
    with Inside(pause).opened(breaking_down) as run, pytest.raises(OSError, match="the loop is broken"):
        run([])
    assert threading.active_count() == before


def test_each_batch_after_a_break_down_is_told_of_it_and_none_waits() -> None:
    before = threading.active_count()
    with Inside(pause).opened(breaking_down) as run:
        for _ in range(3):
            with pytest.raises(OSError, match="the loop is broken"), time_limit(Limit(10)):
                run([])
    assert threading.active_count() == before


def test_what_the_library_raises_as_it_ends_is_raised_when_the_model_is_closed() -> None:
    def enter(serve: Callable[[], Coroutine[Any, Any, None]]) -> None:
        entering(serve)
        raise OSError("it does not close")

    with pytest.raises(OSError, match="it does not close"), Inside(in_turn).opened(enter) as run:
        assert run([returning(1)]) == [1]


def test_the_run_ends_with_its_session_when_that_ends_by_an_error_too() -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), Inside(in_turn).opened(entering) as run:
        run([failing])
    assert threading.active_count() == before


def test_a_batch_that_is_interrupted_is_left_behind() -> None:
    gate, ended = threading.Event(), threading.Event()

    async def waiting(_factories: Sequence[Factory]) -> list[Any]:
        gate.wait()
        ended.set()
        return []

    with Inside(waiting).opened(entering) as run, pytest.raises(Stalled), time_limit(Limit(0.05)):
        run([])
    assert not ended.is_set()
    gate.set()
    assert ended.wait(10)


def test_a_batch_that_is_interrupted_is_cancelled_where_the_library_has_a_way() -> None:
    before = threading.active_count()
    gate = threading.Event()

    async def waiting(_factories: Sequence[Factory]) -> list[Any]:
        gate.wait()
        return [2]

    opened = Inside(waiting, lambda: gate.set).opened(entering)
    with opened as run, pytest.raises(Stalled), time_limit(Limit(0.05)):
        run([])
    assert gate.is_set()
    assert threading.active_count() == before


def test_something_is_done_aside_once_a_batch_that_was_interrupted_has_ended() -> None:
    gate = threading.Event()

    async def waiting(_factories: Sequence[Factory]) -> list[Any]:
        gate.wait()
        return []

    inside = Inside(waiting, lambda: gate.set)
    with inside.opened(entering) as run:
        with pytest.raises(Stalled), time_limit(Limit(0.05)):
            run([])
        assert inside.aside(returning(5)) == 5
