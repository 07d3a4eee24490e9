"""Descriptions: the tables hold what honest plug-ins say, and of what is none they name the place."""

import copy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.descriptions import QUESTION, complaint_about_answer, complaint_about_description
from concbench.measure.telling import about, answer, describe
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.questions import Question

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CATALOGUE = Catalogue([str(EXAMPLES / "countdown_workload.py"), str(EXAMPLES / "deque_model.py")])
HONEST: dict[str, Any] = describe(CATALOGUE)
WORKLOAD = HONEST["workloads"][0]
SETS = [WORKLOAD["sets"]["smallest"][0]["params"]]
QUESTIONS: list[dict[str, Any]] = [
    {"ask": "facts", "params": {"tasks": 7}},
    {"ask": "facts", "params": {"tasks": 0}},
    {"ask": "small", "seed": 3},
    {"ask": "memory_points", "sets": SETS},
    {"ask": "memory_points", "sets": []},
]


def test_an_honest_description_is_one() -> None:
    assert [one["name"] for kind in ("models", "workloads") for one in HONEST[kind]] == ["deque", "countdown"]
    assert complaint_about_description(HONEST) is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_honest_answer_about_a_workload_is_one(question: dict[str, Any]) -> None:
    said = answer(CATALOGUE, {**question, "of": "countdown"})
    assert complaint_about_answer(question["ask"], said, WORKLOAD) is None


def test_an_honest_answer_about_a_model_is_one() -> None:
    assert complaint_about_answer("about", about(CATALOGUE.model("deque")), None) is None


def changed(path: tuple[Any, ...], value: Any) -> Any:
    """Return the description with another value at a place."""
    made = copy.deepcopy(HONEST)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return made


FIRST = ("workloads", 0)
SMALLEST = (*FIRST, "sets", "smallest", 0)


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        (("models",), 3, ".models is 3, not a list"),
        (("more",), 3, " has 'more', which is none"),
        (("models", 0, "name"), "a,b", ".models[0].name is 'a,b', not a name that may stand in tables"),
        (("models", 0, "dialect"), "latin", "dialect is 'latin', not one of polling, generator"),
        (("models", 0, "traits", "workers"), 0, "workers is 0, not an integer of 1 or more"),
        (("models", 0, "traits", "runs_on"), "magic", "runs_on is 'magic', not one of loop, greenlets"),
        (("models", 0, "lends"), ["magic"], ".models[0].lends[0] is 'magic', not one of sleep, switch"),
        ((*FIRST, "parameters", 0, "name"), "class", ".name is 'class', not a name that Python takes"),
        ((*FIRST, "parameters", 0, "kind"), "list", "kind is 'list', not one of int, float, str"),
        (
            (*FIRST, "parameters", 1, "name"),
            "tasks",
            "['countdown'].parameters have not names of their own",
        ),
        ((*FIRST, "doubled"), "nobody", ".workloads['countdown'].doubled is 'nobody', not one of tasks"),
        ((*FIRST, "sets", "quick"), [], ".sets.quick is [], not a list of 1 or more"),
        ((*FIRST, "sets", "quick", 0, "params"), {}, ".sets.quick[0].params.tasks is missing"),
        (SMALLEST, None, ".smallest[0] is None, not an object"),
        ((*SMALLEST, "params", "tasks"), [1], ".tasks is [1], not a finite number or a string"),
        ((*SMALLEST, "floor"), -1, "floor is -1, not a finite number of 0 or more"),
        ((*SMALLEST, "promises"), {}, ".promises.generator is missing"),
        ((*SMALLEST, "promises", "coroutine", "tasks"), 0, "tasks is 0, not an integer of 1"),
        ((*SMALLEST, "promises", "coroutine", "exact"), "0", ".exact is '0', not true or false"),
        ((*FIRST, "versions", "coroutine"), ["magic"], "coroutine'][0] is 'magic', not one of sleep"),
        ((*FIRST, "unit"), "parsec", "unit is 'parsec', not one of task, suspension"),
    ],
)
def test_what_is_wrong_with_a_description_is_said(path: tuple[Any, ...], value: Any, wanted: str) -> None:
    assert wanted in str(complaint_about_description(changed(path, value)))


@pytest.mark.parametrize("said", [None, 1, [], "x"])
def test_what_is_no_object_is_no_description(said: object) -> None:
    assert complaint_about_description(said) == f" is {said!r}, not an object"


@pytest.mark.parametrize(
    ("what", "said", "wanted"),
    [
        ("facts", {"refused": 3}, ".refused is 3, not a string"),
        ("facts", {}, ".sets is missing"),
        ("small", {"sets": []}, ".sets is [], not a list of 1 or more"),
        ("small", {"sets": [{}]}, ".sets[0].params is missing"),
        ("memory_points", {}, ".sets is missing"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(what: str, said: object, wanted: str) -> None:
    assert wanted in str(complaint_about_answer(what, said, WORKLOAD))


def test_a_model_is_told_with_its_version_or_why_it_is_not_available() -> None:
    assert complaint_about_answer("about", {"unavailable": None, "version": None}, None) is not None
    assert complaint_about_answer("about", {"unavailable": "no library", "version": None}, None) is None
    assert ".version is 7, not a string" in str(
        complaint_about_answer("about", {"unavailable": None, "version": 7}, None)
    )


def test_questions_of_an_older_checkout_lack_what_came_since() -> None:
    asked = asdict(Question(title="t", metric="wall", goal="g", price="p"))
    assert QUESTION(asked) is None
    older = {name: value for name, value in asked.items() if name not in ("pools", "each")}
    assert QUESTION(older) is None
    assert Question(**older) == Question(**asked)
