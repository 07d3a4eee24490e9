"""What fetching and caching pages costs, one at a time and a hundred at once."""

import pytest
from pages import Cache, fetch, fetch_blocking

from concbench.pytest_plugin.running import ConcurrencyBenchmark

LOOPS = ["asyncio", "uvloop:new_event_loop"]


def test_fetch(concurrency_benchmark: ConcurrencyBenchmark) -> None:
    """No marker: the model that is natural for a coroutine function, with 1 and with 100 tasks."""
    results = concurrency_benchmark(fetch, "home")
    assert results == ["page home"] * concurrency_benchmark.tasks


@pytest.mark.concurrency(models=[*LOOPS, "threads"], tasks=[1, 100])
def test_fetch_in_two_ways(concurrency_benchmark: ConcurrencyBenchmark) -> None:
    """The same work written for each kind of model; each task has a page of its own, and they overlap."""
    written = {"coroutine": fetch, "blocking": fetch_blocking}
    concurrency_benchmark.pedantic(
        written[concurrency_benchmark.dialect],
        each=lambda index: (f"number {index}",),
        expected=lambda index: f"page number {index}",
        overlap=2,
    )


@pytest.mark.concurrency(models=LOOPS, tasks=100)
class TestCache:
    """100 tasks ask a cache for the same page."""

    def test_that_is_empty(self, concurrency_benchmark: ConcurrencyBenchmark) -> None:
        """A new cache before each run, and a look at it after: neither is timed."""

        def fetched_once(cache: Cache, _name: str) -> None:
            assert cache.fetched == 1

        concurrency_benchmark.pedantic(
            Cache.get, setup=lambda: ((Cache(), "home"), {}), teardown=fetched_once, expected="page home"
        )

    def test_that_is_full(self, concurrency_benchmark: ConcurrencyBenchmark) -> None:
        """One cache for all runs: the first of them, which is not timed, fills it."""
        concurrency_benchmark.pedantic(Cache().get, args=["home"], expected="page home")
