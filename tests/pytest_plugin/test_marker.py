"""From markers to cases: which of them decides, what is refused, and what the cases are called."""

from pathlib import Path
from typing import Any

import pytest

from concbench.cases.functions import Refused
from concbench.cases.naming import model_named
from concbench.errors import UserError
from concbench.models import index
from concbench.pytest_plugin.marker import Cases, cases_of
from concbench.workloads.catalogue import Catalogue


def mark(**named: Any) -> pytest.Mark:
    made: pytest.Mark = pytest.mark.concurrency(**named).mark
    return made


def cases(*marks: pytest.Mark) -> Cases:
    return cases_of(marks, Catalogue())


def test_without_a_marker_the_function_decides_and_there_are_one_and_a_hundred_tasks() -> None:
    assert cases() == Cases(models=None, tasks=(1, 100))
    assert list(cases().each()) == [(None, 1), (None, 100)]


def test_the_models_of_one_number_of_tasks_follow_each_other() -> None:
    both = cases(mark(models=["asyncio", "threads"], tasks=[1, 10]))
    assert list(both.each()) == [("asyncio", 1), ("threads", 1), ("asyncio", 10), ("threads", 10)]


def test_one_value_needs_no_list() -> None:
    assert cases(mark(models="asyncio", tasks=5)) == Cases(("asyncio",), (5,))


def test_each_word_is_taken_from_the_closest_marker_that_has_it() -> None:
    closest, further = mark(tasks=2), mark(models=["threads"], tasks=[3])
    assert cases(closest, further) == Cases(("threads",), (2,))


@pytest.mark.parametrize("spec", ["uvloop:new_event_loop", "asyncio+uvloop:new_event_loop"])
def test_an_event_loop_is_a_model(spec: str) -> None:
    assert cases(mark(models=[spec])).models == ("asyncio+uvloop:new_event_loop",)


def test_a_pool_has_as_many_workers_as_its_name_says_and_is_no_event_loop() -> None:
    asked = ["thread-pool:8", "thread-pool", "thread-pool:32"]
    assert cases(mark(models=asked)).models == ("thread-pool:8", "thread-pool")
    for name in ("thread-pool:x", "threads:8"):
        with pytest.raises(UserError, match=f"there is no model '{name}': "):
            cases(mark(models=[name]))


def test_a_model_of_a_plug_in_is_a_model(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "from dataclasses import replace\nfrom concbench.models.generator import MODEL\n"
        "MODELS = [replace(MODEL, name='mine')]\n"
    )
    assert model_named("mine", Catalogue([str(path)])).name == "mine"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"model": ["asyncio"]}, r"takes models=\[…\] and tasks=\[…\], not model"),
        ({"models": []}, "models= is empty"),
        ({"tasks": ()}, "tasks= is empty"),
        ({"models": ["asyncio", "asyncio"]}, "models= names 'asyncio' twice"),
        ({"tasks": [1, 1]}, "tasks= names 1 twice"),
        ({"models": [1]}, "models= takes names, not 1"),
        ({"models": None}, "models= takes names, not None"),
        ({"tasks": [0]}, "tasks= takes whole numbers from 1, not 0"),
        ({"tasks": "10"}, "tasks= takes whole numbers from 1, not '10'"),
        ({"tasks": [True]}, "tasks= takes whole numbers from 1, not True"),
        ({"tasks": [1.5]}, "tasks= takes whole numbers from 1, not 1.5"),
        ({"models": ["uvloop:"]}, "there is no model 'uvloop:'"),
        ({"models": [":loop"]}, "there is no model ':loop'"),
    ],
)
def test_a_marker_that_cannot_be_used_is_refused_with_the_reason(named: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        cases(mark(**named))


def test_an_unknown_model_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(Refused) as refused:
        cases(mark(models=["asynchio"]))
    assert str(refused.value).startswith("there is no model 'asynchio'; there are ")
    assert all(name in str(refused.value) for name in index.names())
    assert "uvloop:new_event_loop" in str(refused.value)


def test_arguments_without_a_word_are_refused() -> None:
    with pytest.raises(Refused, match="not 'asyncio'"):
        cases(pytest.mark.concurrency("asyncio").mark)
