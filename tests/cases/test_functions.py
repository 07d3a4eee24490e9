"""Kinds of functions: what is behind partials, methods and callable objects, and which models can run it."""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.cases.functions import (
    DIALECTS_FOR,
    KINDS,
    NATURAL,
    Kind,
    Refused,
    kind_of,
    model_for,
    named,
    refuse_unawaited,
)
from concbench.models import index
from concbench.workloads.catalogue import Catalogue


def plain(*_given: Any) -> int:
    return 1


def generator(*_given: Any) -> Generator[None, None, int]:
    yield
    return 1


async def coroutine(*_given: Any) -> int:
    return 1


def was_closed(made: Coroutine[Any, Any, int]) -> bool:
    """Say whether a coroutine is done with, and will not complain that nobody awaited it."""
    return inspect.getcoroutinestate(made) == inspect.CORO_CLOSED


async def async_generator() -> AsyncIterator[int]:
    yield 1


FUNCTIONS: dict[Kind, Callable[..., Any]] = {
    "plain": plain,
    "generator": generator,
    "coroutine": coroutine,
}


def as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    return type("Holder", (), {"method": function})().method  # type: ignore[no-any-return]


def as_static_method(function: Callable[..., Any]) -> Callable[..., Any]:
    return type("Holder", (), {"method": staticmethod(function)})().method  # type: ignore[no-any-return]


def as_callable_object(function: Callable[..., Any]) -> Callable[..., Any]:
    return type("Called", (), {"__call__": function})()  # type: ignore[no-any-return]


FROM_FUNCTIONS = [as_method, as_static_method, as_callable_object]


@given(
    st.sampled_from(KINDS),
    st.sampled_from([None, *FROM_FUNCTIONS]),
    st.lists(st.sampled_from(["argument", None]), max_size=3),
)
def test_a_kind_is_seen_through_methods_callable_objects_and_partials(
    kind: Kind, made: Callable[[Any], Any] | None, given_arguments: list[str | None]
) -> None:
    function = FUNCTIONS[kind] if made is None else made(FUNCTIONS[kind])
    for argument in given_arguments:
        function = functools.partial(function, argument)
    assert kind_of(function) == kind


@pytest.mark.parametrize("function", [len, str, print, functools.lru_cache(plain), [].append])
def test_what_is_built_in_is_plain(function: Any) -> None:
    assert kind_of(function) == "plain"


def test_an_async_generator_function_is_refused() -> None:
    with pytest.raises(Refused, match="async_generator is an async generator function"):
        kind_of(functools.partial(async_generator))


def test_a_coroutine_is_refused_since_it_can_run_only_once() -> None:
    made = coroutine()
    with pytest.raises(Refused, match=r"concurrency_benchmark\(coroutine, …\)"):
        kind_of(made)
    assert was_closed(made)


def test_a_generator_is_refused_since_it_can_run_only_once() -> None:
    with pytest.raises(Refused, match=r"generator\(…\) was called already"):
        kind_of(generator())


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(Refused, match="3 is not a function"):
        kind_of(3)


def test_functions_have_their_own_names_and_callable_objects_that_of_their_class() -> None:
    assert named(functools.partial(plain, 1)) == "plain"
    assert named(as_callable_object(plain)) == "Called"

    def inner() -> None:
        """Be named without what it stands in."""

    assert named(inner) == "inner"


@pytest.mark.parametrize("kind", KINDS)
def test_a_natural_model_runs_its_kind(kind: Kind) -> None:
    model = model_for(FUNCTIONS[kind], kind, None, Catalogue())
    assert model.name == NATURAL[kind]
    assert model.dialect in DIALECTS_FOR[kind]


@pytest.mark.parametrize("name", index.names())
@pytest.mark.parametrize("kind", KINDS)
def test_a_model_runs_the_function_or_says_which_models_do(kind: Kind, name: str) -> None:
    model = index.get(name)
    catalogue = Catalogue()
    if model.dialect in DIALECTS_FOR[kind]:
        assert model_for(FUNCTIONS[kind], kind, model, catalogue) is model
        return
    with pytest.raises(Refused, match=f"^{name} runs .*, and {kind} is a {kind} function") as refused:
        model_for(FUNCTIONS[kind], kind, model, catalogue)
    offered = str(refused.value).partition("models for it: ")[2].split(", ")
    assert NATURAL[kind] in offered
    assert name not in offered


def test_a_model_of_a_dialect_that_was_added_is_told_by_its_name() -> None:
    model = replace(index.get("generator"), dialect=cast("Any", "callback"))
    with pytest.raises(Refused, match=r"^generator runs callback tasks, and plain is a plain function"):
        model_for(plain, "plain", model, Catalogue())


def test_the_error_reads_as_documented() -> None:
    with pytest.raises(Refused) as refused:
        model_for(coroutine, "coroutine", index.get("threads"), Catalogue())
    fit = [name for name in index.names() if index.get(name).dialect == "coroutine"]
    assert str(refused.value) == (
        "threads runs plain functions, and coroutine is a coroutine function; "
        f"models for it: {', '.join(fit)}, or an event loop as module:factory"
    )


def test_results_that_nobody_has_run_are_refused_and_closed() -> None:
    made = [coroutine() for _ in range(3)]
    with pytest.raises(Refused, match="task 0 returned a coroutine that nobody has run: plain is a plain"):
        refuse_unawaited(plain, "plain", made)
    assert all(map(was_closed, made))


@pytest.mark.parametrize("result", [generator(), async_generator()])
def test_generators_as_results_are_refused_too(result: object) -> None:
    with pytest.raises(Refused, match="task 1 returned a"):
        refuse_unawaited(plain, "plain", [1, result])


def test_results_that_are_values_are_not_refused() -> None:
    refuse_unawaited(plain, "plain", [1, None, [generator], coroutine])


def test_models_whose_tasks_run_elsewhere_or_that_patch_their_process_are_offered_to_nobody() -> None:
    with pytest.raises(Refused) as refused:
        model_for(plain, "plain", index.get("asyncio"), Catalogue())
    assert str(refused.value).endswith("models for it: threads, thread-pool")
