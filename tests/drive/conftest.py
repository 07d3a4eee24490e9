"""Fixtures of several files: a clone of a package, and no git but its own."""

import os
from pathlib import Path

import pytest

from tests.compiled import keep_compiled
from tests.drive.installations import FILES
from tests.drive.sides.repositories import repository


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the user's own git away: its settings, and the repository of a hook."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def clone(tmp_path: Path, nobody: None) -> Path:
    """Return a clone of a package that looks like this one."""
    return repository(tmp_path / "clone", FILES)


@pytest.fixture
def kept_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let comparisons keep their compiled files."""
    keep_compiled(monkeypatch, tmp_path_factory)
