"""Sides that are installed themselves: built of their own files, by whichever installer there is."""

import shutil
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from concbench.drive.sides.asked import SidesError, two_sides
from concbench.drive.sides.fitting import DoesNotFit, HeadDoesNotFit
from concbench.drive.sides.installing import last_lines, where_in
from concbench.drive.sides.modules import in_folder, lacking, of_wheel
from concbench.drive.sides.projects import version_of
from concbench.drive.sides.spec import SideSpec
from concbench.drive.workers.described import Described, rest

from .builders import folder_of, in_c, tiny
from .repositories import git, repository

UV = shutil.which("uv")


@pytest.fixture(params=["pip", pytest.param("uv", marks=pytest.mark.skipif(UV is None, reason="no uv here"))])
def installing(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have environments made by one installer, without any index; return the folder where they are kept."""
    tools = tmp_path / "tools"
    tools.mkdir()
    if request.param == "uv":
        (tools / "uv").symlink_to(str(UV))
    else:
        pytest.importorskip("ensurepip", reason="venv has pip from ensurepip, which some systems leave out")
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "concbench" / "environments"


def versions_of(repo: Path, said: list[str], **asked: Any) -> list[str]:
    """Return the version that each side's plug-in has of its project's module."""
    usual: dict[str, Any] = {"base": "v0", "head": "v1", "plugins": (str(repo / "plugin.py"),)}
    with two_sides(SideSpec(repo=repo, **usual | {"project": True} | asked), say=said.append) as sides:
        found = [Described(side.plugins, (), side.place).model("mine").version() for side in sides]
        assert all(side.place.roots == () and side.modules == ("loops",) for side in sides)
        assert all("tiny-loops==" in str(side.about["packages"]) for side in sides)
        rest()
    return found


@pytest.mark.nightly
def test_each_side_is_built_and_kept_by_what_its_files_are(installing: Path, tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", tiny("old"), tiny("new"))
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "again")
    git(repo, "tag", "again")
    said: list[str] = []
    assert versions_of(repo, said) == ["old", "new"]
    assert [words for words in said if "making" in words and "the project" in words] == said[2:]
    kept = folder_of(installing)
    assert len(kept) == 2
    said.clear()
    assert versions_of(repo, said, head="again") == ["old", "new"]
    assert not any("making" in words for words in said)
    assert folder_of(installing) == kept
    assert git(repo, "status", "--porcelain", "--ignored") == ""


@pytest.mark.nightly
def test_a_changed_working_tree_is_built_anew_of_its_own_files_and_left_alone(
    installing: Path, tmp_path: Path
) -> None:
    repo = repository(tmp_path / "project", tiny("old"))
    for version in ("newer", "newest"):
        (repo / "src/loops/__init__.py").write_text("from loops.more import VERSION\n")
        (repo / "src/loops/more.py").write_text(f"VERSION = {version!r}\n")
        assert versions_of(repo, [], head=None) == ["old", version]
    assert len(folder_of(installing)) == 1
    assert not (repo / "built-here").exists()


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("cc", path="/usr/bin:/bin") is None, reason="there is no compiler")
def test_extension_modules_are_built(installing: Path, tmp_path: Path) -> None:
    code = "from loops._fast import ANSWER\nVERSION = str(ANSWER)\n"
    files = [tiny("", _fast__c=in_c(answer)) | {"src/loops/__init__.py": code} for answer in (41, 42)]
    assert versions_of(repository(tmp_path / "project", *files), []) == ["41", "42"]
    assert installing.exists()


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("cc", path="/usr/bin:/bin") is None, reason="there is no compiler")
def test_a_head_that_is_not_built_is_told_by_the_compiler_s_line(installing: Path, tmp_path: Path) -> None:
    wrong = tiny("new", _fast__c="\nint wrong( {\n")
    repo = repository(tmp_path / "project", tiny("old"), wrong)
    with pytest.raises(HeadDoesNotFit) as refused:
        versions_of(repo, [])
    said = str(refused.value)
    assert said.startswith(f"{refused.value.head}: the project cannot be built:\n")
    assert refused.value.head.startswith("v1 (")
    assert "src/loops/_fast.c:2:" in said
    assert str(tmp_path) not in said
    assert "Base can be installed: mend it in head" in said
    assert (refused.value.file, refused.value.line, refused.value.exit_code) == ("src/loops/_fast.c", 2, 3)
    with pytest.raises(DoesNotFit) as refused_base:
        versions_of(repo, [], base="v1", head="v0")
    assert refused_base.value.exit_code == 2
    assert folder_of(installing) == {one.name for one in installing.iterdir() if "." not in one.name}


@pytest.mark.nightly
def test_an_extra_is_installed_with_the_project(installing: Path, tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", tiny("old"), tiny("new"))
    with pytest.raises(DoesNotFit, match="none-such"):
        versions_of(repo, [], project=False, extras=("test",))
    assert installing.exists()


def test_a_revision_without_a_project_is_told(tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", {"a.py": ""}, {"a.py": "1"})
    with (
        pytest.raises(DoesNotFit, match=r"v0 \(\w+\): it has neither a pyproject.toml nor a setup.py"),
        two_sides(SideSpec(base="v0", head="v1", repo=repo, project=True)),
    ):
        pass


@pytest.mark.parametrize("asked", [{"project": True}, {"extras": ("test",)}, {"plugin_from": "head"}])
def test_what_only_revisions_can_have_is_refused_without_them(asked: dict[str, Any]) -> None:
    pythons = (sys.executable, f"{sys.executable} -O")
    with (
        pytest.raises(SidesError, match="is for revisions: name BASE and HEAD"),
        two_sides(SideSpec(pythons=pythons, **asked)),
    ):
        pass


def test_a_commit_has_the_version_of_its_tag_or_the_one_to_come(tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", {"a": ""}, {"a": "1"})
    git(repo, "tag", "--delete", "v0", "v1")
    first, second = git(repo, "rev-list", "--reverse", "HEAD").split()
    assert version_of(repo, second) == f"0.0.dev0+g{second[:8]}"
    for tag, version, following in [
        ("v1.2.3", "1.2.3", "1.2.4.dev1"),
        ("release-2.0rc1", "2.0rc1", "2.0rc2.dev1"),
        ("pkg/2024.5", "2024.5", "2024.6.dev1"),
    ]:
        git(repo, "tag", tag, first)
        assert version_of(repo, first) == version
        assert version_of(repo, second).startswith(f"{following}+g{second[:7]}")
        git(repo, "tag", "--delete", tag)


def test_modules_of_a_project_are_those_that_can_be_imported(tmp_path: Path) -> None:
    for file in ("loops/__init__.py", "one.py", "tests/__init__.py", "setup.py", "space/part.py", "a-b.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    (tmp_path / "_fast.cpython-311-x86_64-linux-gnu.so").touch()
    assert set(in_folder(tmp_path)) >= {"loops", "one"}
    assert not {"tests", "setup", "space", "a-b"} & set(in_folder(tmp_path))
    wheel = ["loops/__init__.py", "loops/sub/__init__.py", "one.py", "a-1.data/purelib/two.py"]
    others = ["a-1.dist-info/METADATA", "space/part.py", "../../bin/a", "a-1.data/scripts/three.py"]
    assert of_wheel(wheel + others) == ("loops", "one", "two")


PIP_SAYS = """  error: subprocess-exited-with-error

  × Building wheel for tiny did not run successfully.
  │ exit code: 1
  ╰─> [18 lines of output]
      building '_fast' extension
      src/_fast.c:7:3: error: expected declaration
      src/_fast.c:9:3: error: another
      Traceback (most recent call last):
        File "setup.py", line 4, in <module>
      error: Command 'gcc' returned non-zero exit status 1.
      [end of output]

  note: This error originates from a subprocess, and is likely not a problem with pip.
  ERROR: Failed building wheel for tiny
ERROR: Failed to build one or more wheels
"""


def test_of_what_an_installer_says_the_lines_that_say_something_are_told(tmp_path: Path) -> None:
    told = last_lines(PIP_SAYS).splitlines()
    assert told[-1].strip() == "error: Command 'gcc' returned non-zero exit status 1."
    assert told[0].strip() == "src/_fast.c:7:3: error: expected declaration"
    assert last_lines("hint: See above for details.") == "hint: See above for details."
    assert where_in(PIP_SAYS, tmp_path) is None
    (tmp_path / "src").mkdir()
    (tmp_path / "setup.py").touch()
    assert where_in(PIP_SAYS, tmp_path) == ("setup.py", 4)
    (tmp_path / "src/_fast.c").touch()
    assert where_in(PIP_SAYS, tmp_path) == ("src/_fast.c", 7)


def test_an_extra_that_a_project_does_not_have_is_found(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "it-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("it-1.dist-info/METADATA", "Name: it\nProvides-Extra: a-b\nProvides-Extra: c\n\nText")
        assert lacking(wheel, ["A_B", "bench", "c"]) == ["bench"]
