"""Benchmarks of an asv suite that are served: what is found, what comes around calls, what is skipped."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from concbench.drive.workers.launch import WorkerLost
from tests.serving.processes import Asker, serving

HOOKS = """
events = []

def setup(*args):
    events.append("module")
"""

SUITE = """
import asyncio, os, time
from pathlib import Path

def time_plain():
    sum(range(10))

def time_raises():
    int("no number")

def time_with_own_setup():
    assert time_with_own_setup.made == 1

def _make():
    time_with_own_setup.made = 1

time_with_own_setup.setup = _make

def time_with_parameters(n, word):
    assert isinstance(n, int) and isinstance(word, str)

time_with_parameters.params = ([1, 2], ["a", "b"])
time_with_parameters.param_names = ["n", "word"]

def time_called_otherwise():
    pass

time_called_otherwise.benchmark_name = "other.time_name"

def TimeCamel():
    pass

def helper():
    pass

def time_left_out():
    pass

time_left_out.skip_benchmark = True

async def time_coroutine():
    pass

def time_own_timer():
    pass

time_own_timer.timer = lambda: 0.0

def time_own_clock():
    pass

time_own_clock.timer = time.process_time

def track_size():
    return 1

def mem_list():
    return []

def peakmem_list():
    return []

def timeraw_import():
    return "import os"

class Base:
    params = [10, 20]

    def setup(self, n):
        if n == 20:
            raise NotImplementedError("no twenty")
        self.left = [n]

    def time_one(self, n):
        assert self.left == [n]

class Derived(Base):
    def time_two(self, n):
        assert self.left == [n]

class Skipping:
    params = [[1, 2], [3]]
    skip_params = [(2, 3)]

    def time_it(self, a, b):
        pass

class SkipNotImplemented(NotImplementedError):
    pass

class SkippedWhileItRuns:
    def time_it(self):
        raise SkipNotImplemented("not today")

class NumberGiven:
    number = 3

    def setup(self):
        self.left = [1, 2, 3]

    def time_pop(self):
        self.left.pop()

    def teardown(self):
        assert not self.left

class NumberFound:
    def setup(self):
        self.calls = 0
        self.setups = getattr(self, "setups", 0) + 1

    def time_count(self):
        self.calls += 1

class OneEach:
    def setup(self):
        self.left = [1]

    def time_pop(self):
        self.left.pop()

class Cold:
    number = repeat = 2
    warmup_time = 0

    def time_it(self):
        pass

class Cached:
    def setup_cache(self):
        Path("kept").write_text("kept")
        return {"made": os.getpid(), "list": []}

    def setup(self, cache):
        assert cache["made"] == os.getpid() and Path("kept").read_text() == "kept"

    def time_changes(self, cache):
        cache["list"].append(1)

    def time_has_its_own(self, cache):
        assert cache["list"] == []

class CachedNone(Cached):
    def setup_cache(self):
        return None

    def setup(self):
        pass

    def time_changes(self):
        pass

class Abstract:
    pass

class Changing:
    number = 1

    def setup(self):
        self.number = 5

    def time_it(self):
        pass

class FailsAfterwards:
    def time_it(self):
        pass

    def teardown(self):
        raise KeyError("afterwards")
"""

ORDER = """
events = []

def setup(*args):
    events.append("module")

def teardown(*args):
    events.append("module down")

class Hooked:
    params = [1]

    def setUp(self, n):
        events.append("class")

    def teardown(self, n):
        events.append("class down")

    def time_order(self, n):
        events.append("call")

def _setup(self):
    events.append("function")

Hooked.time_order.setup = lambda n: events.append("function")

def time_sees_the_order():
    told = events[:events.index("module down") + 1] if "module down" in events else []
    assert told[:3] == ["module", "class", "function"], told
    assert told[-3:] == ["call", "class down", "module down"], told
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    _written(
        folder,
        {
            "benchmarks/__init__.py": "",
            "benchmarks/bench_all.py": SUITE,
            "benchmarks/inner/__init__.py": "def time_inside():\n    pass\n",
            "benchmarks/inner/order.py": ORDER,
            "benchmarks/needs_more.py": "import no_such_module\n",
            "benchmarks/broken.py": "def time_it(:\n",
            "benchmarks/makes_none.py": (
                "class Bad:\n    def __init__(self):\n        raise OSError('no')\n\n"
                "    def time_it(self): pass\n\ndef time_good(): pass\n"
            ),
        },
    )
    return folder


@pytest.fixture(scope="module")
def ask(project: Path) -> Iterator[Asker]:
    with serving(project, "asv") as asker:
        yield asker


