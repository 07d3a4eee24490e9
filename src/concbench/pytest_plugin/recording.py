"""Rounds that somebody else times, written down as pytest-benchmark does it."""

from collections.abc import Callable
from typing import Any

from concbench.cases.functions import Refused


class PedanticLog:
    """What ``benchmark.pedantic`` does around a target that is called, for one that is awaited."""

    def __init__(self, benchmark: Any) -> None:
        lacking = [name for name in ("_timer", "_disable_gc", "_make_stats") if not hasattr(benchmark, name)]
        if lacking:
            raise Refused(
                "a test that is a coroutine function needs pytest-benchmark 5.3, and "
                f"{type(benchmark).__module__} has no {lacking[0]} here: write it as a plain function (def)"
            )
        self._benchmark = benchmark
        self.timer: Callable[[], Any] = benchmark._timer
        self.disable_gc: bool = benchmark._disable_gc
        self._stats: Any = None

    def begin(self, iterations: int) -> None:
        """Say that the benchmark is used, and how many runs a round has."""
        self._benchmark._mode = "await concurrency_benchmark(...)"
        self._stats = self._benchmark._make_stats(iterations)

    def record(self, duration: Any) -> None:
        """Write down a round."""
        self._stats.update(duration)
