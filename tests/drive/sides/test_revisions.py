"""Revisions as folders: what is in them, what they are called, and that nothing is left of them."""

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from concbench.drive.sides.git import RevisionError
from concbench.drive.sides.revisions import checked_out, repository_of

from .repositories import git, repository

SUITE = {f"src/concbench/{part}/__init__.py": "" for part in ("models", "workloads")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "project",
        {"pkg/__init__.py": "VALUE = 1\n", "plugin.py": "MODELS = [1]\n"},
        {"pkg/__init__.py": "VALUE = 2\n"},
    )


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_revision_has_its_own_files_and_leaves_nothing(project: Path, temporary: Path) -> None:
    before = sorted(path.name for path in project.rglob("*"))
    with checked_out(project, "v0", "base") as old, checked_out(project, "v1", "head") as new:
        assert (old.folder / "pkg/__init__.py").read_text() == "VALUE = 1\n"
        assert (new.folder / "pkg/__init__.py").read_text() == "VALUE = 2\n"
        assert (old.folder.name, new.folder.name) == ("base", "head")
        assert len(str(old.folder)) == len(str(new.folder))
        assert (old.commit, old.label) == (git(project, "rev-parse", "v0"), f"v0 ({old.commit[:8]})")
        assert not old.dirty
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in project.rglob("*")) == before


def test_extension_modules_that_were_built_in_the_working_tree_are_known(project: Path) -> None:
    for file in ("pkg/in_git.so", ".gitignore"):
        (project / file).write_text("*.so\n")
    git(project, "add", "--force", "--all", "pkg", ".gitignore")
    git(project, "commit", "--quiet", "--message", "one that git follows")
    for file in ("pkg/deep/fast[1].so", "top.so", "elsewhere/other.so"):
        (project / file).parent.mkdir(exist_ok=True)
        (project / file).touch()
    with checked_out(project, ".", "head") as tree, checked_out(project, "HEAD", "base") as commit:
        assert tree.built == ("pkg/deep/fast[1].so", "top.so")
        assert not tree.dirty
        assert commit.built == ()


def test_nothing_is_left_after_ctrl_c_either(project: Path, temporary: Path) -> None:
    with pytest.raises(KeyboardInterrupt), checked_out(project, "v0", "base"):
        raise KeyboardInterrupt
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_ctrl_c_does_not_disturb_the_cleaning_up(
    project: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def disturbed(folder: Path, *, ignore_errors: bool) -> None:
        signal.raise_signal(number)
        shutil.rmtree(folder, ignore_errors=ignore_errors)

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("concbench.drive.sides.revisions.rmtree", disturbed)
    before = signal.signal(number, interrupt)
    try:
        with pytest.raises(ZeroDivisionError), checked_out(project, "v0", "base"):
            raise ZeroDivisionError
        assert signal.getsignal(number) is interrupt
    finally:
        signal.signal(number, before)
    assert list(temporary.iterdir()) == []


def test_in_a_thread_signals_are_left_alone(project: Path, temporary: Path) -> None:
    def lend() -> None:
        with checked_out(project, "v0", "base"):
            pass

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lend).result()
    assert list(temporary.iterdir()) == []


def test_the_working_tree_is_itself_and_says_whether_it_is_changed(project: Path) -> None:
    with checked_out(project, ".", "head") as tree:
        assert (tree.folder, tree.dirty) == (project, False)
        assert "changed" not in tree.label
    (project / "new.py").write_text("")
    with checked_out(project, ".", "head") as tree:
        assert tree.dirty
        assert tree.label.endswith(", changed)")


@pytest.mark.parametrize(
    "left", ["reports/run.jsonl", "reports/x", "__pycache__/plugin.cpython-311.pyc", "notes on ä.txt"]
)
def test_what_a_run_leaves_behind_is_no_change_of_the_code(project: Path, left: str) -> None:
    (project / left).parent.mkdir(exist_ok=True)
    (project / left).write_text("")
    with checked_out(project, ".", "head") as tree:
        assert (tree.dirty, tree.changes.other) == (False, (left,))
        assert "changed" not in tree.label


@pytest.mark.parametrize("new", ["reports/mine.py", "pkg/fast.cpython-311-x86_64-linux-gnu.so", "old.pyc"])
def test_new_code_is_a_change_wherever_it_lies(project: Path, new: str) -> None:
    git(project, "config", "status.showUntrackedFiles", "no")
    (project / new).parent.mkdir(exist_ok=True)
    (project / new).write_text("")
    with checked_out(project, ".", "head") as tree:
        assert tree.changes.files == (new,)


def test_a_followed_file_that_is_no_code_is_a_change_and_so_is_one_of_another_name(project: Path) -> None:
    (project / "data.txt").write_text("one\n" * 20)
    git(project, "add", "data.txt")
    git(project, "commit", "--quiet", "--message", "data")
    git(project, "mv", "data.txt", "other.txt")
    with checked_out(project, ".", "head") as tree:
        assert tree.changes.files == ("other.txt",)


