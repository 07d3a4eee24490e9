"""What else may be said of a function: that it raises, and what kind it is where a decorator hides it."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import pytest

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused, kind_said
from concbench.models import index
from tests.pytest_plugin.fakes import fixture


class Full(LookupError):
    """What a task of these tests is to raise."""


async def coroutine(error: BaseException | None = None) -> int:
    await asyncio.sleep(0)
    return plain(error)


def generator(error: BaseException | None = None) -> Generator[None, None, int]:
    yield
    return plain(error)


def plain(error: BaseException | None = None) -> int:
    if error is not None:
        raise error
    return 1


FUNCTIONS = [
    (coroutine, "asyncio"),
    (coroutine, "asyncio-gather"),
    (coroutine, "anyio-asyncio"),
    (generator, "generator"),
    (generator, "yield-from"),
    (plain, "threads"),
    (plain, "thread-pool"),
]


@pytest.mark.parametrize(("function", "model"), FUNCTIONS)
def test_a_task_may_be_expected_to_raise_and_the_others_go_on(function: Any, model: str) -> None:
    case = fixture(index.get(model), tasks=3)
    checked: list[Any] = []
    results = case.pedantic(function, each=lambda n: (Full(n),), raises=LookupError, check=checked.append)
    assert [type(result) for result in results] == [Full] * 3
    assert [result.args for result in results] == [(0,), (1,), (2,)]
    assert len(checked) == 3 * case.extra_info["runs_checked"] > 6


@pytest.mark.parametrize(("function", "model"), FUNCTIONS)
def test_one_that_returns_after_all_fails(function: Any, model: str) -> None:
    case = fixture(index.get(model), tasks=2)
    with pytest.raises(WrongRun, match="task 1 of 2 returned 1, and should have raised"):
        case.pedantic(function, each=lambda n: (None if n else Full(),), raises=(OSError, Full))


def test_another_exception_is_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        fixture().pedantic(coroutine, args=[ZeroDivisionError()], raises=Full)


def test_an_exception_that_is_returned_was_not_raised() -> None:
    async def returning() -> Full:
        return Full()

    with pytest.raises(WrongRun, match=r"returned Full\(\), and should have raised"):
        fixture().pedantic(returning, raises=Full)


@pytest.mark.parametrize("raises", [Full(), "Full", (Full, 3), int, ()])
def test_what_is_no_exception_is_refused(raises: Any) -> None:
    with pytest.raises(Refused, match="raises= takes a type of exception, or a tuple of them, not "):
        fixture().pedantic(coroutine, raises=raises)


def test_exceptions_are_not_compared() -> None:
    with pytest.raises(Refused, match="look with check="):
        fixture().pedantic(coroutine, raises=Full, expected=Full())


def test_a_test_that_is_a_coroutine_may_expect_it_too() -> None:
    async def test() -> None:
        assert await fixture(tasks=1).pedantic(coroutine, args=[error := Full()], raises=Full) == [error]

    asyncio.run(test())


def hidden(function: Callable[..., Any]) -> Callable[..., Any]:
    def decorated(*given: Any) -> Any:
        return function(*given)

    return decorated


@pytest.mark.parametrize(
    ("function", "kind", "model"),
    [(coroutine, "coroutine", "asyncio"), (generator, "generator", "yield-from")],
)
def test_a_decorated_function_is_what_it_is_said_to_be(function: Any, kind: Any, model: str) -> None:
    with pytest.raises(Refused, match=r"that nobody has run: decorated is a plain .* kind='coroutine'"):
        fixture()(hidden(function))
    case = fixture()
    assert case.pedantic(hidden(function), kind=kind) == [1, 1, 1]
    assert (case.extra_info["kind"], case.extra_info["model"]) == (kind, model)


def test_a_kind_that_cannot_be_is_refused() -> None:
    with pytest.raises(Refused, match="coroutine is a coroutine function, and kind= says plain"):
        kind_said(coroutine, "plain")
    with pytest.raises(Refused, match="kind= is one of 'plain', 'generator', 'coroutine', not 'async'"):
        kind_said(plain, "async")
    assert kind_said(coroutine, "coroutine") == kind_said(coroutine, None) == "coroutine"
