"""Salts: drawn for each run, shown by its results, and absent where models or workloads are older."""

import weakref
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure import recipes
from concbench.measure.execution import cell_of
from concbench.measure.failures import outcome_of
from concbench.measure.recipes import Batch, batch_of, recipe_of
from concbench.measure.salting import (
    SALT_BYTES,
    WrongFactories,
    reported_by,
    takes_salt,
    wrong_with,
)
from concbench.measure.witness import bear_witness, look_again
from concbench.models import index as models
from concbench.models.base import DIALECTS, CoroutineRuntime, GeneratorRuntime
from concbench.workloads import index
from concbench.workloads.base import NotExpressible
from concbench.workloads.basics import spawn, timers
from tests.models.apart import tried

pytestmark = pytest.mark.measured_side
PARAMS = spawn.Params(tasks=3)


def batch(workload: Any, dialect: Any, rt: Any, params: Any) -> Batch:
    return batch_of(recipe_of(workload, params, dialect, dialect), workload, params, rt)


@dataclass(frozen=True)
class OlderRuntime:
    """A runtime of a checkout that knows of no salts."""

    observe: Any = None


def check_salts(name: str) -> None:
    model = models.get(name)
    found = [index.get(workload) for workload in ("spawn", "switch", "parked")]
    with model.open() as session:
        for chosen in (one for one in found if one.impossible(model) is None):
            cell = cell_of(chosen, chosen.smallest, model, session)
            first, second = batches = cell.batches(2)
            results = cell.lent.carry_out(cell.lent.ready(batches))
            assert wrong_with(chosen, results[0], chosen.smallest, first.salt) is None
            assert wrong_with(chosen, results[1], chosen.smallest, second.salt) is None
            assert wrong_with(chosen, results[0], chosen.smallest, second.salt) is not None


@pytest.mark.parametrize("name", models.names())
def test_results_show_the_salt_of_their_own_run_and_of_no_other(name: str) -> None:
    tried(check_salts, name)


def test_all_salts_are_numbers_of_the_same_size() -> None:
    with models.get("generator").open() as session:
        salts = {batch(spawn.WORKLOAD, "generator", session.rt, PARAMS).salt for _ in range(100)}
    assert len(salts) == 100
    assert {salt.bit_length() for salt in salts} == {8 * SALT_BYTES + 1}


def older(judge: Any) -> Any:
    """Return a workload as those of a checkout are that knows of no salts."""

    def factories(_dialect: Any, rt: Any, p: Any) -> list[Any]:
        return [lambda: rt] * p.tasks

    return SimpleNamespace(name="older", factories=factories, judge=judge)


def test_a_side_that_is_older_than_salts_is_measured_without_and_judged_by_two_arguments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recipes, "SALTED", False)
    workload = older(lambda results, p: None if results == [1] * p.tasks else "wrong")
    made = batch(workload, "generator", OlderRuntime(), PARAMS)
    assert (len(made.factories), made.salt) == (3, 0)
    assert wrong_with(workload, [1, 1, 1], PARAMS, made.salt) is None
    assert wrong_with(workload, [1, 1], PARAMS, made.salt) == "wrong"
    assert reported_by(workload) is None


