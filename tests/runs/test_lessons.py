"""The price of a step, from what workers answer."""

from typing import Any

import pytest

from concbench.lessons.steps import PRICES, PriceTag
from concbench.models import index as models
from concbench.runs import lessons
from concbench.runs.lessons import Priced, value_of
from concbench.workloads import index as workloads
from concbench.workloads.base import params_from_dict

SWITCH = {"tasks": 100, "suspensions": 100}
TAG = PriceTag("a switch", "switch", SWITCH, "wall")


class FakeClient:
    """A worker that answers as the test says."""

    def __init__(self, name: str, wall: list[int], reason: str = "") -> None:
        self.contender = models.get(name)
        self.wall, self.reason, self.asked = wall, reason, list[str]()

    def ask(self, message: dict[str, Any], _seconds: float) -> dict[str, Any]:
        self.asked.append(message["op"])
        if self.reason:
            return {"outcome": "invalid", "reason": self.reason}
        if message["op"] == "witness":
            counts = [{"suspension": 10_000, "task": 100}, {"suspension": 20_000, "task": 100}]
            return {"number": 2, "legs": [{"counts": one} for one in counts]}
        wall = self.wall.pop(0)
        legs = [
            {"leg": "short", "number": 2, "wall_ns": 1000},
            {"leg": "long", "number": 2, "wall_ns": 1000 + wall},
        ]
        return {"legs": legs[::-1] if message["long_first"] else legs}


def as_clients(*clients: FakeClient) -> Any:
    return clients


def priced(*clients: FakeClient) -> Priced:
    return lessons.priced_at(TAG, workloads.get("switch"), as_clients(*clients))


def test_a_price_is_that_of_the_least_turn_by_the_slope_of_two_legs() -> None:
    before = FakeClient("yield-from", [2_000_000, 1_000_000, 3_000_000, 9_000_000, 2_000_000])
    now = FakeClient("yield-from", [4_000_000] * 5)
    assert priced(before, now) == Priced("a switch", "wall", 50.0, 200.0)
    assert before.asked == now.asked == ["witness", *["turn"] * 5]


def test_who_cannot_do_the_work_is_not_asked_and_has_no_price() -> None:
    tag, before = PriceTag("a switch below calls", "chain", {"tasks": 10}, "wall"), FakeClient("polling", [])
    told = lessons.priced_at(tag, workloads.get("chain"), as_clients(before))
    assert (told.before, told.now, before.asked) == (None, None, [])


def test_what_fails_the_witness_has_no_price_but_the_reason() -> None:
    told = priced(FakeClient("yield-from", [1] * 5), FakeClient("yield-from", [], "fairness: no turns"))
    assert (told.before, told.now, told.why) == (None, None, "fairness: no turns")


def test_where_there_is_a_floor_it_is_subtracted_from_the_time_and_not_from_the_cpu() -> None:
    timers = workloads.get("timers")
    params = params_from_dict(timers, {"tasks": 10, "delay": 0.02})
    counted = [{"counts": {"task": 10, "suspension": 10}}]
    leg = {"leg": "short", "number": 1, "wall_ns": 21_000_000, "cpu_ns": 500_000}
    assert value_of("wall", timers, params, counted, [[leg]]) == pytest.approx(100_000)
    assert value_of("cpu", timers, params, counted, [[leg]]) == pytest.approx(50_000)
    assert value_of("share", timers, params, counted, [[leg]]) == pytest.approx(500 / 21_000)


def test_every_price_is_of_a_workload_that_there_is() -> None:
    for tag in PRICES:
        assert params_from_dict(workloads.get(tag.workload), tag.params)
