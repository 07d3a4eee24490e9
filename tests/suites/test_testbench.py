"""The pytest-benchmark suite: one small real run, and what happens when a result is wrong."""

import json
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pytest_benchmark")
from benchmarks import cells
from benchmarks.cells import WrongResult
from tests.suites import made
from tests.suites.test_cells import cell_on

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / "testbench"
FAST = ("-p", "no:hypothesispytest")
"""Without the plug-in of Hypothesis, which takes longest to load."""


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(ROOT / "benchmarks"),
        "-p",
        "no:cacheprovider",
        *FAST,
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Run chain's cells and return what was printed and what was written."""
    folder = tmp_path_factory.mktemp("pytest-benchmark")
    file = folder / "out.json"
    done = run(
        "-k", "chain and not asyncio", f"--benchmark-json={file}", f"--benchmark-storage=file://{folder}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(file.read_text())


def test_a_cell_runs_under_pytest() -> None:
    done = run("-k", "spawn and generator", "--benchmark-disable")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "failed" not in done.stdout


ONE = "def test_one(benchmark): benchmark.pedantic(int)"


def run_one(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a test of no work in a folder, with the suite's hooks and this project's settings."""
    (folder / "test_one.py").write_text(ONE)
    own = ("-c", str(ROOT / "pyproject.toml"), "-p", "benchmarks.testbench.conftest", "--benchmark-compare")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "test_one.py",
        "-p",
        "no:cacheprovider",
        *FAST,
        *own,
        *arguments,
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.nightly
def test_nothing_to_compare_with_and_another_machine_are_warnings(tmp_path: Path) -> None:
    first = run_one(tmp_path, "--benchmark-autosave")
    assert (first.returncode, "Can't compare" in first.stdout + first.stderr) == (0, True)
    (saved,) = tmp_path.rglob("*.json")
    data = json.loads(saved.read_text())
    data["machine_info"]["release"] = "0.0.1-elsewhere"
    saved.write_text(json.dumps(data))
    second = run_one(tmp_path)
    assert (second.returncode, "machine_info is different" in second.stdout + second.stderr) == (0, True)
    assert "INTERNALERROR" not in first.stdout + first.stderr + second.stdout + second.stderr


@pytest.mark.nightly
def test_a_cell_s_price_stands_beside_its_time(written: tuple[str, dict[str, Any]]) -> None:
    _, data = written
    info = {one["extra_info"]["model"]: one["extra_info"] for one in data["benchmarks"]}["yield-from"]
    assert info["workload"] == "chain"
    assert info["params"] == {"depth": 100, "tasks": 10, "suspensions": 50}
    assert (info["outcome"], info["unit"], info["cpu_unit"]) == ("ok", "suspension", "suspension")
    assert info["operations"] == info["repetitions"] * 10 * 50
    assert info["cpu_s_per_operation"] > 0
    assert info["memory_peak_bytes"] >= 0
    assert (info["scaling_in"], info["scaling_of"]) == ("depth", "wall")
    assert isinstance(info["scaling_exponent"], float)


@pytest.mark.nightly
def test_the_times_are_per_operation(written: tuple[str, dict[str, Any]]) -> None:
    _, data = written
    for one in data["benchmarks"]:
        stats, info = one["stats"], one["extra_info"]
        assert info["wall_s_per_operation"] == stats["median"]
        assert stats["median"] * info["operations"] >= 0.001
        assert stats["rounds"] == len(stats["data"]) >= 5


@pytest.mark.nightly
def test_cells_are_grouped_by_workload_and_size(written: tuple[str, dict[str, Any]]) -> None:
    printed, data = written
    assert {one["group"] for one in data["benchmarks"]} == {
        "chain depth=100 tasks=10 suspensions=50, per suspension"
    }
    header = next(line for line in printed.splitlines() if line.startswith("Name (time in"))
    assert header.split()[4:] == ["Min", "Median", "IQR", "Rounds"]


@pytest.mark.nightly
def test_a_cell_that_is_not_expressible_is_skipped_with_the_reason(
    written: tuple[str, dict[str, Any]],
) -> None:
    printed, data = written
    assert "2 passed, 2 skipped" in printed
    assert "an object that is polled through run() has no call stack to suspend" in printed
    assert len(data["benchmarks"]) == 2


@pytest.mark.nightly
def test_the_file_says_what_it_ran_on_and_names_no_host_or_folder(
    written: tuple[str, dict[str, Any]],
) -> None:
    _, data = written
    assert data["environment"]["concbench"]["version"]
    assert data["machine_info"]["concbench"]["machine"].startswith(data["machine_info"]["node"])
    assert "commit" not in data["machine_info"]["concbench"]
    assert str(ROOT) not in json.dumps(data)
    assert str(Path.home()) + "/" not in json.dumps(data)


def module_under_test() -> Any:
    """Return the suite's own module."""
    spec = util.spec_from_file_location("testbench_cells", FOLDER / "test_cells.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rounds_on(session: made.Session, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(cells, "settle", lambda _cell: (2, 0.1))
    return module_under_test().Rounds(cell_on(session))


def test_a_wrong_result_fails_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    session = made.Session(wrong=True)
    rounds = rounds_on(session, monkeypatch)
    (batches,), _ = rounds.prepare()
    rounds.run(batches)
    with pytest.raises(WrongResult):
        rounds.finish(batches)


def test_a_round_leaves_nothing_for_the_next_one_to_free(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = rounds_on(made.Session(), monkeypatch)
    (batches,), _ = rounds.prepare()
    assert len(batches) == 2
    rounds.run(batches)
    rounds.finish(batches)
    assert (batches, rounds.returned, len(rounds.cpu), len(rounds.records)) == ([], (), 1, 1)