def test_the_suite_and_a_project_are_told_apart(project: Path, tmp_path: Path) -> None:
    suite = repository(tmp_path / "suite", SUITE)
    with checked_out(suite, "v0", "base") as ours, checked_out(project, "v0", "base") as theirs:
        assert (ours.suite, ours.roots) == (ours.folder / "src/concbench", ())
        assert (theirs.suite, theirs.roots) == (None, (theirs.folder,))


def test_a_project_s_packages_may_lie_under_src(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", {"src/loop/__init__.py": "", "setup.py": ""})
    with checked_out(made, "v0", "base") as found:
        assert found.roots == (found.folder / "src",)


def test_a_file_of_the_repository_is_taken_from_each_revision(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("")
    with checked_out(project, "v0", "base") as old:
        assert old.own(project / "plugin.py", project) == old.folder / "plugin.py"
        assert old.own(outside, project) == outside
        with pytest.raises(RevisionError, match=r"v0 \([0-9a-f]{8}\) has no file later.py"):
            old.own(project / "later.py", project)


def test_the_repository_is_found_from_a_folder_in_it(project: Path, tmp_path: Path) -> None:
    assert repository_of(project / "pkg") == project
    alone = tmp_path / "alone"
    alone.mkdir()
    with pytest.raises(RevisionError, match=r"not a git repository .*--repo FOLDER"):
        repository_of(alone)


def test_modules_may_lie_under_src_too(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", {"src/loop.py": "", "setup.py": ""})
    with checked_out(made, "v0", "base") as found:
        assert found.roots == (found.folder / "src",)


def test_files_are_checked_out_as_git_does_it(project: Path) -> None:
    git(project, "config", "filter.loud.smudge", "tr a-z A-Z")
    git(project, "config", "filter.loud.clean", "cat")
    (project / ".gitattributes").write_text("*.txt filter=loud export-ignore\n")
    (project / "a.txt").write_text("hello")
    (project / "link").symlink_to("pkg")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "filtered")
    with checked_out(project, "HEAD", "head") as found:
        assert (found.folder / "a.txt").read_text() == "HELLO"
        assert (found.folder / "link/__init__.py").is_file()


def test_nothing_of_the_repository_s_own_index_changes(project: Path) -> None:
    (project / "new.py").write_text("")
    git(project, "add", "new.py")
    before = {path: path.read_bytes() for path in (project / ".git").rglob("*") if path.is_file()}
    with checked_out(project, "v0", "base"), checked_out(project, ".", "head"):
        pass
    assert {path: path.read_bytes() for path in (project / ".git").rglob("*") if path.is_file()} == before


def test_the_repository_of_a_git_hook_is_not_mistaken_for_the_one_asked_about(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other", {"else.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert repository_of(project / "pkg") == project
    with checked_out(project, "v1", "head") as found:
        assert (found.folder / "pkg/__init__.py").is_file()


def test_a_commit_that_a_shallow_clone_lacks_is_told_as_such(project: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.as_uri(), str(clone))
    with pytest.raises(RevisionError, match="git fetch --unshallow"), checked_out(clone, "HEAD~1", "base"):
        pass


def test_a_repository_without_commits_has_no_working_tree_to_compare(tmp_path: Path) -> None:
    empty = repository(tmp_path / "empty")
    for asked in (".", "HEAD"):
        said = "there is no commit yet in .*: commit what"
        with pytest.raises(RevisionError, match=said), checked_out(empty, asked, "head"):
            pass


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=x", "v0:pkg", ""])
def test_what_is_no_revision_is_refused(project: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="revision"), checked_out(project, revision, "base"):
        pass


def test_without_git_the_reason_is_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(RevisionError, match="git is not there"):
        repository_of(project)
    assert os.environ["PATH"]


def test_a_git_that_cannot_be_started_is_told_as_such(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "git").write_text("")
    monkeypatch.setenv("PATH", str(broken))
    with pytest.raises(RevisionError, match="git cannot be started: Permission denied"):
        repository_of(project)


def test_where_no_temporary_folder_can_be_made_the_reason_is_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    said = "no temporary folder can be made: No such"
    with pytest.raises(RevisionError, match=said), checked_out(project, "v0", "base"):
        pass


def test_a_repository_that_git_does_not_trust_is_told_with_its_cause_and_git_s_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(RevisionError) as caught:
        repository_of(project)
    message = str(caught.value)
    assert f"fatal: detected dubious ownership in repository at '{project}'" in message
    assert message.endswith(f"git config --global --add safe.directory {project}")
    assert "--repo" not in message


def test_a_bare_repository_is_told_as_such(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(project), "bare.git")
    with pytest.raises(RevisionError, match=r"must be run in a work tree\. It has no files of its own"):
        repository_of(tmp_path / "bare.git")
