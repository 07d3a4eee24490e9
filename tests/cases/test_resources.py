"""Resources: entered once and left once, in one task, whose context the tasks of all runs share."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.models import index
from concbench.models.base import Factory, Model
from concbench.models.loops import loop_model
from tests.pytest_plugin.fakes import fixture

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")

LOOPS = ["asyncio", "asyncio-gather", "asyncio-eager", "asyncio-py", "uvloop", "rloop", "anyio-asyncio"]
OTHERS = ["trio", "anyio-trio", "curio"]
SLEEP = {"trio": "trio", "anyio-trio": "trio", "curio": "curio"}
"""The library whose ``sleep`` a model's tasks await; asyncio's for all others."""


def model_named(name: str) -> Model:
    if ":" in name:
        return loop_model(name, f"asyncio+{name}")
    model = index.get(name)
    if model.unavailable():
        pytest.skip(f"{name}: {model.unavailable()}")
    return model


async def switch(model: str) -> None:
    __import__(SLEEP.get(model, "asyncio"))
    await sys.modules[SLEEP.get(model, "asyncio")].sleep(0)


@dataclass
class Held:
    """A resource that notes what is done with it, and by whom."""

    model: str
    notes: list[str] = field(default_factory=list)
    task: Any = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Held"]:
        assert self.notes == []
        self.notes.append("entered")
        self.task = self.current()
        VARIABLE.set("of the resource")
        await switch(self.model)
        yield self
        await switch(self.model)
        assert self.current() is self.task, "one task enters and leaves"
        self.notes.append("left")

    def current(self) -> Any:
        """Return the running task, where its library tells."""
        if self.model == "curio":
            return None
        trio = sys.modules.get("trio")
        return trio.lowlevel.current_task() if self.model in OTHERS and trio else asyncio.current_task()

    async def used(self, *given: Any) -> tuple[Any, ...]:
        assert self.notes == ["entered"]
        await switch(self.model)
        return VARIABLE.get(), *given


@pytest.mark.parametrize("name", [*LOOPS, "asyncio:SelectorEventLoop", *OTHERS])
def test_a_resource_lives_as_long_as_the_case_and_its_context_is_the_tasks(name: str) -> None:
    held = Held(name)

    async def task(resource: Held, *given: Any) -> Any:
        return await resource.used(*given)

    case = fixture(model_named(name))
    results = case.pedantic(task, resources=held.opened, args=["all"], each=lambda index: (index,), rounds=4)
    assert results == [("of the resource", "all", index) for index in range(3)]
    assert held.notes == ["entered", "left"]
    assert VARIABLE.get() == "unset", "the test has a context of its own"


@pytest.mark.parametrize("name", ["asyncio", "trio", "anyio-asyncio", "anyio-trio"])
def test_a_task_group_may_be_opened_in_a_resource_and_what_fails_in_it_fails_the_case(name: str) -> None:
    anyio = pytest.importorskip("anyio")
    fails = [False]

    async def watch() -> None:
        while not fails[0]:
            await anyio.sleep(0.001)
        raise LookupError("in the background")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            yield group
            group.cancel_scope.cancel()

    async def task(_group: Any) -> None:
        await anyio.sleep(0.002)

    fixture(model_named(name)).pedantic(task, resources=opened)
    fails[0] = True
    with pytest.raises(LookupError, match="in the background"):
        fixture(model_named(name)).pedantic(task, resources=opened, rounds=20)


def test_resources_whose_scope_is_cancelled_from_within_are_no_longer_held() -> None:
    anyio = pytest.importorskip("anyio")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        with anyio.CancelScope() as scope:
            yield scope

    async def task(scope: Any) -> None:
        scope.cancel()
        await asyncio.sleep(0)

    with pytest.raises(WrongRun, match="left before the case was over"):
        fixture().pedantic(task, resources=opened)


def test_several_resources_are_entered_in_order_and_one_that_lends_nothing_is_no_argument() -> None:
    notes: list[str] = []

    @asynccontextmanager
    async def first() -> AsyncIterator[str]:
        notes.append("first")
        yield "first"
        notes.append("first left")

    @contextmanager
    def second() -> Iterator[None]:
        asyncio.get_running_loop()
        notes.append("second")
        yield
        notes.append("second left")

    @asynccontextmanager
    async def third() -> AsyncIterator[str]:
        yield "third"

    async def task(*given: str) -> tuple[str, ...]:
        return given

    assert fixture(tasks=1).pedantic(task, resources=[first, second, third]) == [("first", "third")]
    assert notes == ["first", "second", "second left", "first left"]


def generating(value: int) -> Generator[None, None, int]:
    yield
    return value


@pytest.mark.parametrize(
    ("name", "function"),
    [("threads", int), ("thread-pool", int), ("yield-from", generating), ("tinyio", None)],
)
def test_without_a_loop_a_plain_context_manager_is_held(name: str, function: Any) -> None:
    if function is None:
        pytest.importorskip("tinyio")
    notes: list[str] = []

    @contextmanager
    def opened() -> Iterator[int]:
        notes.append("entered")
        yield 5
        notes.append("left")

    assert fixture(model_named(name)).pedantic(function or generating, resources=opened) == [5] * 3
    assert notes == ["entered", "left"]


@pytest.mark.parametrize("name", ["asyncio", "trio"])
@pytest.mark.parametrize("wrong", ["result", "task"])
def test_resources_are_left_when_the_case_fails_and_see_what_failed(name: str, wrong: str) -> None:
    seen: list[BaseException] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            seen.append(error)
            raise

    async def task() -> int:
        await switch(name)
        if wrong == "task":
            raise LookupError("of its own")
        return 2

    with pytest.raises(WrongRun if wrong == "result" else LookupError):
        fixture(model_named(name), tasks=1).pedantic(task, resources=opened, expected=1)
    assert len(seen) == 1


def test_what_fails_while_a_resource_is_entered_or_left_fails_the_case() -> None:
    @asynccontextmanager
    async def failing(when: str) -> AsyncIterator[None]:
        if when == "entered":
            raise LookupError(when)
        yield
        raise LookupError(when)

    async def task() -> None: ...

    for when in ("entered", "left"):
        with pytest.raises(LookupError, match=when):
            fixture().pedantic(task, resources=lambda when=when: failing(when))


async def generator_function() -> AsyncIterator[int]:
    yield 1


async def coroutine_function() -> None: ...


@asynccontextmanager
async def client_of(server: int, timeout: int = 1) -> AsyncIterator[int]:
    yield server


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (nullcontext(), r"hand over what makes it \(resources=opened"),
        (3, "hand over what makes it"),
        ([nullcontext, 3], "hand over what makes it"),
        (generator_function, "a async_generator, which is no context manager; write @contextlib.asynccont"),
        (
            coroutine_function,
            "a coroutine, which is no context manager; write @contextlib.asynccontextmanager",
        ),
        (int, "int, given as resources=, returned a int"),
        (
            [partial(client_of, 1), client_of],
            r"client_of is missing a required argument: 'server': hand over what gives it some"
            r" \(resources=lambda: client_of\(…\)\)",
        ),
    ],
)
def test_what_is_no_resource_is_refused(resource: Any, said: str) -> None:
    with pytest.raises(Refused, match=said):
        fixture().pedantic(coroutine_function, resources=resource)


def test_an_async_resource_without_a_loop_is_refused() -> None:
    with pytest.raises(Refused, match="threads has no event loop: write it with @contextlib"):
        fixture(index.get("threads")).pedantic(int, resources=Held("threads").opened)


@contextmanager
def one_loop_a_run() -> Iterator[Any]:
    class Session:
        rt = index.get("asyncio").open

        def run(self, factories: Sequence[Factory]) -> list[Any]:
            async def main() -> list[Any]:
                return await asyncio.gather(*[factory() for factory in factories])

            return asyncio.run(main())

    yield Session()


@contextmanager
def no_loop_at_all() -> Iterator[Any]:
    class Session:
        rt = None

        def run(self, factories: Sequence[Factory]) -> list[Any]:
            return [self._result(factory()) for factory in factories]

        def _result(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
            try:
                coroutine.send(None)
            except StopIteration as ended:
                return ended.value
            raise AssertionError("nothing here waits")

    yield Session()


@pytest.mark.parametrize("opened", [one_loop_a_run, no_loop_at_all])
def test_a_model_that_cannot_hold_resources_says_which_can_and_carries_out_setup(opened: Any) -> None:
    model = replace(index.get("asyncio"), name="own", open=opened, current=None)
    with pytest.raises(Refused, match=r"own ends its event loop .* works under asyncio and its kin, .* trio"):
        fixture(model).pedantic(coroutine_function, resources=Held("asyncio").opened)
    done: list[int] = []

    async def setup() -> None:
        done.append(1)

    fixture(model).pedantic(coroutine_function, setup=setup)
    assert len(done) > 2


@pytest.mark.parametrize("name", ["asyncio", "uvloop", "trio", "anyio-asyncio", "anyio-trio"])
@pytest.mark.parametrize("plain", [True, False])
def test_setup_teardown_and_resources_share_a_task_whose_context_is_the_tasks(name: str, plain: bool) -> None:
    held = Held(name)
    number = [0]

    def count(resource: Held) -> tuple[tuple[Any, ...], dict[str, Any]]:
        assert resource is held
        number[0] += 1
        VARIABLE.set(f"of setup {number[0]}")
        return (number[0],), {}

    async def setup(resource: Held) -> tuple[tuple[Any, ...], dict[str, Any]]:
        assert held.current() is held.task
        return count(resource)

    async def teardown(resource: Held, value: int) -> None:
        assert held.current() is resource.task
        assert value == number[0]

    async def task(resource: Held, value: int) -> bool:
        return await resource.used() == (f"of setup {value}",)

    case = fixture(model_named(name))
    case.pedantic(
        task, resources=held.opened, setup=count if plain else setup, teardown=teardown, expected=True
    )
    assert number[0] > 3


def test_a_scope_that_setup_enters_may_be_left_by_teardown() -> None:
    anyio = pytest.importorskip("anyio")
    scopes: list[Any] = []

    async def setup() -> None:
        scopes.append(anyio.CancelScope())
        scopes[-1].__enter__()

    async def teardown(_delay: float) -> None:
        scopes[-1].__exit__(None, None, None)

    for name in ("anyio-asyncio", "anyio-trio"):
        fixture(model_named(name)).pedantic(anyio.sleep, args=[0], setup=setup, teardown=teardown)
    assert len(scopes) > 6


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*given: Any) -> Any:
        return function(*given)

    return wrapper


def test_a_setup_with_a_decorator_is_awaited() -> None:
    done: list[int] = []

    async def setup() -> None:
        await asyncio.sleep(0)
        done.append(1)

    fixture().pedantic(coroutine_function, setup=decorated(setup))
    assert len(done) > 2


@pytest.mark.parametrize("name", ["asyncio", "uvloop", "trio"])
@pytest.mark.parametrize(
    "raised", [KeyboardInterrupt, SystemExit, pytest.fail.Exception, asyncio.CancelledError]
)
def test_resources_are_told_of_whatever_ends_the_case(name: str, raised: type[BaseException]) -> None:
    seen: list[BaseException] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            seen.append(error)
            await switch(name)
            raise

    def check(_result: object) -> None:
        raise raised

    async def task() -> None:
        await switch(name)

    with pytest.raises(raised):
        fixture(model_named(name), tasks=1).pedantic(task, resources=opened, check=check)
    assert [type(error) for error in seen] == [raised]


def test_resources_are_missed_where_the_function_cancels_all_tasks() -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[int]:
        yield 1

    async def task(_value: int) -> None:
        for one in asyncio.all_tasks() - {asyncio.current_task()}:
            if "resources" in one.get_name():
                one.cancel()
        await asyncio.sleep(0)

    with pytest.raises(WrongRun, match="left before the case was over"):
        fixture(tasks=1).pedantic(task, resources=opened)


def test_what_is_cancelled_while_a_resource_is_entered_is_no_fault_of_the_model() -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        task = asyncio.create_task(asyncio.sleep(1))
        task.cancel()
        await task
        yield

    with pytest.raises(asyncio.CancelledError):
        fixture().pedantic(coroutine_function, resources=opened)


@pytest.mark.parametrize("name", ["asyncio", "asyncio-gather", "trio", "anyio-asyncio", "anyio-trio", None])
def test_a_task_group_of_a_resource_puts_no_group_around_what_a_task_raised(name: str | None) -> None:
    anyio = pytest.importorskip("anyio")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with anyio.create_task_group() as group:
            yield group

    async def task(_group: Any) -> None:
        raise LookupError("of its own")

    async def test() -> None:
        await fixture(tasks=2).pedantic(task, resources=opened)

    def plain_test() -> None:
        fixture(model_named(name or "asyncio"), tasks=2).pedantic(task, resources=opened)

    with pytest.raises(LookupError, match="of its own"):
        asyncio.run(test()) if name is None else plain_test()


def test_a_resource_that_is_cancelled_ends_a_test_that_is_a_coroutine_too() -> None:
    anyio = pytest.importorskip("anyio")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        with anyio.CancelScope() as scope:
            yield scope

    async def task(scope: Any) -> None:
        scope.cancel()
        await asyncio.sleep(0)

    async def test() -> None:
        await fixture().pedantic(task, resources=opened)

    with pytest.raises(WrongRun, match="left before the case was over"):
        asyncio.run(test())
