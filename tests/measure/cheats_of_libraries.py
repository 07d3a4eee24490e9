"""A gallery of cheats, fifth room: greenlets, and libraries with tasks of their own.

gevent patches the process in which it is opened, so its cheats are tried in another one: ``tell`` prints what
came of them.
"""

import json
from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index
from concbench.models.base import Factory, Model
from tests.measure import cheats, cheats_of_steps
from tests.measure.cheats import Run, is_wrapped, lending, made_up, running


def in_turn(factories: Sequence[Factory]) -> list[Any]:
    """Call all tasks, each when the one before has ended."""
    return [factory() for factory in factories]


def no_greenlets(honest: Model) -> Model:
    """Pretend n greenlets: spawn none, and call the tasks one after another where the run was called."""
    return running(honest, lambda _run, factories: in_turn(factories))


def one_greenlet_for_all(honest: Model) -> Model:
    """Pretend n greenlets: spawn one, which calls all the tasks."""
    return running(honest, lambda run, factories: run([partial(in_turn, factories)])[0])


def one_greenlet_for_all_unless_wrapped(honest: Model) -> Model:
    """Do so when the tasks are not wrapped by the witness, else be honest."""

    def trick(run: Run, factories: Sequence[Factory]) -> list[Any]:
        return run(factories) if is_wrapped(factories) else run([partial(in_turn, factories)])[0]

    return running(honest, trick)


def greenlets_too_soon(honest: Model) -> Model:
    """Pretend to be done when all greenlets but the last are; that one is started then, and given no time."""

    def all_but_one(_run: Run, factories: Sequence[Factory]) -> list[Any]:
        import gevent

        greenlets = [gevent.spawn(factory) for factory in factories[:-1]]
        gevent.joinall(greenlets, raise_error=True)
        results = [greenlet.value for greenlet in greenlets]
        gevent.spawn(factories[-1])
        return [*results, made_up(results)]

    return running(honest, all_but_one)


def sleeps_that_block(honest: Model) -> Model:
    """Pretend to sleep side by side: sleep with the system's own call, which stops all greenlets."""

    def sleep(seconds: float) -> None:
        from gevent import monkey

        monkey.get_original("time", "sleep")(seconds)

    return lending(honest, sleep=sleep)


def locks_that_do_not_wait(honest: Model) -> Model:
    """Pretend to take turns: lend locks that hold nobody up, so each greenlet makes all its steps at once."""

    class Lock:
        def acquire(self, *_how: object) -> bool:
            return True

        __enter__ = acquire

        def release(self, *_raised: object) -> None:
            pass

        __exit__ = release

    return lending(honest, Lock=Lock)


async def awaited_in_turn(factories: Sequence[Factory]) -> list[Any]:
    """Await all tasks, each when the one before has ended."""
    return [await factory() for factory in factories]


def one_task_for_all(honest: Model) -> Model:
    """Pretend n tasks: start one, which awaits all the others."""
    return running(honest, lambda run, factories: run([partial(awaited_in_turn, factories)])[0])


def one_task_for_all_unless_wrapped(honest: Model) -> Model:
    """Do so when the tasks are not wrapped by the witness, else be honest."""

    def trick(run: Run, factories: Sequence[Factory]) -> list[Any]:
        return run(factories) if is_wrapped(factories) else run([partial(awaited_in_turn, factories)])[0]

    return running(honest, trick)


def generators_in_turn(factories: Sequence[Factory]) -> Generator[Any, Any, list[Any]]:
    """Delegate to all tasks, to each when the one before has ended."""
    results = []
    for factory in factories:
        results.append((yield from factory()))
    return results


def one_generator_in_turn(honest: Model) -> Model:
    """Pretend n tasks: start one, which delegates to all the others."""
    return running(honest, lambda run, factories: run([partial(generators_in_turn, factories)])[0])


def made(cheat: str, model: Model) -> Model:
    """Return a model that cheats as the function of that name has it, in any room."""
    rooms = vars(cheats) | vars(cheats_of_steps) | globals()
    cheating: Model = rooms[cheat](model)
    return cheating


def told_of(cheat: str, model: str, workload: Any, params: Any, seconds: float) -> list[str]:
    """Return which checks a cheat fails, or the error that its run ends with."""
    cheating = made(cheat, index.get(model))
    with cheating.open() as session:
        try:
            return sorted(
                bear_witness(cell_of(workload, params, cheating, session), seconds=seconds).failures
            )
        except Exception as error:  # noqa: BLE001  (it is what is told)
            return [type(error).__name__]


def tell(model: str, cheat: str, seconds: Sequence[float]) -> None:
    """Print, as JSON, what came of a cheat at each workload, run for so long (s) at most."""
    from tests.measure.test_cheats import WORKLOADS

    cells = zip(WORKLOADS.values(), seconds, strict=True)
    told = [told_of(cheat, model, *cell, limit) for cell, limit in cells]
    print(json.dumps(told))  # noqa: T201  (read by who started this process)