def test_what_asv_times_is_found_under_the_names_that_asv_prints(ask: Asker) -> None:
    found = ask("collect")
    names = {test["name"]: test["file"] for test in found["tests"]}
    assert {
        "bench_all.time_plain": "bench_all",
        "bench_all.time_with_parameters(2, 'a')": "bench_all",
        "other.time_name": "bench_all",
        "bench_all.TimeCamel": "bench_all",
        "bench_all.Base.time_one(10)": "bench_all",
        "bench_all.Derived.time_one(20)": "bench_all",
        "bench_all.Derived.time_two(20)": "bench_all",
        "inner.time_inside": "inner",
        "inner.order.Hooked.time_order(1)": "inner.order",
        "makes_none.time_good": "makes_none",
    }.items() <= names.items()
    assert not [name for name in names if "left_out" in name or "helper" in name or "track" in name]
    assert found["left_out"] == {"track": 1, "mem": 1, "peakmem": 1, "timeraw": 1}


def test_a_module_that_cannot_be_read_costs_no_other(ask: Asker) -> None:
    errors = {error["file"]: error["reason"] for error in ask("collect")["errors"]}
    assert errors == {
        "needs_more": "benchmarks/needs_more.py:1: ModuleNotFoundError: No module named 'no_such_module'",
        "broken": "benchmarks/broken.py:1: SyntaxError: invalid syntax",
        "makes_none": "benchmarks/makes_none.py:3: OSError: no",
    }


@pytest.mark.parametrize(
    "test",
    [
        "bench_all.time_plain",
        "bench_all.time_with_own_setup",
        "bench_all.time_with_parameters(2, 'b')",
        "bench_all.time_own_clock",
        "bench_all.Base.time_one(10)",
        "bench_all.NumberGiven.time_pop",
        "bench_all.NumberFound.time_count",
        "bench_all.CachedNone.time_changes",
    ],
)
def test_a_benchmark_runs_to_its_end(ask: Asker, test: str) -> None:
    assert ask.through(test) == {"passed": True}


@pytest.mark.parametrize(
    ("test", "outcome", "words"),
    [
        ("bench_all.Base.time_one(20)", "unavailable", "it was skipped: no twenty"),
        ("bench_all.Skipping.time_it(2, 3)", "unavailable", "skip_params has these parameters"),
        ("bench_all.SkippedWhileItRuns.time_it", "unavailable", "it was skipped: not today"),
        ("bench_all.time_coroutine", "unavailable", "it is a coroutine function"),
        ("bench_all.time_own_timer", "unavailable", "it has a timer of its own"),
        ("bench_all.time_raises", "crashed", "ValueError: invalid literal"),
        ("bench_all.FailsAfterwards.time_it", "crashed", "KeyError: 'afterwards'"),
        (
            "bench_all.OneEach.time_pop",
            "crashed",
            "benchmarks/bench_all.py:120: IndexError: pop from empty list",
        ),
        ("bench_all.OneEach.time_pop", "crashed", "with number = 1 each call has a setup of its own"),
    ],
)
def test_what_becomes_of_a_benchmark_is_an_outcome(ask: Asker, test: str, outcome: str, words: str) -> None:
    found = ask.through(test)
    assert (found["outcome"], words in found["reason"]) == (outcome, True), found["reason"]


def test_one_that_raises_at_its_first_call_is_told_nothing_of_setups(ask: Asker) -> None:
    assert "number = 1" not in ask.through("bench_all.time_raises")["reason"]


def test_so_many_calls_follow_a_setup_as_number_says(ask: Asker) -> None:
    begun = ask.begin("bench_all.NumberGiven.time_pop")
    assert (begun["sample"], begun["surrounded"], begun["most"]) == (3, True, None)
    assert ask("warm", number=6) == {"runs": 6}
    assert 0 < ask("slice", number=9, untimed=3)["wall_ns"] < 1_000_000
    assert ask("end") == {"passed": True}


def test_where_no_number_is_given_all_calls_of_a_slice_follow_one_setup(ask: Asker) -> None:
    begun = ask.begin("bench_all.NumberFound.time_count")
    assert (begun["sample"], begun["surrounded"], begun["most"]) == (1, False, None)
    assert ask("end") == {"passed": True}


def test_a_setup_may_say_how_many_calls_follow(ask: Asker) -> None:
    assert ask.begin("bench_all.Changing.time_it")["sample"] == 5
    assert ask("end") == {"passed": True}


def test_one_that_is_not_to_be_warmed_up_is_called_no_more_often_than_asv_does(ask: Asker) -> None:
    assert ask.begin("bench_all.Cold.time_it")["most"] == 4
    assert ask("end") == {"passed": True}


def test_each_benchmark_has_a_copy_of_the_cache_and_runs_where_it_was_made(ask: Asker) -> None:
    assert ask.through("bench_all.Cached.time_changes") == {"passed": True}
    assert ask.through("bench_all.Cached.time_has_its_own") == {"passed": True}


def test_hooks_come_from_the_module_inwards_and_back(ask: Asker) -> None:
    assert ask.through("inner.order.Hooked.time_order(1)") == {"passed": True}
    assert ask.through("inner.order.time_sees_the_order") == {"passed": True}


LISTED = """
import sys
from asv_runner.discovery import list_benchmarks
list_benchmarks(sys.argv[1], sys.stdout)
"""


