"""A revision of a repository as a folder that workers import from: checked out by git, or the working tree.

It is checked out through an index of its own, not as a worktree: that leaves nothing in the repository, needs
no lock in it, and does not mind who else works there. There are no submodules; what stands behind Git LFS
pointers is there where git-lfs is set up. What was made is removed in the end; after ``kill -9`` it lies in
the system's temporary folder, one folder ``concbench-…`` for each revision and one for compiled files.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from concbench.drive.sides.changes import STATUS, Changes, changes_in
from concbench.drive.sides.git import GitFailed, RevisionError, git
from concbench.drive.sides.modules import extensions_in
from concbench.drive.sides.spec import WORKING_TREE
from concbench.drive.workers.sources import holds_python

HINTS = {
    "not a git repository": "Name the repository that is meant: --repo FOLDER",
    "must be run in a work tree": "It has no files of its own: name a clone of it that has, --repo FOLDER",
}
"""What to do about what git says where it finds no root of a repository."""

POLITE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends a command in order, and would interrupt its cleaning up if it came twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A revision's files; where they are the suite itself ``suite`` is its package, else ``roots`` hold it.

    ``commit`` is the full hash. ``changes``: what of a working tree differs from it; ``built``: the extension
    modules there that git does not follow.
    """

    label: str
    folder: Path
    commit: str
    changes: Changes
    suite: Path | None
    roots: tuple[Path, ...]
    built: tuple[str, ...] = ()

    @property
    def dirty(self) -> bool:
        """Say whether it is a working tree with files that differ from its commit."""
        return bool(self.changes.files)

    def own(self, path: Path, repo: Path, hint: str = "name one that both sides have") -> Path:
        """Return this revision's own copy of a file: where ``path`` lies in ``repo``, else the path itself.

        Raises RevisionError, with a ``hint`` what to do, where the revision has no such file.
        """
        try:
            inside = path.resolve().relative_to(repo)
        except ValueError:
            return path
        found = self.folder / inside
        if not found.is_file():
            raise RevisionError(f"{self.label} has no file {inside}: {hint}")
        return found


def repository_of(folder: Path) -> Path:
    """Return the root of the repository that holds ``folder``; raises RevisionError where there is none."""
    try:
        return Path(git(folder, "rev-parse", "--show-toplevel").strip()).resolve()
    except GitFailed as error:
        hint = next((hint for words, hint in HINTS.items() if words in str(error)), None)
        raise RevisionError(f"{error}. {hint}" if hint else str(error)) from None


@contextmanager
def checked_out(repo: Path, revision: str, name: str) -> Iterator[Checkout]:
    """Lend the files of a revision of the repository whose root is ``repo``; ``.`` is its working tree.

    ``name`` is that of the folder the files are put in. Raises RevisionError.
    """
    if revision == WORKING_TREE:
        commit = _commit_of(repo, "HEAD")
        changes = changes_in(git(repo, *STATUS))
        label = f"the working tree ({commit[:8]}{', changed' if changes.files else ''})"
        checkout = _checkout(label, repo, commit, changes)
        yield replace(checkout, built=_built_in(repo, checkout.roots))
        return
    commit = _commit_of(repo, revision)
    label = commit[:8] if commit.startswith(revision) else f"{revision} ({commit[:8]})"
    with temporary_folder() as folder:
        files = folder / name
        _check_out(repo, commit, files)
        yield _checkout(label, files, commit, Changes())


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Lend a new folder; raises RevisionError where none can be made."""
    try:
        folder = Path(mkdtemp(prefix="concbench-")).resolve()
    except OSError as error:
        raise RevisionError(
            f"no temporary folder can be made: {error.strerror}; free space, or name another with TMPDIR"
        ) from error
    try:
        yield folder
    finally:
        with _undisturbed():
            rmtree(folder, ignore_errors=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C and polite signals meanwhile; only the main thread hears them at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in POLITE}
    for number in POLITE:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _commit_of(repo: Path, revision: str) -> str:
    if revision.startswith("-"):
        raise RevisionError(f"{revision!r} is no revision: name a commit, branch or tag")
    try:
        return git(
            repo, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except GitFailed:
        if revision == "HEAD":
            raise RevisionError(f"there is no commit yet in {repo}: commit what is to be compared") from None
        shallow = git(repo, "rev-parse", "--is-shallow-repository").strip() == "true"
        hint = " (this clone has only its last commits: git fetch --unshallow)" if shallow else ""
        raise RevisionError(
            f"{revision!r} is neither a revision of {repo} nor a run file: name a commit, branch, tag or file"
            f"{hint}"
        ) from None


def _checkout(label: str, folder: Path, commit: str, changes: Changes) -> Checkout:
    package = folder / "src" / "concbench"
    is_suite = all((package / part / "__init__.py").is_file() for part in ("models", "workloads"))
    source = folder / "src"
    root = source if holds_python(source) else folder
    roots = () if is_suite else (root,)
    suite = package if is_suite else None
    return Checkout(label=label, folder=folder, commit=commit, changes=changes, suite=suite, roots=roots)


def _built_in(repo: Path, roots: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the extension modules in a working tree that no commit has."""
    found = [str(file.relative_to(repo)) for root in roots for file in extensions_in(root)]
    asked = [f":(literal){file}" for file in found]
    followed = git(repo, "ls-files", "-z", "--", *asked).split("\0") if found else []
    return tuple(file for file in found if file not in followed)


def _check_out(repo: Path, commit: str, folder: Path) -> None:
    index = folder.with_suffix(".index")
    git(repo, "read-tree", commit, index=index)
    git(repo, "checkout-index", "--all", "--quiet", f"--prefix={folder}/", index=index)
    try:
        folder.mkdir(exist_ok=True)  # a commit without files has made none
    except OSError as error:
        raise RevisionError(f"no folder can be made in {folder.parent}: {error.strerror}") from error
