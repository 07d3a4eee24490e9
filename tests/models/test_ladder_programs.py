"""Random programs on all rungs return what a reference without any loop returns."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from tests.models.programs import RUNGS, TELLING, WITH_KERNEL, Wrong, drawn, opened, reference

pytestmark = pytest.mark.measured_side


@pytest.mark.parametrize("name", RUNGS)
def test_programs_return_what_they_are_to(name: str) -> None:
    rng = Random(17)
    with opened(name) as (tasks, run):
        for _ in range(15):
            programs = [drawn(rng) for _ in range(rng.randint(0, 5))]
            expected = [reference(one) for one in programs]
            assert run(*(partial(tasks.task, one) for one in programs)) == expected


@pytest.mark.parametrize("name", TELLING)
def test_what_a_child_raises_arrives_at_who_joined_it(name: str) -> None:
    rng = Random(18)
    with opened(name) as (tasks, run):

        def wrong() -> Any:
            yield from tasks.task(drawn(rng, 1))
            raise Wrong

        def parent() -> Any:
            makes: list[Callable[[], Any]] = [
                *(partial(tasks.task, drawn(rng, 1)) for _ in range(rng.randint(0, 3))),
                wrong,
            ]
            rng.shuffle(makes)
            try:
                yield from tasks.rt.join([tasks.factory(make) for make in makes])
            except Wrong:
                return "told"

        assert run(*[parent] * 20) == ["told"] * 20


@pytest.mark.parametrize("name", RUNGS)
def test_tasks_that_never_wait_keep_nobody_from_waking(name: str) -> None:
    woken: list[int] = []
    with opened(name) as (tasks, run):

        def busy() -> Any:
            while len(woken) < 3:
                yield

        def sleeper() -> Any:
            yield from tasks.rt.sleep(0.001)
            woken.append(1)

        run(busy, sleeper, busy, sleeper, sleeper)
    assert sum(woken) == 3


@pytest.mark.parametrize("name", WITH_KERNEL)
def test_a_queue_keeps_order_and_a_semaphore_its_number(name: str) -> None:
    rng = Random(19)
    with opened(name) as (tasks, run):
        for _ in range(20):
            capacity, slots, producers = rng.randint(1, 4), rng.randint(1, 3), rng.randint(1, 4)
            put, get = tasks.rt.queue(capacity)
            semaphore, inside, most = tasks.rt.Semaphore(slots), [0], [0]

            def produce(which: int) -> Any:
                for item in range(10):
                    yield from semaphore.acquire()  # noqa: B023
                    inside[0] += 1  # noqa: B023
                    most[0] = max(most[0], inside[0])  # noqa: B023
                    yield from tasks.turns(rng.randint(0, 2))
                    inside[0] -= 1  # noqa: B023
                    yield from semaphore.release()  # noqa: B023
                    yield from put((which, item))  # noqa: B023

            def consume() -> Any:
                got = []
                for _ in range(10 * producers):  # noqa: B023
                    got.append((yield from get()))  # noqa: B023
                    yield from tasks.turns(rng.randint(0, 1))
                return got

            *_, got = run(*(partial(produce, which) for which in range(producers)), consume)
            assert most[0] <= slots
            for which in range(producers):
                assert [item for whose, item in got if whose == which] == list(range(10))
