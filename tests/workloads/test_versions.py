"""Versions: a model's own wording comes first, and what it does not lend is known before it is opened."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.models import index
from concbench.models.base import CoroutineRuntime, Model
from concbench.models.capabilities import Capability
from concbench.traits import Traits
from concbench.workloads.base import NotExpressible, Version, Workload
from concbench.workloads.basics import parked, spawn, switch, timers

pytestmark = pytest.mark.measured_side

ASYNCIO = index.get("asyncio")


def lending(*capabilities: Capability) -> Model:
    return replace(ASYNCIO, name="plain", lends=frozenset(capabilities))


def worded(**versions: Any) -> Workload[Any]:
    return replace(spawn.WORKLOAD, versions={**spawn.WORKLOAD.versions, **versions})


def test_a_model_s_own_wording_comes_before_that_of_its_dialect() -> None:
    workload = worded(plain=spawn.coroutine)
    assert workload.wording_of(lending()) == "plain"
    assert workload.wording_of(ASYNCIO) == "coroutine"


def test_a_model_that_is_called_as_another_dialect_speaks_its_own() -> None:
    assert spawn.WORKLOAD.wording_of(replace(ASYNCIO, name="blocking")) == "coroutine"


@pytest.mark.parametrize(
    ("workload", "model", "reason"),
    [
        (parked.WORKLOAD, ASYNCIO, None),
        (parked.WORKLOAD, lending(Capability.SLEEP), "plain lends no event"),
        (timers.WORKLOAD, lending(Capability.SLEEP), None),
        (switch.WORKLOAD, lending(), "plain lends no switch"),
        (spawn.WORKLOAD, lending(), None),
        (
            parked.WORKLOAD,
            replace(lending(), traits=Traits(runs_on="processes")),
            "plain lends no event and no shared memory",
        ),
        (worded(plain=NotExpressible("not in plain")), lending(), "not in plain"),
        (replace(spawn.WORKLOAD, versions={}), ASYNCIO, "spawn has no version for coroutine models"),
    ],
)
def test_what_is_impossible_is_said_before_the_model_is_opened(
    workload: Workload[Any], model: Model, reason: str | None
) -> None:
    assert workload.impossible(model) == reason


def test_a_session_that_lends_less_than_its_model_says_cannot_express_it_either() -> None:
    rt = CoroutineRuntime(sleep=abs)
    with pytest.raises(NotExpressible, match="the model's session lends no event"):
        parked.WORKLOAD.factories("coroutine", rt, parked.Params(1))
    assert len(timers.WORKLOAD.factories("coroutine", rt, timers.Params(1))) == 1


def test_a_version_is_called_as_its_function_is() -> None:
    rt = CoroutineRuntime()
    assert len(Version(spawn.coroutine)(rt, spawn.Params(3))) == 3


@pytest.mark.parametrize(
    ("workload", "said", "unit"),
    [
        (spawn.WORKLOAD, {}, "task"),
        (spawn.WORKLOAD, {"unit": "item"}, "item"),
        (spawn.WORKLOAD, {"doubled": "tasks"}, "suspension"),
        (switch.WORKLOAD, {}, "suspension"),
        (switch.WORKLOAD, {"doubled": None}, "task"),
        (switch.WORKLOAD, {"doubled": None, "unit": "suspension"}, "suspension"),
    ],
)
def test_the_unit_of_cost_is_the_suspension_where_there_is_a_slope_unless_another_is_said(
    workload: Workload[Any], said: dict[str, Any], unit: str
) -> None:
    assert replace(workload, **said).cost_unit == unit
