"""What all workloads of the package have in common, and what each refuses."""

from random import Random
from typing import Any

import pytest

from concbench.models import index as models
from concbench.models.base import DIALECTS, BlockingRuntime
from concbench.workloads import index
from concbench.workloads.base import (
    PRESETS,
    NotExpressible,
    at_least,
    judge_equal,
    params_from_dict,
    params_to_dict,
)

pytestmark = pytest.mark.measured_side

PACKAGE = ["timers", "spawn", "parked", "switch", "chain"]


def test_the_packages_workloads_come_in_the_order_of_the_documentation() -> None:
    assert index.names()[:5] == PACKAGE


@pytest.mark.parametrize("name", ["base", "catalogue", "index", "no such workload"])
def test_an_unknown_name_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        index.get(name)


@pytest.mark.parametrize("name", PACKAGE)
def test_a_workload_has_an_entry_for_every_dialect(name: str) -> None:
    workload = index.get(name)
    assert workload.name == name
    assert set(DIALECTS) <= set(workload.versions) <= {*DIALECTS, *models.names()}
    assert all((workload.summary, workload.reading, workload.version))


@pytest.mark.parametrize("name", PACKAGE)
def test_parameters_survive_the_way_through_plain_data(name: str) -> None:
    workload = index.get(name)
    for p in [*workload.small(Random(3)), *(p for preset in PRESETS for p in workload.points(preset))]:
        assert params_from_dict(workload, params_to_dict(p)) == p


@pytest.mark.parametrize("name", PACKAGE)
@pytest.mark.parametrize("model_name", ["polling", "generator", "yield-from", "asyncio", "threads"])
def test_the_judge_accepts_every_models_results_and_refuses_changed_ones(name: str, model_name: str) -> None:
    workload, model = index.get(name), models.get(model_name)
    with model.open() as session:
        try:
            factories = workload.factories(model.dialect, session.rt, workload.smallest)
        except NotExpressible as cannot:
            assert "suspend" in cannot.reason  # noqa: PT017  (the reason is all there is to check)
            return
        results = session.run(factories)
    assert workload.judge(results, workload.smallest) is None
    assert workload.judge([*results[:-1], None], workload.smallest) is not None
    assert workload.judge(results[:-1], workload.smallest) is not None


@pytest.mark.parametrize("name", ["switch", "chain"])
def test_a_lone_thread_cannot_hand_over(name: str) -> None:
    workload = index.get(name)
    with models.get("threads").open() as session:
        rt: BlockingRuntime = session.rt
        with pytest.raises(NotExpressible) as raised:
            workload.factories("blocking", rt, params_from_dict(workload, {"tasks": 1}))
    assert raised.value.reason == "one thread alone has nobody to hand over to, so it cannot suspend"


@pytest.mark.parametrize("dialect", ["polling", "generator"])
def test_a_chain_needs_a_stack_to_suspend(dialect: Any) -> None:
    with pytest.raises(NotExpressible, match="suspend"):
        index.get("chain").factories(dialect, None, index.get("chain").smallest)


@pytest.mark.parametrize("name", PACKAGE)
def test_no_tasks_at_all_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: tasks must be .*at least 1, not 0"):
        params_from_dict(index.get(name), {"tasks": 0})


def test_an_unknown_parameter_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"chain has no parameter size; it has tasks, depth, suspensions"):
        params_from_dict(index.get("chain"), {"size": 1})


def test_a_parameter_that_is_no_number_is_named_with_its_workload() -> None:
    with pytest.raises(ValueError, match=r"spawn: .*'many'"):
        params_from_dict(index.get("spawn"), {"tasks": "many"})


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf"), float("-inf")])
def test_a_number_below_the_least_or_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="size must be"):
        at_least(1, size=value)


def test_the_least_itself_is_accepted() -> None:
    at_least(1, size=1, other=2.5)


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([1, 2], None),
        ([1, 3], "task 1 returned 3 instead of 2"),
        ([True, 2], "task 0 returned True instead of 1"),
        ([1], "1 results instead of 2"),
    ],
)
def test_equal_results_are_equal_in_value_type_and_number(results: list[Any], message: str | None) -> None:
    assert judge_equal(results, [1, 2]) == message


@pytest.mark.parametrize("name", ["switch", "chain"])
def test_doubling_doubles_the_suspensions_and_nothing_else(name: str) -> None:
    workload = index.get(name)
    doubled = workload.double(workload.smallest)
    assert doubled.suspensions == 2 * workload.smallest.suspensions
    assert doubled.tasks == workload.smallest.tasks


def test_what_has_nothing_to_double_says_so() -> None:
    with pytest.raises(TypeError, match="spawn has no parameter to double"):
        index.get("spawn").double(index.get("spawn").smallest)


@pytest.mark.parametrize("name", ["timers", "spawn", "parked", "switch"])
def test_polled_tasks_are_of_the_same_classes_in_every_run(name: str) -> None:
    workload = index.get(name)
    with models.get("polling").open() as session:
        runs = [workload.factories("polling", session.rt, workload.smallest) for _ in range(2)]
    first, second = ({type(factory()) for factory in factories} for factories in runs)
    assert first == second