class Judge:
    """A judge that cannot be hashed, and so cannot be remembered by any cache."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, results: Any, params: Any, salt: int) -> str | None:
        return f"salt {salt}"


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        (lambda results, p: f"{p}", "p"),
        (lambda results, p, salt: f"{p} {salt}", "p 7"),
        (lambda results, p, number: f"{p} {number}", "p 7"),
        (lambda results, p, salt=0: f"{p} {salt}", "p 7"),
        (lambda results, p, tolerance=0.5: f"{p} {tolerance}", "p 0.5"),
        (lambda results, p, want="mine": f"{p} {want}", "p mine"),
        (lambda results, p, salt, want="mine": f"{p} {salt} {want}", "p 7 mine"),
        (lambda results, p, *, salt=0: f"{p} {salt}", "p 0"),
        (lambda *given: f"{given[1:]}", "('p', 7)"),
        (Judge(), "salt 7"),
    ],
)
def test_a_judge_gets_the_salt_as_its_third_argument_unless_that_has_a_value_and_another_name(
    judge: Any, said: str
) -> None:
    assert wrong_with(older(judge), [], "p", 7) == said


def test_the_judges_of_two_workloads_are_told_apart_and_only_the_last_is_kept_alive() -> None:
    with_salt, without = Judge(), lambda results, p: "no salt"
    said = [wrong_with(older(judge), [], "p", 7) for judge in (with_salt, with_salt, without, with_salt)]
    assert said == ["salt 7", "salt 7", "no salt", "salt 7"]
    gone = weakref.ref(with_salt)
    del with_salt
    takes_salt(without)
    assert gone() is None


@pytest.mark.parametrize("verdict", [True, False, 0, b"wrong", ["wrong"]])
def test_a_verdict_that_is_neither_none_nor_text_is_told_in_a_sentence(verdict: Any) -> None:
    workload = replace(spawn.WORKLOAD, judge=lambda _results, _params, _salt: verdict)
    with pytest.raises(TypeError) as raised:
        wrong_with(workload, [1, 2, 3], PARAMS)
    said = f"judge of spawn must return None or what is wrong, as text, not {verdict!r}"
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ([], "an empty list"),
        ((len,), "a tuple"),
        (None, "None"),
        (iter([len]), "a list_iterator"),
        ([len, "x"], "a list that has a str at 1"),
    ],
)
def test_what_is_no_list_of_factories_makes_a_cell_invalid_in_words(made: Any, kind: str) -> None:
    versions: Any = dict.fromkeys(DIALECTS, lambda _rt, _params: made)
    workload, model = replace(spawn.WORKLOAD, versions=versions), models.get("generator")
    for look in (bear_witness, look_again):
        with model.open() as session, pytest.raises(WrongFactories) as raised:
            look(cell_of(workload, PARAMS, model, session))
        outcome = outcome_of(raised.value)
        assert (outcome["outcome"], outcome["reason"]) == (
            "invalid",
            f"spawned: spawn returned {kind} for generator models, not a list of task factories",
        )


def test_times_that_tasks_report_are_taken_from_their_results() -> None:
    reported = reported_by(timers.WORKLOAD)
    assert reported is not None
    assert reported((1.0, 2.0)) == (1.0, 2.0)


def test_what_cannot_be_expressed_is_said_before_the_runtime_is_looked_at() -> None:
    with pytest.raises(NotExpressible):
        batch(index.get("chain"), "polling", None, index.get("chain").smallest)


class Unsalted:
    """Looks like a runtime, and keeps no salt that it is given."""

    salt = 0


@dataclass(frozen=True)
class Stubborn(GeneratorRuntime):
    """Refuses to be made with any salt but the one that a model has seen already."""

    def __post_init__(self) -> None:
        if self.salt:
            raise TypeError("no salt for me")


@pytest.mark.parametrize("rt", [None, {}, Unsalted(), OlderRuntime(), GeneratorRuntime, index])
def test_what_is_no_runtime_is_refused_in_words(rt: Any) -> None:
    with pytest.raises(TypeError, match="which is no runtime: make it a GeneratorRuntime"):
        batch(spawn.WORKLOAD, "generator", rt, PARAMS)


@pytest.mark.parametrize("name", ["sleep", "switch", "Event"])
def test_a_primitive_that_is_no_function_is_named(name: str) -> None:
    lent: dict[str, Any] = {name: 5}
    with pytest.raises(
        TypeError, match=f"^{name} of the model's runtime must be a function, not 5; a primitive"
    ):
        batch(spawn.WORKLOAD, "coroutine", CoroutineRuntime(**lent), PARAMS)


def test_a_runtime_that_takes_no_salt_is_not_run_without_one() -> None:
    with pytest.raises(TypeError, match="no salt for me"):
        batch(spawn.WORKLOAD, "generator", Stubborn(), PARAMS)
