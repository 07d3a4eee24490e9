"""Whose code a side imports: its own, and plug-ins of either; anything else is refused."""

import sys
from pathlib import Path

import pytest

from concbench.drive.sides.asked import SidesError, two_sides
from concbench.drive.sides.fitting import DoesNotFit, NotItsOwn
from concbench.drive.sides.git import RevisionError
from concbench.drive.sides.side import Side
from concbench.drive.sides.spec import SideSpec, Whose
from concbench.drive.workers.described import Described, rest

from .builders import MODEL
from .repositories import git, repository
from .test_asked import environment

pytestmark = pytest.mark.usefixtures("kept_compiled")

LOOPS = {"src/loops/__init__.py": "VERSION = 'old'\n"}
NEWER = {"src/loops/__init__.py": "VERSION = 'new'\n"}

FINDER = """
import sys
from importlib.machinery import PathFinder

class Editable:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, ["{folder}"]) if name == "loops" else None

sys.meta_path.insert(0, Editable)
"""
"""What build backends install for an editable project: it comes before all of ``sys.path``."""


@pytest.fixture
def editable(tmp_path: Path) -> Path:
    """Return the interpreter of an environment that has the working tree of the project installed."""
    python = environment(tmp_path / "venv")
    site = tmp_path / "venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    (site / "_editable.py").write_text(FINDER.format(folder=tmp_path / "project" / "src"))
    (site / "editable.pth").write_text("import _editable\n")
    return python


def test_a_side_that_imports_the_working_tree_instead_of_its_own_is_refused(
    tmp_path: Path, editable: Path
) -> None:
    repo = repository(tmp_path / "project", LOOPS | {"plugin.py": MODEL}, NEWER)
    asked = SideSpec(
        base="v0", head="v1", repo=repo, plugins=(str(repo / "plugin.py"),), pythons=(str(editable),)
    )
    with pytest.raises(NotItsOwn) as refused, two_sides(asked):
        pass
    said = str(refused.value)
    commit = git(repo, "rev-parse", "--short=8", "v0")
    assert said.startswith(f"v0 ({commit}): loops is imported from {repo}/src/loops/__init__.py, which is no")
    assert "each side by itself, project, or name an interpreter that has none of it, pythons" in said
    assert refused.value.exit_code == 2


