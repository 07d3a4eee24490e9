"""Requirement files: what they are is what they and the files that they include say."""

from pathlib import Path
from typing import Any

import pytest

from concbench.drive.sides.asked import SidesError, two_sides
from concbench.drive.sides.environments import Contents, PackageSet
from concbench.drive.sides.fitting import DoesNotFit, HeadDoesNotFit
from concbench.drive.sides.git import RevisionError
from concbench.drive.sides.installing import EnvironmentFailed
from concbench.drive.sides.requirement_files import RequirementsError, requirement_file
from concbench.drive.sides.side import Side
from concbench.drive.sides.spec import SideSpec
from concbench.drive.workers.described import Described, rest

from .builders import folder_of
from .repositories import git, repository
from .test_environments import wheel_of_nothing

PLAIN = {"requirements.txt": "trio==1\n", "a.py": ""}


@pytest.mark.parametrize(
    "line", ["-r more.txt", "--requirement=more.txt", "-c more.txt", "-rmore.txt  # these"]
)
def test_a_file_that_is_included_is_part_of_what_it_says(tmp_path: Path, line: str) -> None:
    file, more = tmp_path / "requirements.txt", tmp_path / "more.txt"
    file.write_text(f"trio \\\n  ==0.28 # so\n{line}\n")
    more.write_text("outer\n")
    before = requirement_file(file)
    assert before.lasting
    assert requirement_file(file) == before
    more.write_text("outer==1\n")
    assert requirement_file(file).digest != before.digest
    more.unlink()
    with pytest.raises(RequirementsError, match=r"more.txt cannot be read: No such file"):
        requirement_file(file)


@pytest.mark.parametrize(
    ("line", "lasting"),
    [
        ("trio[test]>=0.27; python_version < '3.14'", True),
        ("--index-url https://example.org/simple", True),
        ("# -e .", True),
        ("-e .", False),
        ("--editable=./here", False),
        (".", False),
        (".[test]", False),
        ("./wheels/a.whl", False),
        ("../beside", False),
        ("/opt/it", False),
        ("a @ https://example.org/a.zip", False),
        ("git+https://example.org/a", False),
        ("wheels/a-1-py3-none-any.whl", False),
        ("-r https://example.org/requirements.txt", False),
    ],
)
def test_what_lies_behind_a_path_or_an_address_may_change(tmp_path: Path, line: str, lasting: bool) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"outer\n{line}\n")
    assert requirement_file(file).lasting is lasting


def test_beside_the_project_itself_its_own_line_is_left_out(tmp_path: Path) -> None:
    files = {
        "dev.txt": "-r base.txt\n-e .[test, bench]\n-c pins.txt\npytest  # to test\n",
        "base.txt": "outer\n.\n",
        "pins.txt": "pytest==8\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    file = requirement_file(tmp_path / "dev.txt", beside_project=True)
    assert [line for line in file.lines or () if line] == ["outer", f"-c {tmp_path / 'pins.txt'}", "pytest"]
    assert (file.extras, file.lasting) == (("test", "bench"), True)
    alone = requirement_file(tmp_path / "dev.txt")
    assert (alone.lines, alone.extras, alone.lasting, alone.digest) == (None, (), False, file.digest)
    for line in ("--editable=.", "-e./", "./"):
        (tmp_path / "base.txt").write_text(line)
        assert requirement_file(tmp_path / "base.txt", beside_project=True).lines == ()
    for line in ("-e ./other", "..", "/opt"):
        (tmp_path / "base.txt").write_text(line)
        file = requirement_file(tmp_path / "base.txt", beside_project=True)
        assert (file.lines, file.lasting) == (None, False)


@pytest.mark.parametrize("line", ["-r more.txt", "-c requirements.txt"])
def test_a_file_that_includes_itself_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"trio\n{line}\n")
    (tmp_path / "more.txt").write_text("-r requirements.txt\n")
    with pytest.raises(RequirementsError, match=r"requirements.txt includes itself, by way of \w+.txt: take"):
        requirement_file(file)


def test_a_file_may_be_included_twice(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("-r a.txt\n-r b.txt\n")
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("-r outer.txt\n")
    (tmp_path / "outer.txt").write_text("outer\n")
    assert requirement_file(tmp_path / "requirements.txt").lasting


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequirementsError, match="is no text"):
        requirement_file(file)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Contents]:
    """Have nothing installed and no worker started; return what would have been installed."""
    asked: list[Contents] = []

    def made(interpreter: Path, contents: Contents, **_more: Any) -> PackageSet:
        asked.append(contents)
        assert contents.file is not None
        if "broken" in contents.file.path.read_text():
            raise EnvironmentFailed("broken cannot be installed:\nno")
        return PackageSet(interpreter, {"it": contents.file.digest})

    monkeypatch.setattr("concbench.drive.sides.parts.environment_with", made)
    monkeypatch.setattr("concbench.drive.sides.asked.refuse_unfit_sides", lambda _base, _head: None)
    return asked


