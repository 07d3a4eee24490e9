"""tutorial: foo → bar → sleep in every dialect that can express it, judged and witnessed."""

from random import Random
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index as models
from concbench.promises import Delays, Spawned
from concbench.workloads import index
from concbench.workloads.base import NotExpressible, params_from_dict
from concbench.workloads.basics import timers
from concbench.workloads.basics.tutorial import WORKLOAD, Params, judge, promise, records

pytestmark = pytest.mark.measured_side

MODELS = ("yield-from", "asyncio", "threads")
P = Params(tasks=5, delay=0.03)


def right(p: Params, value: Any = 123) -> list[tuple[Any, float, float]]:
    return [(value, 1.0 + index, 1.0 + index + p.delay + 0.001) for index in range(p.tasks)]


@pytest.mark.parametrize("name", MODELS)
def test_every_task_hands_back_123(name: str) -> None:
    model = models.get(name)
    with model.open() as session:
        results = session.run(WORKLOAD.factories(model.dialect, session.rt, P))
    assert [value for value, _armed, _woke in results] == [123] * P.tasks
    assert judge(results, P) is None


@pytest.mark.parametrize("name", MODELS)
def test_the_witness_sees_what_is_promised(name: str) -> None:
    model = models.get(name)
    for p in WORKLOAD.small(Random(1)):
        with model.open() as session:
            testimony = bear_witness(cell_of(WORKLOAD, p, model, session))
        assert testimony.failures == {}
        assert testimony.tasks == p.tasks


@pytest.mark.parametrize("dialect", ["polling", "generator"])
def test_a_dialect_that_cannot_suspend_in_a_call_says_so(dialect: Any) -> None:
    with pytest.raises(NotExpressible) as raised:
        WORKLOAD.factories(dialect, None, P)
    assert "suspend" in raised.value.reason


def test_one_dropped_value_is_found() -> None:
    results = right(P)
    results[3] = (None, *results[3][1:])
    assert judge(results, P) == "task 3 returned None instead of 123"


def test_a_missing_task_is_found() -> None:
    assert judge(right(P)[:-1], P) == "4 results instead of 5"


def test_a_value_without_its_times_is_found() -> None:
    assert judge([123] * 5, P) == "task 0 returned 123 instead of (123, armed, woke)"


def test_a_task_that_did_not_sleep_is_found() -> None:
    results = right(P)
    results[2] = (123, 5.0, 5.0)
    assert judge(results, P) == "task 2 slept 0.000000 s of its 0.030000 s"


def test_records_count_the_values_and_keep_the_lateness() -> None:
    results = right(P)
    results[0] = (124, *results[0][1:])
    found = records(results, P)
    assert found["collected"] == 4
    assert found["lateness_p50_ns"] == pytest.approx(1_000_000, abs=2)


def test_it_promises_what_its_sleeping_half_does() -> None:
    promised = promise(Params(7, 0.5), "delegating")
    assert promised == timers.promise(timers.Params(7, 0.5), "delegating")
    assert Spawned(7) in promised
    assert Delays((0.5,) * 7, timers.EARLY_TOLERANCE) in promised


def test_it_is_found_by_name_but_not_listed() -> None:
    assert index.get("tutorial") is WORKLOAD
    assert "tutorial" not in index.names()


@pytest.mark.parametrize(("values", "message"), [({"tasks": 0}, "tasks must"), ({"delay": -1}, "delay must")])
def test_a_parameter_out_of_range_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"tutorial: {message}"):
        params_from_dict(WORKLOAD, values)
