"""Pools and companions by the command line: verified, run and told, like any other model and workload."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLUGINS = Path(__file__).parents[1] / "measure" / "plugins"
GIVEN = [part for name in ("pools.py", "loads.py") for part in ("--plugin", str(PLUGINS / name))]
GIVEN += ["-m", "thread-pool,process-pool", "-w", "computing,echo"]


def said_by(*arguments: str) -> str:
    command = [sys.executable, "-m", "concbench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_pools_are_verified_at_tasks_that_compute_and_at_tasks_that_ask_a_companion() -> None:
    findings = json.loads(said_by("verify", *GIVEN, "--seed", "1", "--json"))["findings"]
    assert {(one["workload"], one["contender"]) for one in findings} == {
        (workload, model) for workload in ("computing", "echo") for model in ("thread-pool", "process-pool")
    }
    assert {one["outcome"] for one in findings} == {"ok"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what another process has used")
def test_pools_are_measured_with_what_their_helpers_compute_and_a_companion_s_share_is_told(
    tmp_path: Path,
) -> None:
    file = tmp_path / "run.jsonl"
    given = [*GIVEN, "-p", "tasks=2", "-p", "work=20000", "--no-report", "-o", str(file)]
    said_by("run", *given, "--no-memory")
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    samples: list[dict[str, Any]] = [one for one in records if one["type"] == "sample"]
    cpu_ns: dict[str, list[float]] = {}
    for one in samples:
        workload, model = one["cell"].partition("[")[0], one["cell"].rpartition("/")[2]
        for leg in one["legs"]:
            cpu_ns.setdefault(f"{workload} {model}", []).append(leg["cpu_ns"] / leg["number"])
    least = {name: min(values) for name, values in cpu_ns.items()}
    assert 0.4 < least["computing process-pool"] / least["computing thread-pool"] < 2.5
    echoes = [one for one in samples if one["cell"].startswith("echo")]
    assert echoes
    assert all("companion_cpu_ns" in json.dumps(one) for one in echoes)
