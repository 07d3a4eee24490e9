"""What a test fails with: the user's own exception, from the first frame of the user's own code on."""

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from concbench.cases.checking import WrongRun
from concbench.cases.failures import as_raised, from_users_code
from concbench.cases.functions import Refused
from concbench.models import index
from concbench.pytest_plugin.running import ConcurrencyBenchmark

from .fakes import fixture


async def failing() -> None:
    await asyncio.sleep(0)
    raise ValueError("own") from LookupError("cause")


def blocking() -> None:
    raise ValueError("own")


def frames(error: BaseException) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


OURS = [ConcurrencyBenchmark.__call__.__name__, "pedantic", "_measured"]


@pytest.mark.parametrize("function", [failing, blocking])
def test_between_the_test_and_the_function_stands_only_what_pytest_hides(function: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="own") as raised:
        fixture(tasks=3)(function)
    test = frames(raised.value)[0]
    assert frames(raised.value) == [test, *OURS, function.__name__]


def test_causes_stay_and_a_note_says_how_many_failed() -> None:
    with pytest.raises(ValueError, match="own") as raised:
        fixture(tasks=3)(failing)
    assert isinstance(raised.value.__cause__, LookupError)
    assert raised.value.__context__ is None
    assert raised.value.__notes__ == ["(2 more tasks failed; this was the first)"]


def test_one_failure_needs_no_note() -> None:
    with pytest.raises(ValueError, match="own") as raised:
        fixture(tasks=1)(failing)
    assert not hasattr(raised.value, "__notes__")


def test_a_group_that_the_task_itself_raised_stays_one() -> None:
    own = ExceptionGroup("mine", [ValueError()])

    async def task() -> None:
        raise own

    def plain_task() -> None:
        raise own

    async def with_a_group() -> None:
        async with asyncio.TaskGroup():
            raise ValueError

    models = [None, *map(index.get, ("asyncio-gather", "trio", "anyio-asyncio", "anyio-trio"))]
    there = [model for model in models if model is None or not model.unavailable()]
    for model, function in [*((model, task) for model in there), (None, plain_task)]:
        with pytest.raises(ExceptionGroup) as raised:
            fixture(model, tasks=1)(function)
        assert raised.value.args == own.args, "anyio makes another one of it"

    async def test() -> None:
        await fixture(tasks=1).measure_await(with_a_group)

    with pytest.raises(ExceptionGroup, match="unhandled errors in a TaskGroup"):
        asyncio.run(test())


@pytest.mark.parametrize("error", [WrongRun("no"), Refused("no")], ids=repr)
def test_what_is_about_the_call_begins_with_it(error: BaseException) -> None:
    def inner() -> None:
        raise error

    with pytest.raises(type(error)):
        inner()
    assert as_raised(error, None).__traceback__ is None


def test_an_error_without_any_code_of_the_user_s_keeps_all_its_frames() -> None:
    needs_more: Any = len
    with index.get("threads").open() as session, pytest.raises(TypeError) as raised:
        session.run([needs_more])
    inside = raised.value.__traceback__
    assert inside is not None
    assert from_users_code(inside.tb_next) is None
    assert as_raised(raised.value.with_traceback(inside.tb_next), None).__traceback__ is inside.tb_next
