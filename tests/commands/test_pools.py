"""Pools and companions by the command line: verified, run and told, like any other model and workload."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "measure" / "plugins"
QUICKLY = Path(__file__).with_name("quickly.py")
PLUGINS = [part for name in ("pools.py", "loads.py") for part in ("--plugin", str(FOLDER / name))]
POOLS = ("thread-pool", "process-pool", "two-processes")
MODELS = ["-m", ",".join(POOLS)]
SIZES = (("computing", "20000"), ("asking", "20"))


def said_by(*arguments: str) -> str:
    command = [sys.executable, "-P", str(QUICKLY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_pools_are_verified_at_tasks_that_compute_and_at_tasks_that_ask_a_companion() -> None:
    findings = json.loads(
        said_by("verify", *PLUGINS, *MODELS, "-w", "computing,asking", "--seed", "1", "--json")
    )["findings"]
    assert {(one["workload"], one["contender"]) for one in findings} == {
        (workload, model) for workload in ("computing", "asking") for model in POOLS
    }
    assert {one["outcome"] for one in findings} == {"ok"}


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what another process has used")
def test_pools_are_measured_with_what_their_helpers_compute_and_a_companion_s_share_is_told(
    tmp_path: Path,
) -> None:
    computed, echoes = (samples_of(tmp_path / name, name, work) for name, work in SIZES)
    cpu_ns: dict[str, list[float]] = {}
    for one in computed:
        for leg in one["legs"]:
            cpu_ns.setdefault(one["cell"].rpartition("/")[2], []).append(leg["cpu_ns"] / leg["number"])
    least = {name: min(values) for name, values in cpu_ns.items()}
    for pool in POOLS:
        assert 0.4 < least[pool] / least["thread-pool"] < 2.5
    assert echoes
    assert all("companion_cpu_ns" in json.dumps(one) for one in echoes)


def samples_of(file: Path, workload: str, work: str) -> list[dict[str, Any]]:
    """Return the samples of a run of the pools at one workload."""
    given = [*PLUGINS, *MODELS, "-w", workload, "-p", "tasks=2", "-p", f"work={work}"]
    said_by("run", *given, "--no-memory", "--no-report", "-o", f"{file}.jsonl")
    lines = Path(f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    return [record for line in lines if (record := json.loads(line))["type"] == "sample"]
