"""From what is asked to the two sides: what tells them apart, and what is refused."""

import os
import platform
import re
import shutil
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

import concbench
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.sides.asked import SidesError, two_sides
from concbench.drive.sides.environments import Contents, PackageSet
from concbench.drive.sides.fitting import DoesNotFit, HeadDoesNotFit, refuse_unfit
from concbench.drive.sides.side import Side
from concbench.drive.sides.spec import SideSpec
from concbench.drive.workers.described import Described, handed_over, rest
from concbench.drive.workers.launch import launch
from concbench.drive.workers.place import Place
from concbench.workloads.catalogue import PluginError

from .repositories import git, repository

PLUGIN = """
import loops
from dataclasses import replace
from concbench.models import index
MODELS = [replace(index.get("generator"), name="mine", version=lambda: loops.VERSION)]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository that is made once; tests have copies of it."""
    return repository(
        tmp_path_factory.mktemp("made") / "project",
        {"loops/__init__.py": "VERSION = 'old'\n", "plugin.py": PLUGIN},
        {"loops/__init__.py": "VERSION = 'new'\n"},
    )


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project")).resolve()


SUITE = Path(concbench.__file__).parent


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the suite: as it is, without a workload and a model, without a needed name."""
    files = [file for part in ("models", "workloads") for file in SUITE.joinpath(part).rglob("*.py")]
    now = {f"src/concbench/{file.relative_to(SUITE)}": file.read_text() for file in files}
    base = "src/concbench/workloads/base.py"
    older = {base: now[base].replace("params_from_dict", "params_of")}
    repo = repository(tmp_path_factory.mktemp("made") / "suite", now, older)
    for part in ("workloads/basics/chain.py", "models/threads.py"):
        git(repo, "rm", "--quiet", f"src/concbench/{part}")
    git(repo, "checkout", "v0", "--", base)
    git(repo, "commit", "--quiet", "--message", "less")
    git(repo, "tag", "less")
    return repo


@pytest.fixture
def taken_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no worker just to see whether the sides can be measured: that is not what is tested."""
    monkeypatch.setattr("concbench.drive.sides.asked.refuse_unfit_sides", lambda _base, _head: None)


def sides_for(**asked: Any) -> tuple[Side, Side]:
    with two_sides(SideSpec(**asked)) as sides:
        return sides


@pytest.mark.usefixtures("taken_to_fit")
def test_two_revisions_are_two_sides(project: Path) -> None:
    base, head = sides_for(base="v0", head="v1", repo=project)
    assert base.label.startswith("v0 (")
    assert head.label.startswith("v1 (")
    assert base.place.interpreter == head.place.interpreter == Path(sys.executable)
    assert base.about["commit"] != head.about["commit"]


@pytest.mark.usefixtures("taken_to_fit")
def test_a_requirement_may_have_spaces_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(interpreter: Path, contents: Contents, **_say: Any) -> PackageSet:
        return PackageSet(interpreter, dict(package.split(">=") for package in contents.packages))

    monkeypatch.setattr("concbench.drive.sides.parts.environment_with", made)
    with two_sides(SideSpec(packages=("trio >= 0.27", "trio>=0.28")), same=True) as (base, head):
        assert (base.label, head.label) == ("trio>=0.27", "trio>=0.28")


@pytest.mark.usefixtures("taken_to_fit")
def test_a_missing_head_is_the_working_tree(project: Path) -> None:
    head = sides_for(base="v0", repo=project)[1]
    assert head.label.startswith("the working tree (")
    assert head.place.roots == (project,)


@pytest.mark.usefixtures("taken_to_fit")
def test_a_changed_working_tree_says_how_many_files_and_names_the_first(project: Path) -> None:
    said: list[str] = []
    for name in ("a.py", "b.py"):
        (project / name).write_text("")
    with two_sides(SideSpec(base="v0", repo=project), say=said.append) as (_base, head):
        assert head.about["changed"] == "2 files"
    assert said[-1] == "the working tree has 2 changed files, the first a.py"


