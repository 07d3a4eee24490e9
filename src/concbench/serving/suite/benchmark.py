"""One benchmark of a suite with one set of parameters: what comes before it, and after it."""

import inspect
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from concbench.serving.attending import Skipped
from concbench.serving.calls import Case
from concbench.serving.suite.attributes import AttributeSources, Definition, takes_nothing
from concbench.serving.suite.caches import Caches
from concbench.serving.suite.samples import SampledCalls
from concbench.words import error_words

MOST = 10**9
"""Calls that are taken for a number of calls, at most."""

CLOCKS = (time.__name__, timeit.__name__)


@dataclass(frozen=True, slots=True)
class SuiteBenchmark:
    """A ``time_…`` as it is compared: ``group`` is the module that it is in, ``values`` its parameters."""

    name: str
    group: str
    definition: Definition
    values: tuple[Any, ...]

    def run(self, caches: Caches, serve: Callable[[Case], None]) -> None:
        """Prepare it, have its samples served, and tidy up; raises Skipped where it leaves itself out."""
        sources = self.definition.made()
        _refuse_coroutine(sources)
        setups, teardowns = sources.hooks("setup")[::-1], sources.hooks("teardown")
        make = sources.first("setup_cache", None)
        cached = caches.enter(make, filter(takes_nothing, setups))
        if self.values in [tuple(values) for values in sources.first("skip_params", [])]:
            raise Skipped("it was skipped: skip_params has these parameters")
        args = self.values if cached is None else (cached, *self.values)
        around = _Around(setups, teardowns, args)
        around.before()
        try:
            serve(_samples(sources, around, args))
        finally:
            around.after()


def _refuse_coroutine(sources: AttributeSources) -> None:
    if inspect.iscoroutinefunction(sources.function):
        raise Skipped(
            "it is a coroutine function, which asv calls and never awaits: name it by --call, or write a test"
        )


def _samples(sources: AttributeSources, around: "_Around", args: tuple[Any, ...]) -> SampledCalls:
    """Return what is timed; what says how often is read only now, since a setup may change it."""
    timer = sources.first("timer", None)
    if timer is not None and getattr(timer, "__module__", None) not in CLOCKS:
        name = getattr(timer, "__name__", type(timer).__name__)
        raise Skipped(f"it has a timer of its own ({name}), and here it is wall and CPU time that count")
    number = _whole_number("number", sources.first("number", 0))
    return SampledCalls(
        partial(sources.function, *args) if args else sources.function,
        around.before,
        around.after,
        prepared=bool(around),
        each=number if number and around else None,
        most=_most(sources, number),
    )


def _most(sources: AttributeSources, number: int) -> int | None:
    """Return how many calls a process is meant to make; None where asv would go on for some time.

    It goes on unless it is told not to warm up, and how many calls make a sample.
    """
    repeat = sources.first("repeat", 0)
    if number and sources.first("warmup_time", -1) == 0:
        most = repeat[1] if isinstance(repeat, tuple | list) and repeat[1:] else repeat
        return number * _whole_number("repeat", most) or None
    return None


def _whole_number(name: str, given: Any) -> int:
    """Return the number of calls that an attribute says, as int() reads it; raises ValueError for none."""
    try:
        number = int(given)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if not 0 <= number <= MOST:
        raise ValueError(f"{name} = {given!r} is no number from 0 to {MOST}")
    return number


@dataclass(frozen=True, slots=True)
class _Around:
    """The hooks of a benchmark; false where it has none."""

    setups: list[Callable[..., Any]]
    teardowns: list[Callable[..., Any]]
    args: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.setups or self.teardowns)

    def before(self) -> None:
        """Set up, from the module's hook to the function's own."""
        try:
            for setup in self.setups:
                setup(*self.args)
        except NotImplementedError as error:
            why = error_words(error) or "its setup raised NotImplementedError"
            raise Skipped(f"it was skipped: {why}") from error

    def after(self) -> None:
        """Tear down."""
        for teardown in self.teardowns:
            teardown(*self.args)
