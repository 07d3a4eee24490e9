"""The steps of the ladder as data: whole, in order, about workloads that there are, and never edited."""

import hashlib
import json
from dataclasses import asdict

import pytest

from concbench.analysis.ladder.rungs import RUNGS, STEPS, STORY, USUAL
from concbench.analysis.ladder.steps import EFFECTS, expected
from concbench.models import index as models
from concbench.models.index import MEMBERS
from concbench.workloads import index as workloads

STATED = "c078e16247950f848b667710b53fe68d72558725dcda29fbf8ba299727d0aee8"
"""Of all predictions, as they were stated on 2026-11-30, before any rung of the ladder had been measured."""


def test_each_step_begins_where_the_one_before_it_ends_and_all_rungs_are_models() -> None:
    assert [step.below for step in STEPS[1:]] == [step.rung for step in STEPS[:-1]]
    assert {*RUNGS} <= {*models.names()}
    assert RUNGS[1 : 1 + len(MEMBERS["ladder"])] == MEMBERS["ladder"]


def test_what_is_predicted_and_learned_is_about_workloads_that_there_are_each_once() -> None:
    known = [*workloads.names(), "tutorial"]  # which is found by its name alone
    for step in STEPS:
        named = [name for names in step.others for name in names.split()]
        assert {*named} <= {*known}, step.rung
        assert len(named) == len({*named}), step.rung
        assert {*step.learned} <= {f"{one} {effect}" for one in known for effect in EFFECTS}, step.rung


def test_the_story_is_of_workloads_that_there_are_and_of_their_parameters() -> None:
    fields = {name for one in USUAL for name in workloads.get(one).params.__dataclass_fields__}
    assert {*STORY} <= fields


def test_a_prediction_is_never_edited_what_was_learned_stands_beside_it() -> None:
    stated = [
        [step.below, step.rung, [[names, asdict(one)["signs"], one.why] for names, one in
                                 [("", step.usual), *step.others.items()]]]
        for step in STEPS
    ]  # fmt: skip
    found = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
    assert found == STATED, "a prediction stays as it was stated: say in `learned` what was learned"


def test_a_step_expects_of_a_workload_what_names_it_or_what_is_usual() -> None:
    idle_sleep = STEPS[0]
    assert idle_sleep.expects("timers").signs["CPU"] == "less"
    assert idle_sleep.expects("tutorial") is idle_sleep.expects("timers")
    assert idle_sleep.expects("switch") is idle_sleep.usual
    assert idle_sleep.lesson("switch", "CPU") == idle_sleep.learned.get("switch CPU", "")


@pytest.mark.parametrize("signs", ["more", "more more more", "more more more up", ""])
def test_a_prediction_is_a_sign_for_each_effect(signs: str) -> None:
    with pytest.raises(ValueError, match="is not a sign of less, more, same for each of wall, CPU"):
        expected(signs, "why")
