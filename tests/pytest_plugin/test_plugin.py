"""What pytest sees of the plug-in: its help, cases and errors, and nothing in runs that do not use it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .project import OURS, Project, project

USES = "def test_one(concurrency_benchmark):\n    concurrency_benchmark(len, 'two')\n"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Project]:
    """Return a function that makes a project."""
    return lambda **files: project(tmp_path, **files)


def words(text: str) -> str:
    return " ".join(text.split())


def test_its_marker_its_setting_and_its_fixture_are_described(made: Callable[..., Project]) -> None:
    markers = words(made(test_it=USES).run("--markers", plugins=None).out)
    assert "@pytest.mark.concurrency(models=None, tasks=(1, 100)): the cases of a test" in markers
    assert 'models=["asyncio", "uvloop:new_event_loop"], tasks=[1, 100])' in markers
    helped = words(made(test_it=USES).run("--help").out)
    assert "concurrency_plugins (paths): Files with models of your own" in helped
    fixtures = made(test_it=USES).run("--fixtures", "-v").out
    for shown in ("concurrency_benchmark(fetch,", "pedantic(function, args=", "How many tasks run at once"):
        assert shown in fixtures


CHEAP = """
import sys

def test_nothing_is_loaded_that_is_not_used():
    loaded = {name for name in sys.modules if name.startswith("concbench.")}
    assert loaded == {"concbench.pytest_plugin"} | {f"concbench.pytest_plugin.{name}" for name in %r}
    assert not {"numpy", "pandas", "asyncio"} & set(sys.modules)
"""


def test_a_run_that_does_not_use_it_loads_next_to_nothing(made: Callable[..., Project]) -> None:
    there = made(test_it=CHEAP % ["plugin", "fixtures"])
    done = there.run()
    assert done.code == 0, done.out
    absent = made(test_it=CHEAP % ["plugin", "absent"] + "    assert 'pytest_benchmark' not in sys.modules\n")
    done = absent.run(plugins=OURS)
    assert done.code == 0, done.out


def test_without_pytest_benchmark_the_test_says_what_to_install(made: Callable[..., Project]) -> None:
    done = made(test_it=USES + "\ndef test_other(): pass\n").run(plugins=OURS)
    assert "1 passed, 1 error" in done.out
    assert "pip install 'concbench[pytest]'" in done.out


def test_another_marker_of_the_same_name_is_nobody_s_business(made: Callable[..., Project]) -> None:
    other = "import pytest\n@pytest.mark.concurrency('high', level=3)\ndef test_other(): pass\n"
    made(test_it=other).quick()


def collected(out: str) -> list[str]:
    return [line for line in out.splitlines() if "::" in line]


CASES = """
import pytest

pytestmark = pytest.mark.concurrency(models=["asyncio", "threads"], tasks=[1, 10])

def test_module(concurrency_benchmark): pass

@pytest.mark.concurrency(tasks=7)
@pytest.mark.parametrize("size", ["small", "big"])
def test_own(concurrency_benchmark, size): pass

@pytest.mark.concurrency(models="yield-from")
class TestClass:
    def test_class(self, concurrency_benchmark): pass

    @pytest.mark.concurrency(tasks=2, models=["generator", "uvloop:new_event_loop"])
    def test_method(self, concurrency_benchmark): pass

@pytest.fixture
def indirect(concurrency_benchmark): pass

def test_by_a_fixture(indirect): pass

def test_other(): pass
"""


def test_cases_have_readable_names_and_the_closest_marker_decides(made: Callable[..., Project]) -> None:
    done = made(test_it=CASES).run("--collect-only", "-q")
    module = ["asyncio-1", "threads-1", "asyncio-10", "threads-10"]
    assert collected(done.out) == [
        *(f"test_it.py::test_module[{case}]" for case in module),
        *(f"test_it.py::test_own[{size}-{model}-7]" for size in ("small", "big") for model in MODELS),
        *(f"test_it.py::TestClass::test_class[yield-from-{tasks}]" for tasks in (1, 10)),
        "test_it.py::TestClass::test_method[generator-2]",
        "test_it.py::TestClass::test_method[asyncio+uvloop:new_event_loop-2]",
        *(f"test_it.py::test_by_a_fixture[{case}]" for case in module),
        "test_it.py::test_other",
    ]


MODELS = ("asyncio", "threads")


UNUSABLE = {
    "models=['asynchio']": "there is no model 'asynchio'; there are polling, generator,",
    "tasks=[0]": "tasks= takes whole numbers from 1, not 0",
    "task=[1]": "the marker concurrency takes models=[…] and tasks=[…], not task",
}


def test_an_unusable_marker_is_an_error_of_collection_that_names_the_test(
    made: Callable[..., Project],
) -> None:
    texts = [f"import pytest\n@pytest.mark.concurrency({marker})\n{USES}" for marker in UNUSABLE]
    out = made(**{f"test_{index}": text for index, text in enumerate(texts)}).quick(code=2)
    for index, said in enumerate(UNUSABLE.values()):
        assert f"test_{index}.py::test_one: {said}" in out
    assert "Traceback" not in out
    assert "During handling" not in out
    assert "3 errors during collection" in out


LOOPS = {
    "asyncio:new_event_lop": "cannot load the event loop asyncio:new_event_lop: AttributeError",
    "sys:maxsize": "sys:maxsize is not callable",
    "os:getpid": "os:getpid returned ",
}
ON_LOOPS = f"""
import pytest