def test_asv_runner_finds_the_same_under_the_same_names(tmp_path: Path) -> None:
    pytest.importorskip("asv_runner")
    files = {"__init__.py": "", "bench_all.py": SUITE, "inner/__init__.py": "", "inner/order.py": ORDER}
    _written(tmp_path / "listed", files)
    asked = [sys.executable, "-c", LISTED, str(tmp_path / "listed")]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    theirs = [
        f"{one['name']}({', '.join(values)})" if values else one["name"]
        for one in told
        if one["type"] == "time" and "timeraw" not in one["name"]
        for values in product(*one["params"])
    ]
    with serving(tmp_path, "asv", "listed") as ask:
        assert sorted(test["name"] for test in ask("collect")["tests"]) == sorted(theirs)


def test_names_are_chosen_by_a_regular_expression(project: Path) -> None:
    with serving(project, "asv", keyword=r"Base\.time_one\(1") as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == ["bench_all.Base.time_one(10)"]


CONF = """
// asv's comments
{
    "version": 1,
    "project_url": "https://example.org/",  // no comment inside of a string
    /* "benchmark_dir": "elsewhere", */
    "benchmark_dir": "perf/suite",
}
"""


@pytest.mark.parametrize("path", [".", "asv.conf.json"])
def test_the_folder_may_be_named_by_asv_s_own_file(tmp_path: Path, path: str) -> None:
    _written(tmp_path, {"asv.conf.json": CONF, "perf/suite/a.py": "def time_a(): pass\n"})
    with serving(tmp_path, "asv", path) as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == ["a.time_a"]
        assert ask.through("a.time_a") == {"passed": True}


@pytest.mark.parametrize(
    ("files", "path", "words"),
    [
        ({}, "benchmarks", "there is no file or folder benchmarks"),
        ({"perf/asv.conf.json": "{}"}, ".", ". has no asv.conf.json, and perf in it has one: name perf"),
        ({"a.py": ""}, "a.py", "a.py is neither the folder of a suite, nor an asv.conf.json"),
        ({"asv.conf.json": "{"}, ".", "asv.conf.json cannot be read"),
        (
            {"asv.conf.json": "{}"},
            ".",
            "asv.conf.json of . has its benchmarks in benchmarks, and there is no",
        ),
        ({"json/a.py": ""}, "json", "a suite cannot be called json"),
        ({"bench/__init__.py": "import nothing_\n"}, "bench", "bench/__init__.py:1: ModuleNotFoundError"),
    ],
)
def test_a_side_without_a_suite_says_why(
    tmp_path: Path, files: dict[str, str], path: str, words: str
) -> None:
    _written(tmp_path, files)
    with pytest.raises(WorkerLost) as lost, serving(tmp_path, "asv", path):
        pass
    assert words in lost.value.reason


def test_two_suites_with_one_name_of_a_benchmark_are_refused(tmp_path: Path) -> None:
    _written(tmp_path, {f"{name}/a.py": "def time_a(): pass\n" for name in ("one", "two")})
    twice = pytest.raises(WorkerLost, match=r"two suites have a benchmark a\.time_a")
    with twice, serving(tmp_path, "asv", "one", "two"):
        pass


WRONG = """
class Words: number = "many"
class Less: number = -3
class Endless: number = float("inf")
class Huge: number = 10 ** 30
class Repeat: number, warmup_time, repeat = 2, 0, "x"
class Lone: number, warmup_time, repeat = 2, 0, (1,)
class Unheard: repeat = "x"
for one in (Words, Less, Endless, Huge, Repeat, Lone, Unheard):
    one.setup = lambda self: None
    def time_it(self): pass
    one.time_it = time_it
del time_it
"""


def test_a_number_that_is_none_is_told_by_its_name(tmp_path: Path) -> None:
    _written(tmp_path, {"benchmarks/a.py": WRONG})
    with serving(tmp_path, "asv") as ask:
        names = [test["name"] for test in ask("collect")["tests"]]
        told = {name.split(".")[1]: ask.through(name).get("reason", "") for name in names}
    end = " is no number from 0 to 1000000000"
    assert {name: words.partition(end)[0] for name, words in told.items()} == {
        "Words": "ValueError: number = 'many'",
        "Less": "ValueError: number = -3",
        "Endless": "ValueError: number = inf",
        "Huge": f"ValueError: number = {10**30}",
        "Repeat": "ValueError: repeat = 'x'",
        "Lone": "ValueError: repeat = (1,)",
        "Unheard": "",
    }


NAMELESS = """
def again(function):
    def wrapper(): function()
    return wrapper

time_a, time_b, time_c = again(print), again(print), lambda: 1

def time_d(): pass
time_e = time_d
time_f = lambda: 2
time_f.benchmark_name = 17
"""


def test_what_has_no_name_of_its_own_is_called_as_in_its_module(tmp_path: Path) -> None:
    _written(tmp_path, {"benchmarks/a.py": NAMELESS})
    with serving(tmp_path, "asv") as ask:
        told = ask("collect")
    assert [test["name"] for test in told["tests"]] == ["a.time_a", "a.time_b", "a.time_c", "a.time_d"]
    assert told["errors"] == [{"file": "a", "reason": "time_f has a benchmark_name that is no word: 17"}]


def _written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
