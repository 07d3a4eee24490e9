"""What all workloads of the package have in common, those to come too, and what each refuses."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from random import Random
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from concbench import workloads
from concbench.families import LOAD_FAMILIES
from concbench.measure.execution import Cell, as_they_are, cell_of
from concbench.measure.salting import takes_salt, wrong_with
from concbench.measure.witness import bear_witness
from concbench.metrics import METRICS, UNITS
from concbench.models import index as models
from concbench.models.base import DIALECTS, BlockingRuntime
from concbench.models.index import ONE_OF_EACH
from concbench.promising import promises_of
from concbench.workloads import index
from concbench.workloads.base import (
    PRESETS,
    NotExpressible,
    Version,
    Workload,
    at_least,
    judge_equal,
    params_from_dict,
    params_to_dict,
)
from tests.models.apart import tried

pytestmark = pytest.mark.measured_side

PACKAGE = index.names()
FURTHER = [name for name in models.names() if name not in ONE_OF_EACH]
DOUBLED = [name for name in PACKAGE if index.get(name).doubled]
POLLED = [name for name in PACKAGE if callable(index.get(name).versions["polling"])]

UNSALTED = {"timers": "its tasks return times, which no run before could have told"}
"""Workloads whose judge does not take the salt, and why no remembered result passes all the same."""


def sets_of(workload: Workload[Any]) -> list[Any]:
    """Return every set of parameters that a workload names, with a few that it draws."""
    sets = [*workload.small(Random(3)), workload.smallest, *([workload.brief] if workload.brief else [])]
    sets += [params for preset in PRESETS for params in workload.points(preset)]
    return [*sets, *([workload.lanes.params] if workload.lanes else [])]


def shared_out() -> Iterator[ParameterSet]:
    """Yield each workload with a model of each dialect; most of those that start a companion are nightly."""
    for name in PACKAGE:
        for model in ONE_OF_EACH:
            later = index.get(name).companion is not None and model != "asyncio"
            yield pytest.param(name, model, id=f"{name}-{model}", marks=[pytest.mark.nightly] * later)


SHARED_OUT = list(shared_out())


@contextmanager
def opened(name: str, model_name: str, *, alone: bool = False) -> Iterator[Cell]:
    """Yield a workload's smallest cell, in its surroundings or ``alone``; skip what the model cannot do."""
    workload, model = index.get(name), models.get(model_name)
    params = workload.smallest
    if (why := workload.impossible(model, params)) is not None:
        pytest.skip(why)
    with model.open() as session, ExitStack() as stack:
        cell = cell_of(workload, params, model, session)
        cell = cell if alone else stack.enter_context(cell.surroundings())
        try:
            cell.factories()
        except NotExpressible as cannot:
            pytest.skip(cannot.reason)
        yield cell


def results_of(cell: Cell) -> tuple[list[Any], int]:
    """Run a cell once, and return what its tasks returned and the salt of the run."""
    (batch,) = cell.batches(1)
    (results,) = as_they_are(cell.lent.carry_out(cell.lent.ready([batch])))
    assert type(results) is list
    return results, batch.salt


def check_judge(model_name: str, name: str) -> None:
    """Require that a judge accepts what a model returns, and refuses it cut short, changed or remembered."""
    with opened(name, model_name) as cell:
        results, salt = results_of(cell)
    workload, p = cell.workload, cell.params
    assert wrong_with(workload, results, p, salt) is None
    assert wrong_with(workload, results[:-1], p, salt) is not None
    for place in range(len(results)):
        changed = [*results[:place], None, *results[place + 1 :]]
        assert wrong_with(workload, changed, p, salt) is not None
    if takes_salt(workload.judge):
        assert wrong_with(workload, results, p, salt + 1) is not None
    else:
        assert name in UNSALTED
    records = workload.records(results, p)
    assert json.loads(json.dumps(records)) == records


def test_a_workload_lies_in_the_folder_of_its_family_under_a_name_of_its_own() -> None:
    package = Path(workloads.__path__[0])
    for name in index.names():
        files = list(package.rglob(f"{name.replace('-', '_')}.py"))
        folders = [file.parent.name for file in files if "companions" not in file.parts]
        assert folders == [index.get(name).family.replace("-", "_")], name


def test_the_packages_workloads_come_in_the_order_of_the_documentation() -> None:
    assert index.names()[:5] == list(index.BASICS)
    assert [name for name in (*index.BASICS, *index.LOADS) if name in PACKAGE] == PACKAGE


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
    assert workload.family in LOAD_FAMILIES
    assert workload.family != "own"
    reasons = [one.reason for one in workload.versions.values() if isinstance(one, NotExpressible)]
    assert all(len(reason.split()) > 3 and not reason.endswith(".") for reason in reasons)


@pytest.mark.parametrize("name", PACKAGE)
def test_what_a_workload_brings_to_a_report_is_known_there(name: str) -> None:
    workload = index.get(name)
    parameters = {field.name for field in fields(workload.params)}
    for question in workload.questions:
        assert question.metric in METRICS
        assert question.axis in parameters
        assert all((question.title, question.goal, question.price))
    assert workload.questions
    assert workload.cost_unit in UNITS
    assert workload.lanes is None or isinstance(workload.lanes.params, workload.params)


