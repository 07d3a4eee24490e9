"""Fixtures of the command line's tests."""

import fcntl
import json
from pathlib import Path

import pytest

from concbench.runs import run
from tests.compiled import keep_compiled

from .concbench import Caller, make_quick

MODELS = ("generator", "asyncio")


@pytest.fixture
def concbench(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Caller:
    """Return a function that calls concbench with the arguments that it is given."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CI", "")  # there, comparisons would count instructions
    make_quick(monkeypatch, generations=1)
    keep_compiled(monkeypatch, tmp_path_factory)
    return Caller(monkeypatch, capsys)


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a complete run file of two models at two workloads, measured once for all tests.

    The first process of pytest-xdist that asks for it measures; the others wait for the file.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(request.config, "workerinput") else own) / "measured"
    folder.mkdir(exist_ok=True)
    path = folder / "run.jsonl"
    with (folder / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make_quick(patch, generations=6)
            part = run(
                models=MODELS,
                workloads=["spawn", "switch"],
                params={"tasks": 5},
                memory=False,
                to=path.with_suffix(".part"),
            ).path
            part.rename(path)
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
