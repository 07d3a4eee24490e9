"""Fixtures of the command line's tests."""

import json
from pathlib import Path

import pytest

from concbench.runs import run

from .concbench import Caller, make_quick

MODELS = ("generator", "asyncio")


@pytest.fixture
def concbench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Caller:
    """Return a function that calls concbench with the arguments that it is given."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CI", "")  # there, comparisons would count instructions
    make_quick(monkeypatch, generations=1)
    return Caller(monkeypatch, capsys)


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a complete run file of two models at two workloads, measured once for all tests."""
    path = tmp_path_factory.mktemp("measured") / "run.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch, generations=6)
        run(models=MODELS, workloads=["spawn", "switch"], params={"tasks": 5}, memory=False, to=path)
    return path


@pytest.fixture
def stored(measured: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return two run files of the same figures, as if they had been measured twice."""
    header, *records = measured.read_text().splitlines(keepends=True)
    again = tmp_path / "again.jsonl"
    other = json.dumps(json.loads(header) | {"run": "0" * 32}, separators=(",", ":"))
    again.write_text("".join([other + "\n", *records]))
    return measured, again


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a run file may be written."""
    return tmp_path / "run.jsonl"
