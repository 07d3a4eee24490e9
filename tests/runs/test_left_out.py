"""What a default run leaves out: models that nobody named and that are not to be had."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.presets import Reach
from concbench.models import index
from concbench.results.reader import read_run
from concbench.runs import planning, resume, run, running
from concbench.runs.planning import running_version
from tests.commands.concbench import make_quick

THERE = ("generator", "asyncio", "interpreter-pool")


@pytest.fixture
def default(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return how a default run is asked for, of a preset that omits all models but three."""
    make_quick(monkeypatch, generations=1)
    omitted = tuple(name for name in index.names() if name not in THERE)
    for module in (planning, running):
        monkeypatch.setattr(module, "REACHES", {"quick": Reach(omitted=omitted)})
    return {"workloads": ["spawn"], "params": {"tasks": 2}, "memory": False}


@pytest.mark.parametrize("named", ["interpreter-pool", pytest.param("threads", marks=pytest.mark.nightly)])
def test_a_baseline_of_one_of_several_interpreters_takes_part(
    default: dict[str, Any], tmp_path: Path, named: str
) -> None:
    here = sys.executable
    path = tmp_path / "run.jsonl"
    run(**default, pythons=[here, f"{here} -O"], baseline=f"{named}@{running_version()}-O", to=path)
    header = read_run(path).header
    assert header.asked.baseline in [contender.id for contender in header.contenders]
    assert named not in header.left_out


def test_a_run_goes_on_without_what_it_left_out_though_that_is_there_by_now(
    default: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.jsonl"
    run(**default, to=path)
    header, *records = path.read_text().splitlines(keepends=True)
    assert "threads" in json.loads(header)["left_out"]
    path.write_text("".join([header, *records[: len(records) // 2]]))
    there = tuple(name for name in index.names() if name not in (*THERE, "threads"))
    for module in (planning, running):
        monkeypatch.setattr(module, "REACHES", {"quick": Reach(omitted=there)})
    assert resume(path).complete
    assert path.read_text().startswith(header)