@pytest.mark.parametrize("name", PACKAGE)
def test_a_brief_size_can_be_made_larger_by_a_few_percent(name: str) -> None:
    brief = index.get(name).brief
    assert brief is not None
    assert any(type(value) is int and value % 100 == 0 for value in asdict(brief).values() if value)


@pytest.mark.parametrize("name", PACKAGE)
def test_parameters_survive_the_way_through_plain_data_and_as_text(name: str) -> None:
    workload = index.get(name)
    for p in sets_of(workload):
        assert params_from_dict(workload, params_to_dict(p)) == p
        text = {name: str(value) for name, value in params_to_dict(p).items()}
        assert params_from_dict(workload, text) == p


@pytest.mark.parametrize("name", PACKAGE)
def test_a_preset_has_points_no_two_alike_and_quick_at_most_three(name: str) -> None:
    workload = index.get(name)
    for preset in PRESETS:
        points = workload.points(preset)
        assert 1 <= len(points) == len(set(points))
    assert len(workload.points("quick")) <= 3
    assert workload.small(Random(5)) == workload.small(Random(5))


@pytest.mark.parametrize("name", PACKAGE)
def test_what_is_promised_is_promised_of_at_least_as_many_tasks_as_there_are_factories(name: str) -> None:
    workload = index.get(name)
    for model in map(models.get, ONE_OF_EACH):
        if workload.impossible(model, workload.smallest) is None:
            with opened(name, model.name, alone=True) as cell:
                promised = promises_of(workload.promise(cell.params, model.dialect)).tasks
                version = workload.versions[workload.wording_of(model)]
                children = isinstance(version, Version) and {"join", "cancel"} & version.needs
                made = len(cell.factories())
                assert made <= promised if children else made == promised


@pytest.mark.parametrize(("name", "model_name"), SHARED_OUT)
def test_the_judge_accepts_every_models_results_and_refuses_changed_ones(name: str, model_name: str) -> None:
    check_judge(model_name, name)


@pytest.mark.nightly
@pytest.mark.parametrize("name", PACKAGE)
@pytest.mark.parametrize("model_name", FURTHER)
def test_the_judge_accepts_further_models_results_and_refuses_changed_ones(
    name: str, model_name: str
) -> None:
    workload, model = index.get(name), models.get(model_name)
    if (why := workload.impossible(model, workload.smallest)) is not None:
        pytest.skip(why)
    tried(check_judge, model_name, name)


@pytest.mark.parametrize(("name", "model_name"), SHARED_OUT)
def test_every_model_keeps_what_is_promised_and_is_counted_by_the_workloads_unit(
    name: str, model_name: str
) -> None:
    with opened(name, model_name) as cell:
        testimony = bear_witness(cell, seconds=20)
    assert testimony.failures == {}
    assert testimony.counts[cell.workload.cost_unit] > 0


@pytest.mark.parametrize("name", PACKAGE)
def test_a_parameter_that_is_too_small_is_refused_by_name(name: str) -> None:
    workload = index.get(name)
    plain = params_to_dict(workload.smallest)
    for parameter, value in plain.items():
        if isinstance(value, str):
            with pytest.raises(ValueError, match=rf"{name}: {parameter} must be .*'nonsense'"):
                params_from_dict(workload, {**plain, parameter: "nonsense"})
        elif parameter != "seed":
            with pytest.raises(ValueError, match=rf"{name}: .*\b{parameter} must be .*not -1"):
                params_from_dict(workload, {**plain, parameter: -1})


@pytest.mark.parametrize("name", [name for name in PACKAGE if hasattr(index.get(name).smallest, "tasks")])
def test_no_tasks_at_all_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: tasks must be .*at least [12], not 0"):
        params_from_dict(index.get(name), {"tasks": 0})


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


@pytest.mark.parametrize("name", DOUBLED)
def test_doubling_doubles_one_parameter_and_nothing_else(name: str) -> None:
    workload = index.get(name)
    before, after = asdict(workload.smallest), asdict(workload.double(workload.smallest))
    assert after == {**before, str(workload.doubled): 2 * before[str(workload.doubled)]}


@pytest.mark.parametrize("name", [name for name in PACKAGE if name not in DOUBLED])
def test_what_has_nothing_to_double_says_so(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} has no parameter to double"):
        index.get(name).double(index.get(name).smallest)


@pytest.mark.parametrize("name", POLLED)
def test_polled_tasks_are_of_the_same_classes_in_every_run(name: str) -> None:
    with opened(name, "polling", alone=True) as cell:
        first, second = ({type(factory()) for factory in cell.factories()} for _ in range(2))
    assert first == second


def test_workloads_are_imported_without_loops_sockets_or_processes() -> None:
    code = (
        "import sys; from concbench.workloads import index; [index.get(name) for name in index.names()];"
        " print(*sorted({'asyncio', 'multiprocessing', 'socket', 'ssl'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
