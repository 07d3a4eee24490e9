"""The sources of the current folder's project: whose, and which."""

import os
import sys
from pathlib import Path

import pytest

from concbench.drive.workers.place import Place
from concbench.drive.workers.sources import current_sources


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "src/ours").mkdir(parents=True)
    (root / "src/ours/__init__.py").touch()
    (root / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(root / "deep/er")
    return root


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "setup.cfg", ".git"])
def test_the_nearest_folder_that_is_a_project_s_counts(project: Path, name: str) -> None:
    assert current_sources() == ()
    (project / name).touch()
    assert current_sources() == (project / "src",)
    (project / "deep" / name).touch()
    assert current_sources() == ()


def test_a_src_without_python_is_none(project: Path) -> None:
    (project / "setup.py").touch()
    (project / "src/ours/__init__.py").unlink()
    assert current_sources() == ()


def test_what_belongs_to_another_is_passed_over(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "setup.py").touch()
    before = Path.stat

    def stat(path: Path, **more: bool) -> os.stat_result:
        found = list(before(path, **more))
        found[4] += path.name == "src"
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", stat)
    assert current_sources() == ()


def test_a_current_folder_that_was_removed_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert current_sources() == ()


def test_sources_are_searched_for_what_the_user_names_alone(tmp_path: Path) -> None:
    place = Place(Path(sys.executable), sources=(tmp_path,))
    assert place.imports((), ())["roots"] == []
    assert place.imports((), ("ours:make",), "asyncio")["roots"] == []
    assert place.imports((), ("ours:make",), "asyncio+ours:make")["roots"] == [str(tmp_path)]
    assert place.imports(({"file": "plugin.py"},), ())["roots"] == [str(tmp_path)]
