"""Functions that are named and served: what is found, under which models they run, and what is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.processes import Asker, serving

MODULE = """
import asyncio, functools, threading

together = threading.Barrier(5)

def plain():
    return 3

def five_at_once():
    together.wait(5)

async def fetch():
    await asyncio.sleep(0)
    return 3

def gives_work():
    yield
    return 3

def forgets_to_wait():
    return fetch()

def needs(x, y=1):
    return x

has_all = functools.partial(needs, 1)

def raises():
    raise ValueError("no")

async def streams():
    yield 1

number = 3

class Group:
    @staticmethod
    def static():
        return 1

    @classmethod
    def of_class(cls):
        return cls

    def method(self):
        return self
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in {"own.py": MODULE, "broken.py": "import no_such_module\n"}.items():
        (folder / "src").mkdir(exist_ok=True)
        (folder / "src" / name).write_text(text)
    return folder


def named(*names: str) -> list[str]:
    """Return functions of the module."""
    return [f"own:{name}" for name in names]


@pytest.fixture(scope="module")
def ask(project: Path) -> Iterator[Asker]:
    names = ("plain", "five_at_once", "fetch", "gives_work", "has_all", "raises", "forgets_to_wait",
             "Group.static", "Group.of_class")  # fmt: skip
    with serving(project, "call", *named(*names), tasks=(1, 5)) as asker:
        yield asker


def test_every_number_of_tasks_is_a_case_of_its_own(project: Path) -> None:
    with serving(project, "call", *named("fetch")) as ask:
        found = ask("collect")
    assert [test["name"] for test in found["tests"]] == ["own:fetch[1]", "own:fetch[100]"]
    assert {test["file"] for test in found["tests"]} == {"own:fetch"}
    assert found["origins"]["own"].endswith("src/own.py")


@pytest.mark.parametrize("tasks", [1, 5])
@pytest.mark.parametrize(
    "function", ["plain", "fetch", "gives_work", "has_all", "Group.static", "Group.of_class"]
)
def test_a_function_runs_under_the_model_that_is_natural_for_it(
    ask: Asker, function: str, tasks: int
) -> None:
    begun = ask.begin(f"own:{function}[{tasks}]")
    assert (begun["tasks"], begun["most"]) == (tasks, None)
    assert ask("slice", number=2, untimed=1)["wall_ns"] > 0
    assert ask("end") == {"passed": True}


def test_tasks_of_a_plain_function_are_threads_that_are_alive_at_once(ask: Asker) -> None:
    assert ask.through("own:five_at_once[5]") == {"passed": True}


def test_one_call_of_a_plain_function_is_made_directly(ask: Asker) -> None:
    alone, thread = (ask.begin(f"own:plain[{tasks}]") | ask("end") for tasks in (1, 5))
    assert alone["alone"]
    assert alone["once_ns"] < thread["once_ns"] / 50


@pytest.mark.parametrize("tasks", [1, 5])
def test_what_a_function_raises_is_told_with_its_line(ask: Asker, tasks: int) -> None:
    found = ask.through(f"own:raises[{tasks}]")
    assert found["outcome"] == "crashed"
    assert re.fullmatch(r"src/own\.py:\d+: ValueError: no", found["reason"])


@pytest.mark.parametrize("tasks", [1, 5])
def test_work_that_was_not_done_is_not_timed(ask: Asker, tasks: int) -> None:
    found = ask.through(f"own:forgets_to_wait[{tasks}]")
    assert found["outcome"] == "unavailable"
    assert "coroutine" in found["reason"]


def test_models_that_are_named_each_have_a_case(project: Path) -> None:
    models = ("asyncio", "threads", "gevent", "asyncio+no_such_module:make")
    with serving(project, "call", *named("fetch"), tasks=(2,), models=models) as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == [
            f"own:fetch[{name}-2]" for name in models
        ]
        assert ask.through("own:fetch[asyncio-2]") == {"passed": True}
        found = {name: ask.through(f"own:fetch[{name}-2]") for name in models[1:]}
    assert {answer["outcome"] for answer in found.values()} == {"unavailable"}
    assert "fetch is a coroutine function" in found["threads"]["reason"]
    assert "no_such_module" in found[models[3]]["reason"]


def test_what_is_not_there_is_not_told_of_and_what_fails_is_an_error(project: Path) -> None:
    names = [*named("plain", "nothing", "Group.nothing"), "nowhere:run", "own.inner:run", "broken:run"]
    names += named("needs", "Group.method", "streams", "number")
    with serving(project, "call", *names, tasks=(1,)) as ask:
        found = ask("collect")
    assert [test["name"] for test in found["tests"]] == ["own:plain[1]"]
    errors = {error["file"]: error["reason"] for error in found["errors"]}
    assert list(errors) == ["broken:run", *named("needs", "Group.method", "streams", "number")]
    assert errors["broken:run"] == "src/broken.py:1: ModuleNotFoundError: No module named 'no_such_module'"
    assert "missing a required argument: 'x'" in errors["own:needs"]
    assert "missing a required argument: 'self'" in errors["own:Group.method"]
    assert "async generator function" in errors["own:streams"]
    assert errors["own:number"] == "3 is not a function"