ELSEWHERE = {"python/loops.py": "VERSION = 1\n", "pyproject.toml": "[project]\nname = 'Tiny.Loops'\n"}
"""A project whose code lies where no checkout is searched."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "project",
        ELSEWHERE | {"plugin.py": MODEL, ".gitignore": "env\n"},
        {"python/loops.py": "VERSION = 2\n"},
    )


def site_packages(python: Path) -> Path:
    site = python.parents[1] / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    return site


def asked_of(repo: Path, python: Path) -> SideSpec:
    return SideSpec(
        base="v0", head="v1", repo=repo, plugins=(str(repo / "plugin.py"),), pythons=(str(python),)
    )


def test_a_module_of_the_working_tree_is_refused_wherever_it_lies_there(
    tmp_path: Path, elsewhere: Path
) -> None:
    python = environment(tmp_path / "venv")
    (site_packages(python) / "loops.pth").write_text(f"{elsewhere}/python\n")
    words = f"loops is imported from {elsewhere}/python/loops.py"
    with pytest.raises(NotItsOwn, match=words), two_sides(asked_of(elsewhere, python)):
        pass


def test_what_git_does_not_follow_in_the_working_tree_is_none_of_the_project(elsewhere: Path) -> None:
    python = environment(elsewhere / "env")
    (elsewhere / "env/more").mkdir()
    (elsewhere / "env/more/loops.py").write_text("VERSION = 'of another'\n")
    (site_packages(python) / "loops.pth").write_text(f"{elsewhere}/env/more\n")
    with two_sides(asked_of(elsewhere, python)) as sides:
        assert versions(sides) == ["of another"] * 2


def test_an_installed_copy_is_refused_though_no_checkout_has_a_module_of_that_name(
    tmp_path: Path, elsewhere: Path
) -> None:
    python = environment(tmp_path / "venv")
    site = site_packages(python)
    (site / "loops.py").write_text("VERSION = 'installed'\n")
    about = site / "tiny_loops-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-loops\nVersion: 1\n")
    (about / "RECORD").write_text("loops.py,,\ntiny_loops-1.dist-info/METADATA,,\n")
    words = f"loops is imported from {site}/loops.py"
    with pytest.raises(NotItsOwn, match=words), two_sides(asked_of(elsewhere, python)):
        pass


def versions(sides: tuple[Side, Side]) -> list[str]:
    found = [Described(side.plugins, (), side.place).model("mine").version() for side in sides]
    rest()
    return found


def test_a_module_that_one_side_has_is_looked_for_on_the_other_too(tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", LOOPS | {"plugin.py": MODEL}, {"src/more.py": ""})
    with two_sides(SideSpec(base="v0", head="v1", repo=repo, plugins=(str(repo / "plugin.py"),))) as sides:
        assert [side.modules for side in sides] == [("loops", "more")] * 2
        assert [side.homes for side in sides] == [(side.folder,) for side in sides]


@pytest.mark.nightly
@pytest.mark.parametrize("whose", ["each", "base", "head"])
def test_a_plug_in_is_each_side_s_own_or_that_of_one(tmp_path: Path, whose: Whose) -> None:
    plugin = MODEL.replace("loops.VERSION", "loops.VERSION + ' of SIDE'")
    repo = repository(
        tmp_path / "project",
        LOOPS | {"plugin.py": plugin.replace("SIDE", "base")},
        NEWER | {"plugin.py": plugin.replace("SIDE", "head")},
    )
    asked = SideSpec(base="v0", head="v1", repo=repo, plugins=(str(repo / "plugin.py"),), plugin_from=whose)
    with two_sides(asked) as sides:
        told = versions(sides)
    owners = {"each": ("base", "head"), "base": ("base", "base"), "head": ("head", "head")}[whose]
    assert told == [f"{version} of {owner}" for version, owner in zip(("old", "new"), owners, strict=True)]


def test_a_plug_in_that_head_adds_is_told_how_to_be_used(tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", LOOPS, NEWER | {"plugin.py": MODEL})
    plugins = (str(repo / "plugin.py"),)
    with (
        pytest.raises(RevisionError, match=r"has no file plugin.py: .* on both sides, plugin_from=head"),
        two_sides(SideSpec(base="v0", head="v1", repo=repo, plugins=plugins)),
    ):
        pass
    with two_sides(SideSpec(base="v0", head="v1", repo=repo, plugins=plugins, plugin_from="head")) as sides:
        assert versions(sides) == ["old", "new"]


def test_head_s_plug_in_that_does_not_do_for_base_is_told_without_its_folder(tmp_path: Path) -> None:
    repo = repository(tmp_path / "project", LOOPS, NEWER | {"plugin.py": "import loops\nloops.GONE\n"})
    plugins = (str(repo / "plugin.py"),)
    with (
        pytest.raises(
            DoesNotFit, match=r"^v0 \(\w+\) does not import: plugin.py:2: AttributeError: "
        ) as refused,
        two_sides(SideSpec(base="v0", head="v1", repo=repo, plugins=plugins, plugin_from="head")),
    ):
        pass
    assert (refused.value.file, refused.value.exit_code) == (None, 2)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("files", "file", "line", "told"),
    [
        (
            {"src/loops/__init__.py": "VERSION = =\n"},
            "src/loops/__init__.py",
            1,
            "SyntaxError: invalid syntax",
        ),
        (
            {"src/loops/__init__.py": "\n1 / 0\n"},
            "src/loops/__init__.py",
            2,
            "ZeroDivisionError: division by",
        ),
        (
            {"src/loops/__init__.py": "import none_such\n"},
            "src/loops/__init__.py",
            1,
            "ModuleNotFoundError: No",
        ),
        (
            {"src/loops/__init__.py": "import json\njson.loads('x')\n"},
            "src/loops/__init__.py",
            2,
            "JSONDecodeErr",
        ),
        ({"plugin.py": "import loops\nMODELS = [\n"}, "plugin.py", 2, "SyntaxError"),
        ({"plugin.py": "import loops\nloops.GONE\n"}, "plugin.py", 2, "AttributeError"),
        ({"plugin.py": "import loops\nMODELS = [1]\n"}, "plugin.py", None, "MODELS[0]: 1 is not a"),
    ],
)
def test_a_fault_is_told_by_the_innermost_line_of_the_project(
    tmp_path: Path, files: dict[str, str], file: str, line: int | None, told: str
) -> None:
    repo = repository(tmp_path / "project", LOOPS | {"plugin.py": MODEL} | files, {"a": ""})
    with (
        pytest.raises(DoesNotFit) as refused,
        two_sides(SideSpec(base="v0", head="v1", repo=repo, plugins=(str(repo / "plugin.py"),))),
    ):
        pass
    assert (refused.value.file, refused.value.line) == (file, line)
    place = f"does not import: {file}:{line}: {told}" if line else f"cannot be measured: {file}: {told}"
    assert place in str(refused.value)


@pytest.mark.nightly
@pytest.mark.parametrize("body", ["1 / 0\n", "import none_such\n", "def make() = 1\n"])
def test_a_fault_of_an_event_loop_has_its_line_too(tmp_path: Path, body: str) -> None:
    repo = repository(tmp_path / "project", {"src/loops/__init__.py": f"\n{body}"}, {"a": ""})
    with (
        pytest.raises(
            DoesNotFit, match=r"does not import: src/loops/__init__.py:2: the event loop loops:make: "
        ) as no,
        two_sides(SideSpec(base="v0", head="v1", repo=repo, loops=("loops:make",))),
    ):
        pass
    assert (no.value.file, no.value.line) == ("src/loops/__init__.py", 2)


def test_whose_plugins_says_nothing_where_there_are_none() -> None:
    asked = SideSpec(base="v0", head="v1", plugin_from="head")
    nothing = pytest.raises(SidesError, match="plugin_from=head says nothing without plugins")
    with nothing, two_sides(asked):
        pass


@pytest.mark.parametrize("packages", [("",), (" , ", "")])
def test_packages_that_name_nothing_are_refused(packages: tuple[str, ...]) -> None:
    asked = SideSpec(base="v0", head="v1", packages=packages)
    with pytest.raises(SidesError, match="packages names nothing: leave it out"), two_sides(asked):
        pass
