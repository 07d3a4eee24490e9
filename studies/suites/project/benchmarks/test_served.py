"""Twenty benchmarks, of a microsecond to ten milliseconds, two fifths of which run 1 to 100 tasks."""
# ruff: noqa: S101

from typing import Any

import pytest
import served_work as work  # type: ignore[import-not-found]


@pytest.mark.parametrize("number", [pytest.param(100, id="1us"), pytest.param(8000, id="100us"),
                                    pytest.param(600_000, id="10ms")])  # fmt: skip
def test_additions(benchmark: Any, number: int, request: Any) -> None:
    """Additions, of three lengths."""
    asked = work.times(request.node.callspec.id, number)
    assert benchmark(work.additions, asked) == asked


@pytest.mark.parametrize("number", [10, 1000])
def test_points(benchmark: Any, number: int) -> None:
    """Objects."""
    assert len(benchmark(work.points, number)) == number


@pytest.mark.parametrize("number", [10, 1000])
def test_texts(benchmark: Any, number: int) -> None:
    """Formatted numbers."""
    assert benchmark(work.texts, number).count(",") == number - 1


@pytest.mark.parametrize("number", [1, 20])
def test_substituted(benchmark: Any, number: int) -> None:
    """A regular expression."""
    assert benchmark(work.substituted, number) == 40 * number


@pytest.mark.parametrize("number", [1, 10])
def test_dumped(benchmark: Any, number: int) -> None:
    """JSON."""
    assert benchmark(work.dumped, number) > 1000


@pytest.mark.parametrize("number", [100, 10_000])
def test_counted(benchmark: Any, number: int) -> None:
    """A dictionary."""
    assert sum(benchmark(work.counted, number).values()) == number


@pytest.mark.parametrize("number", [100, 10_000])
def test_ordered(benchmark: Any, number: int) -> None:
    """Sorting."""
    found = benchmark(work.ordered, number)
    assert found == sorted(found)


@pytest.mark.concurrency(models=["asyncio"], tasks=[100])
def test_tasks(concurrency_benchmark: Any) -> None:
    """A hundred tasks that compute and hand over."""
    asked = work.times("tasks", 600)
    found = concurrency_benchmark(work.stepping, asked, 3)
    assert found == [3 * asked] * concurrency_benchmark.tasks


@pytest.mark.concurrency(models=["asyncio"], tasks=[1, 10])
def test_suspensions(concurrency_benchmark: Any) -> None:
    """Tasks that hand over and do little else."""
    assert sum(concurrency_benchmark(work.stepping, 1, 20)) == 20 * concurrency_benchmark.tasks


@pytest.mark.concurrency(models=["threads"], tasks=[1, 10])
def test_threads(concurrency_benchmark: Any) -> None:
    """Threads that add."""
    assert sum(concurrency_benchmark(work.additions, 1000)) == 1000 * concurrency_benchmark.tasks
