"""The fixture ``benchmark`` as a served test has it: pytest-benchmark's, but for who says how often to call.

What a test may do with pytest-benchmark's own fixture it may do here, with the same meaning, or it is told
why not. Nothing is timed on its own account, so ``stats`` is None, ``enabled`` False, as they are there with
``--benchmark-disable``.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from concbench.cases.measuring import Request
from concbench.cases.runs import Runs
from concbench.serving.calls import Case, FunctionCalls, Surrounded
from concbench.serving.runs import TaskRuns


class ServedBenchmark:
    """Hands over what a test wants to have timed; once in a test.

    ``group``, ``name``, ``fullname``, ``param``, ``params`` and ``extra_info`` are pytest-benchmark's.
    """

    enabled = False
    disabled = True
    stats = None

    def __init__(self, node: Any, serve: Callable[[Case], None]) -> None:
        self._serve = serve
        mark = node.get_closest_marker("benchmark")
        callspec = getattr(node, "callspec", None)
        self.name, self.fullname = node.name, node.nodeid
        self.group = mark.kwargs.get("group") if mark else None
        self.param = callspec.id if callspec else None
        self.params = dict(callspec.params) if callspec else None
        self.extra_info: dict[str, Any] = {}
        self.skipped = self.has_error = self.used = False
        self._without_collector = _asks_for_none(node, mark)
        self._undo: list[Callable[[], object]] = []

    def __call__(self, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Have ``function_to_benchmark(*args, **kwargs)`` timed; return what the last call returned."""
        return self.serve(FunctionCalls(function_to_benchmark, args, kwargs))

    def pedantic(
        self,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        """Have calls timed, no more of them in a process than the test asks for.

        ``setup()`` comes before each round, and may return ``(args, kwargs)``; ``teardown`` comes after it.
        """
        _refuse_wrong(rounds, iterations, warmup_rounds)
        if setup is not None and iterations != 1:
            raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")
        if setup is None and teardown is None:
            case: Case = FunctionCalls(target, args, kwargs or {})
            case.most = (rounds + warmup_rounds) * iterations
        else:
            around = _Around(target, args, kwargs or {}, setup, teardown)
            case = Surrounded(around.before, around.after, each=iterations)
            case.most = rounds + warmup_rounds
        return self.serve(case)

    def serve(self, case: Case) -> Any:
        """Have a case served, and return what its last call returned."""
        if self.used:
            raise _used_already()
        self.used = True
        collecting = gc.isenabled()
        if self._without_collector:
            gc.disable()
        try:
            self._serve(case)
        finally:
            if collecting:
                gc.enable()
        return case.last

    def serve_runs(self, runs: Runs, request: Request) -> None:
        """Have the runs of ``concurrency_benchmark`` served."""
        self.serve(TaskRuns(runs, request))

    def weave(self, target: Any, **kwargs: Any) -> None:
        """Have the calls of ``target`` timed that the test makes later; it needs aspectlib, as there."""
        try:
            import aspectlib  # type: ignore[import-not-found]  # noqa: PLC0415  (few have it)
        except ImportError:
            pytest.fail("benchmark.weave needs aspectlib: pip install aspectlib", pytrace=False)

        def aspect(function: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args, **given: self(function, *args, **given)

        self._undo.append(aspectlib.weave(target, aspect, **kwargs).rollback)

    patch = weave

    def close(self) -> None:
        """Undo what ``weave`` did."""
        while self._undo:
            self._undo.pop()()


def _asks_for_none(node: Any, mark: Any) -> bool:
    """Say whether a test is to be timed without the garbage collector: by its marker, or by an option."""
    asked = mark.kwargs.get("disable_gc") if mark else None
    option = getattr(node.config.option, "benchmark_disable_gc", False)
    return bool(option if asked is None else asked)


def _refuse_wrong(rounds: Any, iterations: Any, warmup_rounds: Any) -> None:
    """Raise ValueError for numbers that pytest-benchmark refuses, too."""
    named = {"rounds": (rounds, 1), "iterations": (iterations, 1), "warmup_rounds": (warmup_rounds, 0)}
    for name, (value, least) in named.items():
        if not isinstance(value, int) or value < least:
            raise ValueError(f"{name} is a whole number from {least}, not {value!r}")


def _used_already() -> Exception:
    """Return what pytest-benchmark raises for a fixture that is used twice; its own, where it is there."""
    words = "Fixture can only be used once. Previously it was used in this very test."
    try:
        from pytest_benchmark.fixture import FixtureAlreadyUsed  # noqa: PLC0415
    except ImportError:
        return RuntimeError(words)
    return FixtureAlreadyUsed(words)


class _Around:
    """What ``pedantic`` does before and after a round."""

    def __init__(
        self,
        target: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        setup: Callable[[], Any] | None,
        teardown: Callable[..., Any] | None,
    ) -> None:
        self._target, self._args, self._kwargs = target, args, kwargs
        self._setup, self._teardown = setup, teardown
        self._given = (args, kwargs)

    def before(self) -> Callable[[], Any]:
        made = None if self._setup is None else self._setup()
        if made and (self._args or self._kwargs):
            raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
        self._given = args, kwargs = made or (self._args, self._kwargs)
        return partial(self._target, *args, **kwargs)

    def after(self) -> None:
        if self._teardown is not None:
            args, kwargs = self._given
            self._teardown(*args, **kwargs)
