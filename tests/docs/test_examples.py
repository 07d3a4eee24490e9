"""The examples of docs/PLUGINS.md and docs/MODELS.md: honest, and usable as they stand."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from concbench.models.index import ONE_OF_EACH
from tests.distributions import Environment

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
OWN = ("loop", "library", "pool")
ALL = {"timers", "spawn", "parked", "switch", "chain"}


def verify(*arguments: str) -> list[dict[str, Any]]:
    """Return the findings of ``concbench verify`` with these arguments, which must all be well."""
    command = [sys.executable, "-m", "concbench", "verify", "--seed", "1", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def test_the_example_model_does_every_workload_that_its_dialect_can_express() -> None:
    own = ("--plugin", str(EXAMPLES / "deque_model.py"), "--model", "deque")
    findings = verify(*own, "-w", "family:basics")
    assert {finding["outcome"] for finding in findings} == {"ok"}
    assert {finding["workload"] for finding in findings} == ALL


def test_the_example_workload_is_done_honestly_by_the_models_that_can() -> None:
    chosen = ("--workload", "countdown", "-m", ",".join(ONE_OF_EACH))
    findings = verify("--plugin", str(EXAMPLES / "countdown_workload.py"), *chosen)
    ok = {finding["contender"] for finding in findings if finding["outcome"] == "ok"}
    assert ok == {"generator", "yield-from", "asyncio"}
    assert not [finding for finding in findings if finding["doubts"]]


@pytest.mark.nightly
def test_a_loop_a_library_and_a_pool_of_one_s_own_do_all_that_they_can_express() -> None:
    files = {name: EXAMPLES / f"own_{name}" / f"own_{name}.py" for name in OWN}
    loop = "asyncio+own_loop.py:new_event_loop"
    asked = [word for file in files.values() for word in ("--plugin", str(file))]
    asked += ["--loop", f"{files['loop']}:new_event_loop", "-m", "own-loop,own-library,own-pool"]
    findings = verify(*asked, "-w", "family:basics")
    done: dict[str, set[str]] = {}
    for finding in findings:
        assert finding["outcome"] in ("ok", "not-expressible"), finding
        assert not finding["doubts"]
        if finding["outcome"] == "ok":
            done.setdefault(finding["contender"], set()).add(finding["workload"])
    assert done == {"own-loop": ALL, "own-library": ALL, loop: ALL, "own-pool": {"timers", "spawn"}}


def verified_from(installed: Environment) -> None:
    """Verify the three where they are installed, by their names alone."""
    names = [f"own-{name}" for name in OWN]
    said = installed.json("verify", "--seed", "1", "-w", "spawn", "-m", ",".join(names))
    assert {(one["contender"], one["outcome"]) for one in said["findings"]} == {(one, "ok") for one in names}


def test_each_is_a_package_whose_entry_point_brings_the_model(tmp_path: Path) -> None:
    installed = Environment(tmp_path)
    for name in OWN:
        about = tomllib.loads((EXAMPLES / f"own_{name}" / "pyproject.toml").read_text())
        module = (EXAMPLES / f"own_{name}" / f"own_{name}.py").read_text()
        entries = about["project"]["entry-points"]["concbench.models"]
        installed.install(f"own_{name}", {f"own_{name}": module}, models=entries)
    verified_from(installed)


@pytest.mark.nightly
def test_each_is_installed_by_pip_as_its_document_says(tmp_path: Path) -> None:
    installed = Environment(tmp_path)
    folders = [str(EXAMPLES / f"own_{name}") for name in OWN]
    into = ["--quiet", "--no-deps", "--target", str(installed.packages)]
    subprocess.run([sys.executable, "-m", "pip", "install", *into, *folders], check=True)
    verified_from(installed)


@pytest.mark.nightly
def test_honest_models_are_not_flagged_by_the_command_that_counts_it() -> None:
    study = ROOT / "studies" / "honest_verify.py"
    command = [sys.executable, str(study), "--runs", "1", "-w", "family:basics"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0 honest cells flagged in 1 runs of verify"
    assert done.returncode == 0
