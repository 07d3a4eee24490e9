"""The examples of docs/PLUGINS.md: honest, and usable as they stand."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"


def verify(*arguments: str) -> list[dict[str, Any]]:
    """Return the findings of ``concbench verify`` with these arguments, which must all be well."""
    command = [sys.executable, "-m", "concbench", "verify", "--seed", "1", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def test_the_example_model_does_every_workload_that_its_dialect_can_express() -> None:
    findings = verify("--plugin", str(EXAMPLES / "deque_model.py"), "--model", "deque")
    assert {finding["outcome"] for finding in findings} == {"ok"}
    assert {finding["workload"] for finding in findings} == {"timers", "spawn", "parked", "switch", "chain"}


def test_the_example_workload_is_done_honestly_by_the_models_that_can() -> None:
    findings = verify("--plugin", str(EXAMPLES / "countdown_workload.py"), "--workload", "countdown")
    found = {finding["contender"]: finding["outcome"] for finding in findings}
    assert {found[name] for name in ("generator", "yield-from", "asyncio")} == {"ok"}
    assert set(found.values()) <= {"ok", "not-expressible", "unavailable"}
    assert not [finding for finding in findings if finding["doubts"]]


@pytest.mark.nightly
def test_honest_models_are_not_flagged_by_the_command_that_counts_it() -> None:
    command = [sys.executable, str(ROOT / "studies" / "honest_verify.py"), "--runs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0 honest cells flagged in 1 runs of verify"
    assert done.returncode == 0


def test_the_run_that_the_repository_keeps_can_be_shown() -> None:
    kept = str(ROOT / "reports" / "example.jsonl.gz")
    done = subprocess.run(
        [sys.executable, "-m", "concbench", "show", kept], capture_output=True, text=True, check=True
    )
    for workload in ("timers", "spawn", "parked", "switch", "chain"):
        assert f"\n{workload}  (" in "\n" + done.stdout or f"\n{workload} " in "\n" + done.stdout