async def task(): pass

@pytest.mark.concurrency(models={[*LOOPS, "no_such:loop"]}, tasks=1)
def test_one(concurrency_benchmark):
    concurrency_benchmark(task)
"""


def test_a_misspelt_event_loop_fails_its_test_and_one_that_is_not_installed_skips_it(
    made: Callable[..., Project],
) -> None:
    out = made(test_it=ON_LOOPS).quick("-rs", code=1)
    assert "1 failed, 1 skipped, 2 errors" in out
    assert all(said in out for said in LOOPS.values())
    assert "which is no event loop" in out
    assert "During handling" not in out


ABSENT = """
from dataclasses import replace
from concbench.models.threads import MODEL
MODELS = [replace(MODEL, name="json", unavailable=lambda: "too old")]
"""


def test_a_model_that_is_called_like_a_module_and_is_unavailable_skips(made: Callable[..., Project]) -> None:
    marked = f"import json, pytest\n@pytest.mark.concurrency(models='json', tasks=2)\n{USES}"
    own = made(test_it=marked, mine=ABSENT)
    (own.folder / "pytest.ini").write_text("[pytest]\nconcurrency_plugins = mine.py\n")
    assert "json is unavailable: too old" in own.quick("-rs")


PATCHING = """
from dataclasses import replace
from concbench.models.threads import MODEL
from concbench.traits import Traits

def never():
    raise AssertionError("it was opened")

traits = Traits(runs_on="greenlets", patches=True)
MODELS = [replace(MODEL, name="patching", traits=traits, open=never)]
"""


def test_a_model_that_patches_its_process_is_not_opened_in_that_of_all_tests(
    made: Callable[..., Project],
) -> None:
    marked = f"import pytest\n@pytest.mark.concurrency(models='patching', tasks=2)\n{USES}"
    own = made(test_it=marked, mine=PATCHING)
    (own.folder / "pytest.ini").write_text("[pytest]\nconcurrency_plugins = mine.py\n")
    assert "patching patches its process, and this one is that of all tests" in own.quick("-rs")


UNITTEST = """
import unittest
import pytest

class TestOne(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def keep(self, concurrency_benchmark): pass

    def test_one(self): pass
"""


def test_a_unittest_test_case_is_told_that_it_has_no_cases(made: Callable[..., Project]) -> None:
    out = made(test_it=UNITTEST).quick(code=1)
    assert "no cases: pytest gives a unittest.TestCase none; write a function, or a class that is no" in out


PLUGIN = """
from dataclasses import replace
from concbench.models.threads import MODEL
MODELS = [replace(MODEL, name="mine")]
"""


@pytest.mark.nightly
def test_models_of_one_s_own_are_named_in_the_configuration(made: Callable[..., Project]) -> None:
    marked = f"import pytest\n@pytest.mark.concurrency(models='mine', tasks=2)\n{USES}"
    own = made(test_it=marked, mine=PLUGIN)
    (own.folder / "pytest.ini").write_text("[pytest]\nconcurrency_plugins = mine.py\n")
    assert "test_one[mine-2]" in own.quick("--benchmark-disable", "-v")
    (own.folder / "mine.py").write_text("1 / 0")
    broken = own.quick(code=2)
    assert "test_it.py::test_one: " in broken
    assert "mine.py: ZeroDivisionError" in broken


OTHER = """
import pytest

@pytest.fixture
def benchmark():
    class Other:
        __module__ = "other_plugin"
    return Other()
"""


def test_a_benchmark_fixture_of_somebody_else_s_is_named(made: Callable[..., Project]) -> None:
    done = made(test_it=OTHER + USES).run()
    assert "here it is of other_plugin: switch that plug-in off (-p no:other_plugin)" in done.out