def test_a_working_tree_with_nothing_but_reports_is_the_same_as_its_commit(project: Path) -> None:
    (project / "reports").mkdir()
    (project / "reports/x").write_text("")
    said = r"both sides are the same, .* \(without regard to 1 untracked file, reports/x: no code\)"
    with pytest.raises(SidesError, match=f"{said}: the working tree has no change; make one, or compare"):
        sides_for(base="HEAD", head=".", repo=project)


def test_describing_a_plug_in_leaves_no_compiled_file_beside_it(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text(PLUGIN.replace("import loops", "import sys").replace("loops.VERSION", "'1'"))
    assert Described([str(plugin)]).model("mine").version() == "1"
    rest()
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.mark.usefixtures("taken_to_fit", "kept_compiled")
def test_workers_of_either_side_import_their_own_code(project: Path) -> None:
    plugins = (str(project / "plugin.py"),)
    with two_sides(SideSpec(base="v0", head="v1", repo=project, plugins=plugins)) as sides:
        versions = []
        for side in sides:
            link = launch(side.place, "mine", plugins=side.plugins)
            versions.append(link.greeting["version"])
            link.kill()
    assert versions == ["old", "new"]


@pytest.mark.nightly
@pytest.mark.usefixtures("taken_to_fit")
def test_each_side_has_its_own_copy_of_an_event_loop_in_a_file(tmp_path: Path) -> None:
    body = "import asyncio\nmake = asyncio.SelectorEventLoop\n"
    repo = repository(tmp_path / "loops", {"mine.py": body}, {"mine.py": body + "# newer\n"})
    loops = (f"{repo / 'mine.py'}:make",)
    with two_sides(SideSpec(base="v0", head="v1", repo=repo, loops=loops)) as sides:
        name = "asyncio+mine.py:make"
        versions = [Described((), side.loops, side.place).model(name).version() for side in sides]
    assert versions[0] != versions[1]
    assert all(version.startswith("mine.py ") for version in versions)


@pytest.mark.nightly
def test_a_working_tree_gets_no_compiled_files_and_both_sides_have_them_elsewhere(project: Path) -> None:
    plugins = (str(project / "plugin.py"),)
    with two_sides(SideSpec(base="v0", repo=project, plugins=plugins)) as sides:
        assert Described(sides[1].plugins, (), sides[1].place).model("mine").version() == "new"
        for side in sides:
            launch(side.place, "mine", plugins=side.plugins).kill()
            assert side.place.compiled is not None
            assert list(side.place.compiled.rglob("plugin.*.pyc"))
            assert not list(side.place.roots[0].rglob("*.pyc"))
        assert len({len(str(side.place.compiled)) for side in sides}) == 1
    assert git(project, "status", "--porcelain") == ""
    assert not any(side.place.compiled and side.place.compiled.exists() for side in sides)


@pytest.mark.usefixtures("taken_to_fit")
def test_sides_without_a_repository_have_compiled_files_where_python_puts_them() -> None:
    with two_sides(SideSpec(), same=True) as sides:
        assert [side.place.compiled for side in sides] == [None, None]


@pytest.mark.usefixtures("taken_to_fit", "kept_compiled")
def test_plug_ins_of_a_project_are_asked_where_its_workers_run_and_change_nothing_here(project: Path) -> None:
    before, modules = list(sys.path), set(sys.modules)
    plugins = (str(project / "plugin.py"),)
    with two_sides(SideSpec(base="v0", head="v1", repo=project, plugins=plugins)) as sides:
        versions = [Described(side.plugins, (), side.place).model("mine").version() for side in sides]
    assert versions == ["old", "new"]
    assert (sys.path, "loops" in set(sys.modules) - modules) == (before, False)


IMPORTS_A_LIBRARY = """
import madeup
from dataclasses import replace
from concbench.models.generator import MODEL
MODELS = [replace(MODEL, name=madeup.NAME, version=lambda: madeup.VERSION)]
"""


@pytest.mark.nightly
def test_a_plugin_imports_the_library_of_each_side_s_packages_which_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(_interpreter: Path, contents: Contents, **_say: Any) -> PackageSet:
        version = contents.packages[0].removeprefix("madeup==")
        place = tmp_path / version
        venv.create(place, symlinks=True)
        (site,) = place.glob("lib/python*/site-packages")
        (site / "madeup.py").write_text(f"NAME, VERSION = 'mine', 'madeup {version}'\n")
        return PackageSet(place / "bin" / "python", {"madeup": version})

    monkeypatch.setattr("concbench.drive.sides.parts.environment_with", made)
    plugin = tmp_path / "plugin.py"
    plugin.write_text(IMPORTS_A_LIBRARY)
    with pytest.raises(PluginError, match="No module named 'madeup'"):
        Described([str(plugin)])
    told, ran = [], []
    with two_sides(SideSpec(packages=("madeup==1", "madeup==2"), plugins=(str(plugin),))) as sides:
        for side in sides:
            told.append(Described(side.plugins, (), side.place).model("mine").version())
            plugins = handed_over(side.plugins, side.place)
            link = launch(side.place, "mine", plugins=plugins)
            ran.append(link.greeting["version"])
            link.kill()
    rest()
    assert told == ran == ["madeup 1", "madeup 2"]


@pytest.mark.usefixtures("kept_compiled")
def test_a_revision_of_the_suite_has_its_own_models_and_workloads_and_our_measuring(suite: Path) -> None:
    with two_sides(SideSpec(base="less", repo=suite, head="v0")) as sides:
        answers = [asked_of(side, "generator", "chain") for side in sides]
        greetings = [launched(side, "threads")["unavailable"] for side in sides]
        spawned = [asked_of(side, "asyncio", "spawn") for side in sides]
    assert (answers[0]["outcome"], answers[0]["reason"]) == ("unavailable", "there is no workload chain here")
    assert answers[1]["outcome"] == "not-expressible"
    assert greetings == ["there is no model threads here", None]
    assert all(set(answer["checks"].values()) == {None} for answer in spawned)


def launched(side: Side, model: str) -> dict[str, Any]:
    link = launch(side.place, model)
    link.kill()
    return link.greeting


def asked_of(side: Side, model: str, workload: str, **params: Any) -> dict[str, Any]:
    link = launch(side.place, model)
    answer = link.request({"op": "witness", "workload": workload, "params": params, "seconds": 60.0}, 60.0)
    link.kill()
    return answer


@pytest.mark.usefixtures("taken_to_fit", "kept_compiled")
def test_a_parameter_that_a_side_lacks_is_no_crash(suite: Path) -> None:
    with two_sides(SideSpec(base="less", repo=suite, head="v0")) as (base, _head):
        answer = asked_of(base, "generator", "spawn", width=3)
    assert (answer["outcome"], answer["reason"]) == (
        "unavailable",
        "spawn has no parameter width; it has tasks",
    )


@pytest.mark.usefixtures("kept_compiled")
def test_a_revision_that_does_not_fit_what_measures_it_is_refused_with_what_is_missing(suite: Path) -> None:
    with pytest.raises(DoesNotFit) as refused, two_sides(SideSpec(base="v1", head="v0", repo=suite)):
        pass
    said = str(refused.value)
    assert said.startswith("v1 (")
    assert "cannot import name 'params_from_dict' from 'concbench.workloads.base'" in said
    assert "Compare later revisions" in said
    assert "Traceback" not in said
    assert refused.value.exit_code == 2


@pytest.mark.usefixtures("kept_compiled")
def test_a_head_that_lacks_what_base_has_is_told_by_file_and_line_and_fails(suite: Path) -> None:
    with pytest.raises(HeadDoesNotFit) as refused, two_sides(SideSpec(base="v0", head="v1", repo=suite)):
        pass
    said = str(refused.value)
    assert re.search(r"does not import: [^ ]+\.py:\d+: ImportError: cannot import name", said)
    assert "Compare later revisions" not in said
    assert refused.value.exit_code == 3


def test_what_was_installed_tells_sides_apart_and_not_how_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def made(interpreter: Path, _contents: Contents, **_say: Any) -> PackageSet:
        return PackageSet(interpreter, {"trio": "0.28.0"})

    monkeypatch.setattr("concbench.drive.sides.parts.environment_with", made)
    with pytest.raises(SidesError, match="both sides are the same"):
        sides_for(packages=("trio==0.28.0", "trio==0.28"))


@pytest.mark.nightly
def test_what_a_revision_cannot_import_is_told_with_what_to_do(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "loops/__init__.py").write_text("import loops._fast\n")
    monkeypatch.chdir(project)
    told = (
        r"loops/__init__.py:1: ModuleNotFoundError: No module named 'loops._fast'.*\.\nA revision is imported"
    )
    with pytest.raises(DoesNotFit, match=told) as refused:
        sides_for(base="v1", repo=project, plugins=["plugin.py"])
    assert str(refused.value).count("--with-project") == 1  # advice is given once
    assert "Have each side built and installed, with its extension modules" in str(refused.value)


@pytest.mark.nightly
def test_a_misspelt_factory_is_nothing_that_can_be_installed(project: Path) -> None:
    told = r"the event loop loops:new: AttributeError: there is no new in loops\.\nMend it there"
    with pytest.raises(DoesNotFit, match=told) as refused:
        sides_for(base="v1", head="v0", repo=project, loops=["loops:new"])
    assert "--with" not in str(refused.value)


@pytest.mark.nightly
def test_a_fault_of_the_head_s_code_is_named_by_its_place_in_the_checkout(tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "project",
        {"src/loops/__init__.py": "VERSION = 'old'\n", "plugin.py": PLUGIN},
        {"src/loops/__init__.py": "VERSION = = 'new'\n"},
    )
    with pytest.raises(HeadDoesNotFit) as refused:
        sides_for(base="v0", head="v1", repo=repo, plugins=[str(repo / "plugin.py")])
    said, _, advice = str(refused.value).partition("\n")
    assert "does not import: src/loops/__init__.py:1: SyntaxError: invalid syntax." in said
    assert said.endswith(".")
    assert advice.startswith("Base can be measured")


def test_a_loop_that_an_interpreter_lacks_is_told_too() -> None:
    with (
        pytest.raises(DoesNotFit, match=r"No module named 'nowhere'\.\nInstall what is missing"),
        two_sides(SideSpec(loops=("nowhere:new",)), same=True),
    ):
        pass


def test_a_side_whose_interpreter_is_ended_by_a_signal_says_which(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -SEGV $$\n")
    python.chmod(0o755)
    with pytest.raises(DoesNotFit, match=r"mine cannot be measured: its process was ended by SIGSEGV\.\n"):
        refuse_unfit(Side(label="mine", place=Place(python)))


def environment(folder: Path, name: str = "python") -> Path:
    """Make what is enough to be a virtual environment of this interpreter (PEP 405)."""
    (folder / "bin").mkdir(parents=True)
    here = Path(sys.executable).resolve()
    (folder / "pyvenv.cfg").write_text(f"home = {here.parent}\n")
    (folder / "bin" / name).symlink_to(here)
    return folder / "bin" / name


@pytest.mark.usefixtures("taken_to_fit")
def test_environments_of_one_release_are_called_by_their_folders(tmp_path: Path) -> None:
    pythons = [str(environment(tmp_path / name / ".venv")) for name in ("old", "new")]
    base, head = sides_for(pythons=pythons)
    release = platform.python_version()
    assert (base.label, head.label) == (f"Python {release} (old)", f"Python {release} (new)")
    assert base.place.interpreter != head.place.interpreter


def test_one_interpreter_by_two_names_is_refused(tmp_path: Path) -> None:
    python = environment(tmp_path / "one")
    python.with_name("python3").symlink_to("python")
    with pytest.raises(SidesError, match="both sides are the same, Python"):
        sides_for(pythons=[str(python), str(python.with_name("python3"))])


def test_a_working_tree_is_not_compared_with_itself_even_if_it_is_changed(project: Path) -> None:
    (project / "loops/__init__.py").write_text("VERSION = 'newer'\n")
    with pytest.raises(SidesError, match="both sides are the same, the working tree"):
        sides_for(base=".", head=".", repo=project)


@pytest.mark.usefixtures("taken_to_fit")
def test_nothing_that_is_told_of_a_side_names_a_folder(project: Path) -> None:
    for side in sides_for(base="v0", repo=project):
        assert os.sep not in side.label
        assert not any(os.sep in (value or "") for value in side.about.values())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "name two sides"),
        ({"pythons": [sys.executable]}, "name two sides"),
        ({"pythons": [sys.executable] * 2}, "both sides are the same"),
        ({"pythons": [sys.executable] * 3}, "pythons is given 3 times"),
        ({"base": "v1"}, "both sides are the same"),
        ({"base": "v0", "head": "v0"}, "both sides are the same"),
    ],
)
def test_what_cannot_be_compared_is_refused(project: Path, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(SidesError, match=told):
        sides_for(**asked, repo=project)


def test_an_interpreter_is_asked_once_and_equal_sides_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Interpreter] = []
    tried: list[Side] = []

    def release(interpreter: Interpreter) -> str:
        asked.append(interpreter)
        return "3.13.0"

    monkeypatch.setattr("concbench.drive.sides.asked.release_of", release)
    monkeypatch.setattr("concbench.drive.sides.fitting.refuse_unfit", tried.append)
    with two_sides(SideSpec(), same=True) as (base, _head):
        assert (asked, tried) == ([Interpreter(Path(sys.executable))], [base])


