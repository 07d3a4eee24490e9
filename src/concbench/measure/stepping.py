"""What ``concbench seeds`` alone asks of a worker: a cell run just once, and a sleep that is stepped by hand.

The tutorial steps one generator by hand, prints "loading" and sleeps a while between two steps. Here a
tick stands for each of those lines. Each dialect has the same scene in its own wording: one task sleeps
``delay`` s, and whoever waits for it ticks every ``pause`` s until it is done. Standard library only.
"""

import threading
import time
from collections.abc import Callable, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Any

from concbench.measure.execution import Cell
from concbench.measure.probe import timed
from concbench.models.base import BlockingRuntime, CoroutineRuntime, Dialect, Model, Session
from concbench.models.generator import sleep_generator
from concbench.workloads.base import NotExpressible


def run_once(cell: Cell) -> dict[str, Any]:
    """Time one run with no repetition before it.

    Returns its ``figures``, how many ``results`` there were, and the workload's ``records``. (A sample of
    a run file is never taken like this: it would hold the first run's own costs.) Raises WrongResult for
    results that the workload's judge rejects.
    """
    figures, (results,), extras = cell.timed(1)
    return {"figures": figures, "results": len(results), "records": cell.records(results) | extras}


Tick = Callable[[float], None]
"""Takes the time in s since the start."""


def generator(_session: Session, delay: float, pause: float, tick: Tick) -> None:
    """The tutorial's own loop: whoever steps the generator may sleep in between."""
    start = perf_counter()
    for _ in sleep_generator(delay):
        tick(perf_counter() - start)
        time.sleep(pause)


def coroutine(session: Session, delay: float, pause: float, tick: Tick) -> None:
    """The main coroutine ticks while a task sleeps: neither steps the other."""
    import asyncio  # noqa: PLC0415  (a worker that runs generators never imports it)

    rt: CoroutineRuntime = session.rt

    async def main() -> None:
        start = perf_counter()
        sleeper = asyncio.create_task(rt.sleep(delay))
        while not sleeper.done():
            tick(perf_counter() - start)
            await rt.sleep(pause)

    session.run([main])


def blocking(session: Session, delay: float, pause: float, tick: Tick) -> None:
    """The main thread ticks while another sleeps."""
    rt: BlockingRuntime = session.rt
    start = perf_counter()
    sleeper = threading.Thread(target=rt.sleep, args=(delay,), daemon=True)
    sleeper.start()
    while sleeper.is_alive():
        tick(perf_counter() - start)
        rt.sleep(pause)


Scene = Callable[[Session, float, float, Tick], None]

SCENES: Mapping[Dialect, Scene] = MappingProxyType(
    {"generator": generator, "coroutine": coroutine, "blocking": blocking}
)


def step(model: Model, session: Session, *, delay: float, pause: float, tick: Tick) -> dict[str, Any]:
    """Play the scene of the model's dialect, calling ``tick`` at every step as it happens.

    Returns the scene's ``figures`` and ``ticks_ns``: when each tick came, in ns since the start. Raises
    NotExpressible for a dialect that has no such scene.
    """
    scene = SCENES.get(model.dialect)
    if scene is None:
        raise NotExpressible(f"the tutorial steps no task of the dialect {model.dialect} by hand")
    ticks: list[float] = []

    def note(seconds: float) -> None:
        ticks.append(seconds)
        tick(seconds)

    figures, _ = timed(lambda play: play(session, delay, pause, note), [scene])
    return {"figures": figures, "ticks_ns": [round(1e9 * seconds) for seconds in ticks]}
