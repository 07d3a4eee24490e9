"""The commit that a CI service tells: believed of its own workspace, where there is no git."""

import shutil
from pathlib import Path

import pytest

from concbench.drive.host import origin_git
from concbench.drive.host.origin import NOWHERE, Origin
from concbench.drive.host.origin_ci import CI
from concbench.drive.host.origin_git import NO_GIT, OTHER_CODE, REFUSED
from tests.drive.installations import SHA, from_folder, head, installed, of
from tests.drive.sides.repositories import git


@pytest.mark.parametrize("service", CI)
def test_a_ci_service_tells_the_commit_of_a_workspace_without_git(
    clone: Path, tmp_path: Path, service: str
) -> None:
    shutil.rmtree(clone / ".git")
    package = installed(clone, tmp_path / "site", from_folder(clone))
    sha, workspace, date = CI[service]
    environ = {sha: SHA, workspace: str(clone)} | ({date: "2026-11-29T10:00:00+01:00"} if date else {})
    known = {"commit": SHA, "date": environ.get(date), "dirty": None, "source": service}
    assert of(package, environ=environ) == Origin(known)
    assert of(clone / "src/concbench", environ=environ) == Origin(known)


def test_a_ci_service_is_not_believed_of_what_is_not_its_workspace_s(clone: Path, tmp_path: Path) -> None:
    of_a_wheel = installed(clone, tmp_path / "wheel")
    github = {"GITHUB_SHA": SHA, "GITHUB_WORKSPACE": str(tmp_path)}
    assert of(of_a_wheel, environ=github) == Origin(None, NOWHERE)
    shutil.rmtree(clone / ".git")
    package = installed(clone, tmp_path / "site", from_folder(clone))
    assert of(package, environ=github) == Origin(None, NOWHERE)
    github["GITHUB_WORKSPACE"] = str(clone)
    assert of(package, environ=github | {"GITHUB_SHA": "HEAD"}) == Origin(None, NOWHERE)


def test_git_knows_better_than_the_variables_of_ci(clone: Path, tmp_path: Path) -> None:
    package = installed(clone, tmp_path / "site", from_folder(clone))
    github = {"GITHUB_SHA": SHA, "GITHUB_WORKSPACE": str(clone)}
    assert (of(package, environ=github).repository or {})["commit"] == head(clone)
    (package / "models/a.py").write_text("a = 3\n")
    assert of(package, environ=github) == Origin(None, OTHER_CODE)


@pytest.mark.parametrize("mute", ["missing", "refuses"])
@pytest.mark.parametrize("detached", [True, False])
def test_where_git_is_mute_a_service_is_believed_of_what_is_checked_out(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mute: str, detached: bool
) -> None:
    known = head(clone)
    if detached:
        git(clone, "checkout", "--quiet", "--detach")
    package = installed(clone, tmp_path / "site", from_folder(clone))
    if mute == "missing":
        monkeypatch.setenv("PATH", "")
    else:
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        monkeypatch.setattr(origin_git, "HIDDEN", ("GIT_DIR",))
    why = NO_GIT if mute == "missing" else REFUSED
    github = {"GITHUB_SHA": known, "GITHUB_WORKSPACE": str(clone)}
    told = Origin({"commit": known, "date": None, "dirty": None, "source": "GitHub Actions"})
    assert of(package, environ=github) == told
    assert of(clone / "src/concbench", environ=github) == told
    assert of(package, environ=github | {"GITHUB_SHA": SHA}) == Origin(None, why)
    (package / "models/a.py").write_text("a = 3\n")
    assert of(package, environ=github) == Origin(None, why)