def test_one_interpreter_with_and_without_an_option_makes_two_sides() -> None:
    with two_sides(SideSpec(pythons=(sys.executable, f"{sys.executable} -O"))) as (base, head):
        assert (base.place.switches.words, head.place.switches.words) == ((), ("-O",))
        assert (base.label, head.label) == (f"Python {base.about['python']}", f"{base.label}-O")
    twice = SideSpec(pythons=(f"{sys.executable} -X dev -O", f"{sys.executable} -O -X dev"))
    with pytest.raises(SidesError, match="both sides are the same"), two_sides(twice):
        pass


@pytest.mark.usefixtures("taken_to_fit")
def test_options_given_once_are_both_sides_and_are_left_out_of_what_is_installed_for(project: Path) -> None:
    spec = SideSpec(base="v0", head="v1", repo=project, pythons=(f"{sys.executable} -O",))
    with two_sides(spec) as (base, head):
        assert base.place.switches.words == head.place.switches.words == ("-O",)
        assert base.place.interpreter == Path(sys.executable)


@pytest.mark.usefixtures("taken_to_fit")
def test_the_same_thing_may_be_compared_with_itself_on_purpose(project: Path) -> None:
    with two_sides(SideSpec(repo=project), same=True) as (base, head):
        assert base == head
    with two_sides(SideSpec(base="v0", head="v0", repo=project), same=True) as (base, head):
        assert base.label == head.label
        assert base.place.roots != head.place.roots


@pytest.mark.usefixtures("taken_to_fit")
def test_a_changed_working_tree_differs_from_its_commit(project: Path) -> None:
    (project / "loops/__init__.py").write_text("VERSION = 'newer'\n")
    assert sides_for(base="v1", repo=project)[1].label.endswith("changed)")
