"""Inputs of another event loop, as async fixtures hand them out: found wherever a function has them from."""

import asyncio
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from concbench.cases.foreign import RECIPE, refuse_foreign
from concbench.cases.functions import Refused
from tests.pytest_plugin.fakes import fixture


@dataclass
class Client:
    """A client as many are: with a pool of connections, that belong to a loop."""

    connections: list[Any] = field(default_factory=list)

    async def fetch(self) -> int:
        return 1


class Connection:
    """A connection that knows its loop."""

    __slots__ = ("_loop",)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop


@pytest.fixture
def foreign() -> Iterator[asyncio.AbstractEventLoop]:
    """Return an event loop that is somebody else's."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def client(foreign: asyncio.AbstractEventLoop) -> Client:
    """Return a client that was opened on that loop."""
    return Client([Connection(foreign)])


async def use(_client: Client) -> int:
    return 1


def enclosing(client: Client) -> Callable[[], Any]:
    async def enclosed() -> int:
        return await client.fetch()

    return enclosed


WAYS: list[Callable[[Client], tuple[Callable[..., Any], tuple[Any, ...]]]] = [
    lambda client: (use, (client,)),
    lambda client: (use, ({"client": client},)),
    lambda client: (functools.partial(use, client), ()),
    lambda client: (functools.partial(use, _client=client), ()),
    lambda client: (client.fetch, ()),
    lambda client: (enclosing(client), ()),
]


@pytest.mark.parametrize("way", WAYS)
def test_an_input_of_another_loop_is_refused_in_one_sentence_with_the_recipe(
    client: Client, foreign: asyncio.AbstractEventLoop, way: Callable[[Client], Any]
) -> None:
    function, arguments = way(client)
    with pytest.raises(Refused) as refused:
        fixture()(function, *arguments)
    said = str(refused.value)
    assert said.endswith(RECIPE)
    assert "a Connection that belongs to another event loop (asyncio.unix_events._Unix" in said
    assert f"{id(foreign):#x}" in said


def test_futures_tasks_and_what_asyncio_has_bound_are_found(foreign: asyncio.AbstractEventLoop) -> None:
    async def contended() -> asyncio.Queue[int]:
        queue = asyncio.Queue[int]()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await queue.get()
        return queue

    for one in (foreign.create_future(), foreign.run_until_complete(contended())):
        with pytest.raises(Refused, match=type(one).__name__):
            refuse_foreign(use, [one])


def test_what_belongs_to_no_loop_or_to_the_tasks_own_is_not_refused(
    client: Client, foreign: asyncio.AbstractEventLoop
) -> None:
    cyclic: list[Any] = [asyncio.Lock(), asyncio.Event(), Client(), type, asyncio, "text"]
    cyclic.append(cyclic)
    refuse_foreign(use, [cyclic])
    refuse_foreign(use, [client], own=foreign)


def test_a_name_that_is_not_bound_yet_is_no_input() -> None:
    async def early() -> Any:
        return late

    refuse_foreign(early, [])
    late = 1


def test_an_error_that_comes_of_another_loop_has_the_recipe_as_a_note(
    foreign: asyncio.AbstractEventLoop,
) -> None:
    hidden: list[Any] = []

    async def waiting(hiding: Any) -> None:
        await hiding.future

    hidden.append(foreign.create_future())
    with pytest.raises(RuntimeError, match="attached to a different loop") as raised:
        fixture(tasks=1)(waiting, type("Proxy", (), {"future": property(lambda _self: hidden[0])})())
    assert raised.value.__notes__[-1] == RECIPE


class Lazy:
    """Stands for something that it would have to make first, as web frameworks have it."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise RuntimeError("there is no request")


def test_nothing_is_asked_of_a_proxy() -> None:
    assert fixture(tasks=1).pedantic(use, args=[Lazy()]) == [1]
