"""``python studies/staying_open.py``: every way runs its batches and tells the same figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("anyio")
pytest.importorskip("trio")

import staying_open as study

MODELS = ("trio (the model)", "anyio-trio (the model)", "anyio-asyncio (the model)")


def told_of(way: str) -> dict[str, list[float]]:
    command = [sys.executable, str(Path(study.__file__)), "--way", way]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def assert_told(found: dict[str, list[float]]) -> None:
    assert list(found) == ["1 tasks", "10 tasks", "100 tasks", "late, 1", "late, 100"]
    assert all(value > 0 for name, values in found.items() for value in values if "late" not in name)
    assert [len(found["late, 1"]), len(found["late, 100"])] == [20, 500]


@pytest.mark.smoke
def test_the_model_that_is_measured_is_that_of_the_package() -> None:
    assert set(MODELS) <= set(study.WAYS)
    assert_told(told_of("trio (the model)"))


@pytest.mark.parametrize("way", study.WAYS)
def test_each_way_runs_its_batches(way: str) -> None:
    assert_told(told_of(way))
