"""Which commit concbench is of: what can be checked is believed, and no commit is better than a wrong one."""

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from concbench.measure import origin as module
from concbench.measure.origin import NO_GIT, NOWHERE, OTHER_CODE, REFUSED, Origin, origin

from .sides.repositories import git, repository

FILES = {
    "pyproject.toml": "",
    "src/concbench/__init__.py": "",
    "src/concbench/models/a.py": "a = 1\n",
    "src/concbench/page.html": "<p>",
}
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return repository(tmp_path / "clone", FILES)


def installed(source: Path, to: Path, url: dict[str, Any] | None = None) -> Path:
    """Install the package that lies in a clone as pip does, and return its folder."""
    package = to / "concbench"
    shutil.copytree(source / "src/concbench", package)
    info = to / "concbench-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: concbench\nVersion: 0.1.0\n")
    lines = [
        f"{path.relative_to(to)},sha256={digest(path)},{path.stat().st_size}"
        for path in sorted(package.rglob("*"))
        if path.is_file()
    ]
    (info / "RECORD").write_text("\n".join([*lines, ""]))
    if url is not None:
        (info / "direct_url.json").write_text(json.dumps(url))
    return package


def digest(path: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()


def from_folder(folder: Path) -> dict[str, Any]:
    return {"url": folder.as_uri(), "dir_info": {}}


def of(package: Path, here: Path | None = None, environ: dict[str, str] | None = None) -> Origin:
    return origin(package, here or package.parent, environ or {})


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


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


def test_a_wheel_measured_inside_the_clone_is_of_the_clone_if_it_holds_the_same(
    clone: Path, tmp_path: Path
) -> None:
    package = installed(clone, tmp_path / "site")
    assert (of(package, clone / "src").repository or {})["commit"] == head(clone)
    assert of(package, tmp_path) == Origin(None, NOWHERE)


def test_a_package_that_is_only_installed_inside_another_checkout_is_not_of_it(tmp_path: Path) -> None:
    clone = repository(tmp_path / "clone", FILES)
    other = repository(tmp_path / "other", {"setup.py": ""})
    package = installed(clone, other / ".venv/site-packages")
    assert of(package, other) == Origin(None, NOWHERE)


def test_what_pip_installed_from_a_repository_is_of_the_commit_that_it_noted(
    clone: Path, tmp_path: Path
) -> None:
    url = {"url": "https://example.org/c.git", "vcs_info": {"vcs": "git", "commit_id": SHA}}
    package = installed(clone, tmp_path / "site", url)
    known = {"commit": SHA, "date": None, "dirty": False, "source": "direct_url.json"}
    assert of(package, None, {"GITHUB_SHA": "f" * 40, "GITHUB_WORKSPACE": str(tmp_path)}) == Origin(known)
    (package / "models/a.py").write_text("a = 3\n")
    assert of(package) == Origin(None, module.CHANGED)


@pytest.mark.parametrize("service", module.CI)
def test_a_ci_service_tells_the_commit_of_a_workspace_without_git(
    clone: Path, tmp_path: Path, service: str
) -> None:
    shutil.rmtree(clone / ".git")
    package = installed(clone, tmp_path / "site", from_folder(clone))
    sha, workspace, date = module.CI[service]
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
    monkeypatch.setattr(module, "HIDDEN", ("GIT_DIR",))
    assert of(clone / "src/concbench") == Origin(None, REFUSED)


@pytest.mark.parametrize("noted", ["[]", "{", "null", '{"url": 3, "dir_info": {}}'])
def test_a_note_of_an_installer_that_is_none_tells_nothing(clone: Path, tmp_path: Path, noted: str) -> None:
    package = installed(clone, tmp_path / "site", {})
    (tmp_path / "site/concbench-0.1.0.dist-info/direct_url.json").write_text(noted)
    assert of(package) == Origin(None, NOWHERE)
