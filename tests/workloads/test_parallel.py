"""parallel: judgement on figures made by hand; cheats, and the check that catches each."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index as models
from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.models.helpers import RT
from concbench.workloads.base import PRESETS, NotExpressible
from concbench.workloads.computing import parallel
from concbench.workloads.computing.parallel import WORKLOAD, Params, judge
from concbench.workloads.steps import after, start_of
from tests.measure import cheats
from tests.measure.cheats import HONEST
from tests.measure.cheats_in_wording import reworded, with_params

pytestmark = pytest.mark.measured_side

SMALL = Params(tasks=12, steps=300)
SHARED = replace(SMALL, shared=1)


def right(p: Params, salt: int = 0) -> list[int]:
    return [after(start_of(salt + index), p.steps) for index in range(p.tasks)]


def test_the_judge_accepts_what_honest_tasks_return() -> None:
    assert judge(right(SMALL, 7), SMALL, 7) is None
    assert judge([(one, (1, 2)) for one in right(SHARED, 7)], SHARED, 7) is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda good: good[:-1], "11 results instead of 12"),
        (lambda good: [*good[:3], (5, (1, 2)), *good[4:]], "task 3 returned 5 instead of"),
        (lambda good: [*good[:3], good[3][0], *good[4:]], "instead of a number and whose list it was in"),
        (
            lambda good: [*good[:3], (good[3][0], (1, 3)), *good[4:]],
            "the tasks had 2 lists instead of a shared",
        ),
    ],
)
def test_the_judge_refuses_what_is_no_honest_result(
    change: Callable[[list[Any]], list[Any]], complaint: str
) -> None:
    found = judge(change([(one, (1, 2)) for one in right(SHARED)]), SHARED)
    assert found is not None
    assert complaint in found


@pytest.mark.parametrize("values", [{"tasks": 0}, {"steps": -1}, {"shared": 2}, {"shared": -1}])
def test_parameters_that_cannot_be_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(values))} must be"):
        Params(**values)


def test_every_sweep_begins_with_one_task_to_hold_the_others_against() -> None:
    for preset in PRESETS:
        points = WORKLOAD.points(preset)
        for shared in {p.shared for p in points}:
            assert min(p.tasks for p in points if p.shared == shared) == 1


def test_small_sets_have_data_of_both_kinds() -> None:
    assert all({p.shared for p in WORKLOAD.small(Random(seed))} == {0, 1} for seed in range(5))


def test_tasks_that_run_apart_share_no_list() -> None:
    with pytest.raises(NotExpressible, match="share no list"):
        WORKLOAD.factories("process-pool", RT, SHARED)


def failures(model: Model, workload: Any = WORKLOAD, p: Params = SMALL, without: str = "") -> set[str]:
    """Return the checks that fail, but for one that is left out."""
    with model.open() as session:
        return set(bear_witness(cell_of(workload, p, model, session), without=[without]).failures)


def lists_of_their_own(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to share: give each task a copy of the list."""

    async def computing(place: int) -> Any:
        return parallel.in_common(list(cells), place, p.steps)

    cells = [start_of(rt.salt + index) for index in range(p.tasks)]
    return [partial(computing, place) for place in range(p.tasks)]


def hands_over(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend pure computing: hand over before it."""

    async def computing(chunk: Callable[[], Any]) -> Any:
        await rt.switch()
        return chunk()

    return [partial(computing, chunk) for chunk in parallel.chunks(rt, p)]


def by_the_formula(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to compute: take the short cut that the judge takes."""

    async def computing(number: int) -> int:
        return after(start_of(number), p.steps)

    return [partial(computing, rt.salt + index) for index in range(p.tasks)]


FEWER_STEPS = reworded(WORKLOAD, lambda version: with_params(version, steps=lambda p: p.steps - 1))
OWN_LISTS, HANDS_OVER, SHORT_CUT = (
    replace(WORKLOAD, versions={"coroutine": one}) for one in (lists_of_their_own, hands_over, by_the_formula)
)
FEWER_TASKS = replace(
    reworded(WORKLOAD, lambda version: with_params(version, tasks=lambda p: p.tasks - 1)),
    judge=lambda _results, _params: None,
)
"""A wording that does less, and a dishonest judge who does not miss it."""


@pytest.mark.parametrize(
    ("model", "workload", "p", "check"),
    [
        (HONEST["coroutine"], FEWER_STEPS, SMALL, "results"),
        (HONEST["coroutine"], OWN_LISTS, SHARED, "results"),
        (HONEST["coroutine"], HANDS_OVER, SMALL, "suspensions"),
        (HONEST["coroutine"], FEWER_TASKS, SMALL, "spawned"),
        (cheats.returns_a_constant(HONEST["delegating"]), WORKLOAD, SMALL, "results"),
    ],
    ids=["fewer steps", "lists of their own", "hands over", "fewer tasks", "a constant"],
)
def test_a_cheat_is_caught_by_one_check_and_passes_as_honest_without_it(
    model: Model, workload: Any, p: Params, check: str
) -> None:
    # in the unwatched pass the same promise is told under that name
    assert failures(model, workload, p) - {"unwatched"} == {check}
    assert failures(model, workload, p, without=check) == set()


def test_a_dropped_task_is_caught() -> None:
    assert "started" in failures(cheats.drops_every_tenth_task(HONEST["delegating"]))


def test_one_after_another_is_what_honest_loops_do_too() -> None:
    """It gains nothing where tasks could be done side by side, and its speed-up says so."""
    for dialect in ("coroutine", "blocking"):
        assert failures(cheats.one_after_another(HONEST[dialect])) == set()


def test_a_wording_that_knows_the_formula_cannot_be_told_from_one_that_computes() -> None:
    """Results are all that is seen of computing: whoever writes a wording could have them by a short cut."""
    assert failures(HONEST["coroutine"], SHORT_CUT) == set()


@pytest.mark.parametrize("name", ["polling", "generator", "yield-from", "asyncio", "threads", "thread-pool"])
def test_an_honest_model_is_not_flagged_whether_its_tasks_share_data_or_not(name: str) -> None:
    assert [failures(models.get(name), p=p) for p in (SMALL, SHARED)] == [set(), set()]


def test_an_honest_pool_of_processes_is_not_flagged() -> None:
    assert failures(models.get("process-pool").sized(2)) == set()  # type: ignore[misc]
