"""What git tells of a checkout or a clone: believed where the files are those of its commit."""

from pathlib import Path

import pytest

from concbench.drive.host import origin_git
from concbench.drive.host.origin import Origin
from concbench.drive.host.origin_git import NO_GIT, OTHER_CODE, REFUSED
from tests.drive.installations import from_folder, head, installed, of

from .sides.repositories import git


def test_a_package_that_a_checkout_tracks_is_of_its_commit(clone: Path) -> None:
    date = git(clone, "log", "-1", "--format=%cI")
    known = {"commit": head(clone), "date": date, "dirty": False, "source": "checkout"}
    assert of(clone / "src/concbench") == Origin(known)


def test_a_changed_file_makes_the_checkout_dirty_and_a_new_one_does_not(clone: Path) -> None:
    (clone / "run.jsonl").write_text("new\n")
    assert (of(clone / "src/concbench").repository or {})["dirty"] is False
    (clone / "pyproject.toml").write_text("changed\n")
    assert (of(clone / "src/concbench").repository or {})["dirty"] is True


def test_the_repository_of_a_git_hook_is_not_mistaken_for_ours(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = head(clone)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert (of(clone / "src/concbench").repository or {})["commit"] == commit


def test_what_was_installed_from_a_clone_is_of_its_commit_while_it_holds_the_same(
    clone: Path, tmp_path: Path
) -> None:
    package = installed(clone, tmp_path / "site", from_folder(clone))
    (package / "docs").mkdir()
    (package / "docs/example.py").write_text("in a wheel beside the code")
    known = of(package).repository
    assert known is not None
    assert (known["commit"], known["dirty"], known["source"]) == (head(clone), False, "clone")
    (clone / "src/concbench/models/a.py").write_text("a = 2\n")
    assert of(package).repository == known, "HEAD still holds what is installed"
    git(clone, "commit", "-qam", "another")
    assert of(package) == Origin(None, OTHER_CODE)


def test_what_was_installed_with_changes_is_of_the_commit_and_dirty(clone: Path, tmp_path: Path) -> None:
    (clone / "src/concbench/models/a.py").write_text("a = 2\n")
    known = of(installed(clone, tmp_path / "site", from_folder(clone))).repository
    assert known is not None
    assert (known["commit"], known["dirty"]) == (head(clone), True)


def test_a_module_that_the_commit_does_not_have_makes_it_another_one(clone: Path, tmp_path: Path) -> None:
    package = installed(clone, tmp_path / "site", from_folder(clone))
    (package / "models/b.py").write_text("b = 1\n")
    assert of(package) == Origin(None, OTHER_CODE)


def test_without_git_a_clone_is_said_to_need_it(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = installed(clone, tmp_path / "site", from_folder(clone))
    monkeypatch.setenv("PATH", "")
    assert of(package) == Origin(None, NO_GIT)
    assert of(clone / "src/concbench") == Origin(None, NO_GIT)


def test_a_clone_of_another_user_is_named_as_what_git_refuses(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(origin_git, "HIDDEN", ("GIT_DIR",))
    assert of(clone / "src/concbench") == Origin(None, REFUSED)
