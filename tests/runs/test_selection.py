"""Which models are meant: names, families, and what is usual."""

import sys

import pytest

from concbench.drive.presets import REACHES
from concbench.errors import RequestError
from concbench.models import index
from concbench.results.header import HeaderContender
from concbench.runs.planning import baseline_of, plan_of, running_version
from concbench.runs.preset import cells_of
from concbench.runs.request import RunRequest
from concbench.runs.selection import chosen_models, chosen_workloads
from concbench.runs.survey import Surveyed, absent
from concbench.workloads.base import PRESETS, Preset
from concbench.workloads.catalogue import Catalogue

CATALOGUE = Catalogue()


def test_a_family_stands_for_its_members_each_of_which_is_named_once() -> None:
    named = chosen_models(["asyncio", "family:teaching", "generator"], [], CATALOGUE)
    assert named == ["asyncio", "polling", "generator", "yield-from"]


def test_every_model_is_in_the_family_by_which_it_is_asked_for() -> None:
    families = {CATALOGUE.model(name).family for name in index.names()}
    members = [name for family in families for name in chosen_models([f"family:{family}"], [], CATALOGUE)]
    assert sorted(members) == sorted(index.names())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("family:loops", "there is no family 'loops'; there are teaching, event-loop, library"),
        ("family:", "there is no family ''; there are"),
        ("famly:pool", "there is no model 'famly:pool'; there are polling, generator"),
    ],
)
def test_what_is_no_family_and_no_model_is_refused_with_what_there_is(asked: str, words: str) -> None:
    with pytest.raises(RequestError) as refused:
        chosen_models([asked], [], CATALOGUE)
    assert str(refused.value).startswith(words)


def test_a_family_of_workloads_stands_for_its_members() -> None:
    named = chosen_workloads(["spawn", "family:basics"], [], CATALOGUE)
    assert [one.name for one in named] == ["spawn", "timers", "parked", "switch", "chain"]
    families = {CATALOGUE.workload(name).family for name in CATALOGUE.workload_names()}
    members = [one for family in families for one in chosen_workloads([f"family:{family}"], [], CATALOGUE)]
    assert sorted(one.name for one in members) == sorted(CATALOGUE.workload_names())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("family:threads", "there is no family of workloads 'threads'; there are basics, between-tasks"),
        ("family:own", "no workload is in the family 'own'"),
        ("spwan", "there is no workload 'spwan'; did you mean 'spawn'? There are timers, spawn"),
    ],
)
def test_what_is_no_workload_and_no_family_of_them_is_refused(asked: str, words: str) -> None:
    with pytest.raises(RequestError) as refused:
        chosen_workloads([asked], [], CATALOGUE)
    assert str(refused.value).startswith(words)


def test_where_nothing_is_asked_the_usual_ones_are_meant() -> None:
    assert chosen_models([], CATALOGUE.usual_models(), CATALOGUE) == list(index.ONE_OF_EACH)
    usual = chosen_workloads([], CATALOGUE.usual_workloads(), CATALOGUE)
    assert {one.family for one in usual} == {"basics"}


def test_the_quick_preset_has_the_basic_workloads_and_the_others_have_all() -> None:
    measured = {preset: {one.workload for one in cells_of(preset, CATALOGUE).meetings} for preset in PRESETS}
    assert measured["quick"] == set(CATALOGUE.usual_workloads())
    assert measured["standard"] == measured["thorough"] == set(CATALOGUE.workload_names())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_every_model_somewhere_that_it_does_not_omit_and_one_of_each_dialect_wherever_anybody_is(
    preset: Preset,
) -> None:
    meetings = [one for one in cells_of(preset, CATALOGUE).meetings if one.purpose == "time"]
    omitted = set(REACHES[preset].only_named)
    assert {name for one in meetings for name in (*one.models, *one.cannot)} == set(index.names()) - omitted
    for one in meetings:
        assert set(index.ONE_OF_EACH) <= {*one.models, *one.cannot}


def test_a_baseline_takes_part_in_each_interpreter_though_its_preset_omits_it() -> None:
    here = running_version()
    asked = RunRequest(pythons=(sys.executable, f"{sys.executable} -O"), baseline=f"asyncio-gather@{here}-O")
    ids = [one.id for one in plan_of(asked, CATALOGUE).contenders]
    assert {f"asyncio-gather@{here}", f"asyncio-gather@{here}-O"} <= set(ids)
    assert baseline_of(asked, plan_of(asked, CATALOGUE)) == asked.baseline


def test_what_is_not_to_be_had_is_left_out_but_for_the_baseline_and_one_of_each_dialect() -> None:
    def told(model: str, python: str, unavailable: str | None) -> Surveyed:
        about = HeaderContender(f"{model}@{python}", model, "coroutine", python, version=None)
        return Surveyed(about, [], unavailable)

    found = [
        *(told(model, "3.13", "none here") for model in ("asyncio", "uvloop", "rloop", "mine")),
        *(told(model, "3.14", None) for model in ("asyncio", "uvloop", "rloop", "mine")),
    ]
    request = RunRequest(baseline="uvloop@3.13")
    assert absent(found, request.baseline_model) == {"rloop@3.13": "none here"}
    assert absent(found, RunRequest().baseline_model) == dict.fromkeys(
        ["uvloop@3.13", "rloop@3.13"], "none here"
    )


def test_quick_weighs_what_a_question_is_about_and_thorough_weighs_everything() -> None:
    weighed = {
        preset: {one.workload for one in cells_of(preset, CATALOGUE).meetings if one.purpose == "memory"}
        for preset in PRESETS
    }
    assert weighed["quick"] == {"parked"}
    assert weighed["quick"] < set(CATALOGUE.usual_workloads()) <= weighed["thorough"]


def test_million_takes_parked_alone_in_decades_up_to_a_million_and_weighs_all_of_them() -> None:
    meetings = cells_of("million", CATALOGUE).meetings
    assert {one.workload for one in meetings} == {"parked"}
    for purpose in ("time", "memory"):
        sizes = [one.params["tasks"] for one in meetings if one.purpose == purpose]
        assert sizes == [1000, 10_000, 100_000, 1_000_000]
    assert {name for one in meetings for name in (*one.models, *one.cannot)} == set(index.names())


def test_other_sizes_may_be_asked_of_million_and_no_other_workload() -> None:
    asked = RunRequest(preset="million", models=("generator",), params={"tasks": ("5", "2000")})
    plan = plan_of(asked, CATALOGUE)
    assert [(one.purpose, one.params["tasks"]) for one in plan.points] == [
        ("time", 5),
        ("time", 2000),
        ("memory", 2000),
    ]
    with pytest.raises(RequestError, match=r"million measures parked alone, and has no sizes for spawn"):
        plan_of(RunRequest(preset="million", workloads=("parked", "spawn")), CATALOGUE)
