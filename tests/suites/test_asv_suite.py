"""What asv finds in benchmarks/, and that it is measured as it says."""

import importlib
import inspect
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("asv_runner")
from asv_runner.discovery import disc_benchmarks  # type: ignore[import-untyped]

import benchmarks
from benchmarks import bases, cells, selection
from concbench.models.index import ONE_OF_EACH
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.index import BASICS

ROOT = Path(__file__).parents[2]
SUITE = Path(benchmarks.__file__).parent
FOUND = {found.name: found for found in disc_benchmarks(str(SUITE))}
UNITS = {
    "Time": {"seconds"},
    "Lateness": {"seconds"},
    "Memory": {"bytes"},
    "Scaling": {"exponent"},
}
"""All of them better if lower; none is a rate."""


def test_asv_finds_these_benchmarks() -> None:
    timed = [
        f"{name}.Time.time_{clock}_per_task" for name in ("spawn", "parked") for clock in ("wall", "cpu")
    ]
    timed += [
        f"{name}.Time.time_{clock}_per_suspension"
        for name in ("switch", "chain")
        for clock in ("wall", "cpu")
    ]
    timed += ["timers.Time.time_wall_per_run", "timers.Time.time_cpu_per_task"]
    tracked = [f"{name}.Scaling.track_wall_exponent" for name in ("spawn", "parked", "switch", "chain")]
    tracked += ["timers.Scaling.track_cpu_exponent", "timers.Lateness.track_p50", "timers.Lateness.track_p99"]
    tracked += [f"{name}.Memory.track_peak" for name in cells.WORKLOADS] + ["parked.Memory.track_per_task"]
    assert sorted(FOUND) == sorted(timed + tracked)


OLDER = """
import sys, types
sys.modules["concbench.drive"] = None
there = sys.modules["concbench.measure.launch"] = types.ModuleType("concbench.measure.launch")
from benchmarks import cells
assert cells.launch is there
"""


def test_workers_of_an_older_commit_are_started_by_the_module_that_it_has() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OLDER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", FOUND)
def test_a_benchmark_has_a_unit_that_is_better_if_lower(name: str) -> None:
    workload, kind, _ = name.split(".")
    assert FOUND[name].unit in UNITS[kind]
    assert FOUND[name].pretty_name.startswith(workload)


@pytest.mark.parametrize("name", [name for name in FOUND if ".time_" in name])
def test_a_time_is_per_what_its_name_says_by_the_clock_that_it_names(name: str) -> None:
    timer = FOUND[name].func.timer
    clock = {"perf_counter": "wall", "process_time": "cpu"}[timer.clock.__name__]
    assert name.endswith(f".time_{clock}_per_{timer.unit}")


@pytest.mark.parametrize("name", FOUND)
def test_the_version_is_that_of_the_work_and_of_the_measuring(name: str) -> None:
    workload = Catalogue().workload(name.partition(".")[0])
    assert FOUND[name].version == f"{workload.version}.{cells.MEASURING}"


def test_a_new_version_of_the_work_is_a_new_version_of_its_benchmarks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {name: cells.version(name) for name in cells.WORKLOADS}
    monkeypatch.setitem(cells.WORKLOADS, "spawn", "2")
    assert {name for name in before if cells.version(name) != before[name]} == {"spawn"}


@pytest.mark.parametrize("name", FOUND)
def test_the_parameters_are_the_model_and_those_of_the_workload(name: str) -> None:
    found, known = FOUND[name], Catalogue()
    own = {field.name for field in fields(known.workload(name.partition(".")[0]).params)}
    assert found.param_names[0] == "model"
    assert set(found.param_names[1:]) <= own
    assert found.params[0] == [repr(model) for model in ONE_OF_EACH]


def test_every_basic_workload_is_measured() -> None:
    assert list(cells.WORKLOADS) == list(BASICS)
    assert {suite.Time.workload for suite in selection.SUITES} == set(cells.WORKLOADS)


@pytest.mark.parametrize("name", FOUND)
def test_no_benchmark_is_a_coroutine_or_a_generator(name: str) -> None:
    hooks = [FOUND[name].func, *FOUND[name]._setups, *FOUND[name]._teardowns]
    assert not any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in hooks)
    assert not any(inspect.isgeneratorfunction(each) for each in hooks)


def test_a_sample_is_twice_as_long_as_asv_s_arithmetic_needs() -> None:
    assert cells.LEAST_S >= 2 * 0.01
    assert bases.Timed.number == 1


def test_the_quick_cells_are_some_of_the_full_ones() -> None:
    full = selection.full()
    assert len({case.id for case in full}) == len(full)
    assert all(case in full for case in selection.quick())
    assert {case.workload for case in selection.quick()} == set(cells.WORKLOADS)


def test_the_suite_needs_the_standard_library_and_the_measured_side_alone() -> None:
    code = (
        "import sys; from asv_runner.discovery import disc_modules; before = set(sys.modules); "
        "list(disc_modules('benchmarks')); import json; "
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})), "
        "[name for name in sys.modules if name.startswith(('concbench.report', 'concbench.stats'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    names, _, analysis = done.stdout.partition("]")
    assert set(json.loads(names + "]")) - sys.stdlib_module_names == {"benchmarks", "concbench"}
    assert analysis.strip() == "[]"


def test_asv_takes_the_suite_for_sound() -> None:
    code = "import sys; from asv_runner.check import _check; _check((sys.argv[1],))"
    command = [sys.executable, "-c", code, str(SUITE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def run_for_real(name: str, to: Path) -> Any:
    """Return what asv_runner writes for one benchmark and set of parameters, in a process of its own."""
    quick = json.dumps({"repeat": 1, "number": 1, "warmup_time": 0})
    code = "import sys; from asv_runner.run import _run; _run(sys.argv[1:])"
    command = [sys.executable, "-c", code, str(SUITE), name, quick, "None", str(to)]
    subprocess.run(command, cwd=to.parent, check=True, timeout=120, capture_output=True)
    return json.loads(to.read_text())


def index_of(name: str, *values: object) -> int:
    """Return asv's number for a set of parameters."""
    module, klass, _ = name.split(".")
    params = getattr(importlib.import_module(f"benchmarks.{module}"), klass).params
    number = 0
    for value, choices in zip(values, params, strict=True):
        number = number * len(choices) + choices.index(value)
    return number


def test_a_cell_is_timed_for_real(tmp_path: Path) -> None:
    name = "spawn.Time.time_cpu_per_task"
    found = run_for_real(f"{name}-{index_of(name, 'asyncio', 100)}", tmp_path / "result.json")
    assert found["number"] == 1
    assert 0 < found["samples"][0] < cells.LEAST_S  # a task, and not all of the sample


@pytest.mark.nightly
def test_a_cell_is_weighed_for_real(tmp_path: Path) -> None:
    name = "parked.Memory.track_per_task"
    assert run_for_real(f"{name}-{index_of(name, 'generator', 1000)}", tmp_path / "result.json") > 0
