"""``python studies/load_overhead.py``: what it compares, what it finds, and how it says so."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter_ns
from types import ModuleType
from typing import Any

import pytest

STUDIES = Path(__file__).parents[2] / "studies"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_under_test", STUDIES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bare, command = load("bare_loads"), load("load_overhead")
LOADS = list(command.LOADS)


@pytest.fixture
def own_modules() -> Iterator[None]:
    modules = dict(sys.modules)
    yield
    sys.modules.update(modules)


def test_the_bare_loops_import_nothing_of_ours() -> None:
    program = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); print([m for m in sys.modules if 'concbench' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(STUDIES / "bare_loads.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.smoke
@pytest.mark.parametrize("name", LOADS)
@pytest.mark.usefixtures("own_modules")
def test_both_sides_enter_their_tasks_as_often(name: str) -> None:
    assert command.require_same_work(name) > 0


@pytest.mark.usefixtures("own_modules")
def test_a_bare_loop_that_hands_over_once_less_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = command.load_bare

    def lazy() -> ModuleType:
        module: ModuleType = honest()
        opened = module.SLICES["semaphore, unseen"]

        @contextmanager
        def once_less() -> Iterator[Any]:
            with opened() as by_hand:
                yield lambda load, number, clock: by_hand(
                    {**load, "rounds": load["rounds"] - 1}, number, clock
                )

        monkeypatch.setattr(module, "SLICES", {"semaphore, unseen": once_less})
        return module

    monkeypatch.setattr(command, "load_bare", lazy)
    with pytest.raises(command.WorkDiffers, match="times by us"):
        command.require_same_work("semaphore, unseen")


@pytest.mark.parametrize("number", [1, 3])
def test_a_bare_semaphore_returns_its_book_and_every_number(number: int) -> None:
    with bare.SLICES["semaphore"]() as by_hand:
        took_ns, returned = by_hand({"tasks": 4, "slots": 2, "rounds": 3}, number, perf_counter_ns)
    assert took_ns > 0
    assert [results[1:] for results in returned] == [[0, 1, 2, 3]] * number
    assert all(sorted(results[0]) == sorted([0, 1, 2, 3] * 9) for results in returned)


def test_bare_limits_fire_once_for_each_task() -> None:
    with bare.SLICES["timeout"]() as by_hand:
        _took_ns, returned = by_hand({"tasks": 3, "rounds": 2}, 2, perf_counter_ns)
    assert [[told[:2] for told in results] for results in returned] == [[(0, 1), (1, 1), (2, 1)]] * 2


def test_a_bare_queue_passes_every_item_once() -> None:
    load = {"capacity": 2, "producers": 2, "consumers": 1, "items": 3}
    with bare.SLICES["queue"]() as by_hand:
        _took_ns, returned = by_hand(load, 2, perf_counter_ns)
    items = [bare.FIRST_ITEM + index for index in range(6)]
    assert [(*results[:2], sorted(results[2])) for results in returned] == [(3, 3, items)] * 2


def test_bare_calls_are_made_in_threads_one_after_another() -> None:
    with bare.SLICES["offload"]() as by_hand:
        _took_ns, returned = by_hand({"tasks": 2, "calls": 3}, 2, perf_counter_ns)
    for results in returned:
        assert [[told[2] for _asked, told, _back in calls] for _here, calls in results] == [
            [0, 1, 2],
            [3, 4, 5],
        ]
        assert all(told[3] != here for here, calls in results for _asked, told, _back in calls)


@pytest.mark.timing
def test_a_small_sample_finds_the_two_sides_about_equal() -> None:
    plan = ("--layouts", "2", "--blocks", "12", "--clock", "cpu")
    ratios = sorted(command.in_process(number, "semaphore", *plan)["ratio"] for number in range(3))
    assert 0.8 <= ratios[1] <= 1.25


@pytest.mark.parametrize(("ratio", "code", "said"), [(1.01, 0, ""), (0.97, 1, "NOT WITHIN 1 ± 0.02")])
def test_the_table_and_the_exit_code_say_whether_anything_is_added(
    ratio: float, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"ratio": ratio, "ours_ns": 1000.0 * ratio, "bare_ns": 1000.0}
    monkeypatch.setattr(command, "in_process", lambda number, name, *plan: found)
    assert command.main(["--processes", "6"]) == code
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line[: len(name)] for line, name in zip(lines, LOADS, strict=True)] == LOADS
    assert [said in line for line in lines] == [not said or name in command.DECIDE for name in LOADS]


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="there is no valgrind")
def test_the_rounds_of_both_sides_take_as_many_instructions() -> None:
    found = command.counted("semaphore", runs=30)
    assert 0.9 <= found["ratio"] <= 1.1
    assert found["bare"] > 1000


@pytest.mark.parametrize(("ratio", "code"), [(1.01, 0), (1.03, 1)])
def test_counts_decide_as_times_do(
    ratio: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"ratio": ratio, "ours": 1000.0 * ratio, "bare": 1000.0}
    monkeypatch.setattr(command, "counted", lambda name, runs: found)
    assert command.main(["--count"]) == code
    assert ("NOT WITHIN" in capsys.readouterr().out) == bool(code)


def test_too_few_processes_for_an_interval_are_a_usage_error() -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["--processes", "5"])
    assert caught.value.code == 2