def sides_for(
    repo: Path, *files: Path, base: str | None = "v0", head: str | None = "v1"
) -> tuple[Side, Side]:
    asked = SideSpec(base=base, head=head, repo=repo, requirements=tuple(map(str, files)))
    with two_sides(asked) as sides:
        return sides


def test_a_file_inside_the_repository_is_that_of_each_side(tmp_path: Path, installed: list[Contents]) -> None:
    repo = repository(tmp_path / "project", PLAIN, {"requirements.txt": "trio==2\n"})
    base, head = sides_for(repo, repo / "requirements.txt")
    assert base.about["packages"] != head.about["packages"]
    assert [one.folder for one in installed] == [base.folder, head.folder]
    assert base.label.startswith("v0 (")
    assert "requirements" not in base.label


def test_a_file_elsewhere_is_the_same_for_both_and_two_are_of_base_and_head(
    tmp_path: Path, installed: list[Contents]
) -> None:
    repo = repository(tmp_path / "project", PLAIN, {"a.py": "1"})
    for name in ("old", "new"):
        (tmp_path / f"{name}.txt").write_text(name)
    base, head = sides_for(repo, tmp_path / "old.txt")
    assert base.about["packages"] == head.about["packages"]
    base, head = sides_for(repo, tmp_path / "old.txt", tmp_path / "new.txt", base=None, head=None)
    assert (base.label, head.label) == ("old.txt", "new.txt")
    assert installed[-1].folder is None
    with pytest.raises(SidesError, match="both sides are the same"):
        sides_for(repo, tmp_path / "old.txt", tmp_path / "old.txt", base=None, head=None)


def test_a_file_that_only_head_has_is_told_with_what_to_do(tmp_path: Path, installed: list[Contents]) -> None:
    repo = repository(tmp_path / "project", {"a.py": ""}, PLAIN)
    with pytest.raises(RevisionError, match=r"v0 \(\w+\) has no file requirements.txt.*requirements twice"):
        sides_for(repo, repo / "requirements.txt")
    assert installed == []


def test_what_a_revision_s_file_lacks_is_named_as_it_would_lie_there(
    tmp_path: Path, installed: list[Contents]
) -> None:
    repo = repository(tmp_path / "project", PLAIN, {"requirements.txt": "-r sub/gone.txt\n"})
    with pytest.raises(HeadDoesNotFit, match=r"^v1 \(\w+\): sub/gone.txt cannot be read: No such file"):
        sides_for(repo, repo / "requirements.txt")
    assert len(installed) == 1


def test_what_a_revision_asks_for_and_cannot_be_had_is_its_own_fault(
    tmp_path: Path, installed: list[Contents]
) -> None:
    repo = repository(tmp_path / "project", PLAIN, {"requirements.txt": "broken\n"})
    with pytest.raises(
        HeadDoesNotFit, match=r"^v1 \(\w+\): broken cannot be installed:\nno\nBase can be inst"
    ):
        sides_for(repo, repo / "requirements.txt")
    with pytest.raises(DoesNotFit, match=r"^v1 \(\w+\): broken cannot") as refused:
        sides_for(repo, repo / "requirements.txt", base="v1", head="v0")
    assert refused.value.exit_code == 2
    (tmp_path / "mine.txt").write_text("broken\n")
    with pytest.raises(EnvironmentFailed, match=r"^broken cannot be installed"):
        sides_for(repo, tmp_path / "mine.txt")
    assert len(installed) == 4


PLUGIN = """
from importlib.metadata import version
from dataclasses import replace
from concbench.models import index
MODELS = [replace(index.get("generator"), name="mine", version=lambda: version("concbench-nothing"))]
"""


@pytest.mark.nightly
def test_packages_of_a_file_are_installed_where_the_plug_in_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ensurepip", reason="venv has pip from ensurepip, which some systems leave out")
    wheel = wheel_of_nothing(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {"plugin.py": PLUGIN, "requirements.txt": "concbench-nothing==1.5\n"}
    repo = repository(tmp_path / "project", files, {"requirements.txt": f"{wheel}\n"})
    asked = SideSpec(
        base="v0",
        head="v1",
        repo=repo,
        plugins=(str(repo / "plugin.py"),),
        requirements=(str(repo / "requirements.txt"),),
    )
    with two_sides(asked) as sides:
        told = [Described(side.plugins, (), side.place).model("mine").version() for side in sides]
        kept = folder_of(tmp_path / "cache/concbench/environments")
        rest()
    assert told == ["1.5", "1.5"]
    assert len(kept) == 1, "one that a path is part of is not kept"
    assert git(repo, "status", "--porcelain") == ""
