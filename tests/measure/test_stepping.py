"""A cell run just once, and the sleep that is stepped by hand, in every model that has the scene."""

from itertools import pairwise
from typing import Any

import pytest

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.stepping import run_once, step
from concbench.measure.worker import RequestHandler
from concbench.models import index as models
from concbench.workloads import index as workloads
from concbench.workloads.base import NotExpressible
from concbench.workloads.catalogue import Catalogue

pytestmark = pytest.mark.measured_side

DELAY, PAUSE = 0.05, 0.02


@pytest.mark.parametrize("name", ["generator", "asyncio", "threads"])
def test_ticks_come_while_the_task_sleeps_and_are_told_as_they_come(name: str) -> None:
    told: list[float] = []
    model = models.get(name)
    with model.open() as session:
        answer = step(model, session, delay=DELAY, pause=PAUSE, tick=told.append)
    ticks = answer["ticks_ns"]
    assert ticks == [round(1e9 * seconds) for seconds in told]
    assert ticks[0] >= 0
    gaps = [later - earlier for earlier, later in pairwise(ticks)]
    assert all(gap >= 0.9e9 * PAUSE for gap in gaps)
    assert 1 <= len(ticks) <= 3
    assert answer["figures"]["wall_ns"] >= 0.9e9 * DELAY


@pytest.mark.parametrize("name", ["polling", "yield-from"])
def test_the_tutorial_steps_nothing_else_by_hand(name: str) -> None:
    model = models.get(name)
    with model.open() as session, pytest.raises(NotExpressible, match=f"dialect {model.dialect}"):
        step(model, session, delay=DELAY, pause=PAUSE, tick=lambda _: None)


def test_one_run_is_timed_judged_and_recorded() -> None:
    model, workload = models.get("yield-from"), workloads.get("tutorial")
    with model.open() as session:
        answer = run_once(cell_of(workload, workload.params(tasks=7, delay=0.01), model, session))
    assert answer["results"] == answer["records"]["collected"] == 7
    assert answer["figures"]["wall_ns"] >= 10_000_000


def test_a_wrong_result_is_no_answer() -> None:
    model, workload = models.get("generator"), workloads.get("timers")

    class Cheat:
        rt: Any = None

        @staticmethod
        def run(factories: Any) -> list[Any]:
            return [(0.0, 0.0)] * len(factories)

    with model.open() as session:
        Cheat.rt = session.rt
        with pytest.raises(WrongResult, match="task 0 slept"):
            run_once(cell_of(workload, workload.params(tasks=3, delay=0.5), model, Cheat()))


def test_the_desk_sends_every_tick_ahead_of_its_answer() -> None:
    said: list[dict[str, Any]] = []
    model = models.get("generator")
    with model.open() as session:
        handler = RequestHandler(Catalogue(), model, session, said.append)
        answer = handler.answer({"op": "step", "delay": DELAY, "pause": PAUSE})
    assert [round(1e9 * message["tick"]) for message in said] == answer["ticks_ns"]


def test_the_desk_runs_a_cell_once() -> None:
    model = models.get("polling")
    with model.open() as session:
        handler = RequestHandler(Catalogue(), model, session)
        answer = handler.answer({"op": "once", "workload": "timers", "params": {"tasks": 4, "delay": 0.01}})
    assert answer["results"] == 4
