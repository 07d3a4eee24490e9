"""A revision of a repository as a folder that workers import from: archived from git, or the working tree.

An archive leaves nothing in the repository, needs no lock in it, and does not mind who else works there. It
has neither submodules nor what stands behind Git LFS pointers; files with the attribute ``export-ignore`` are
not in it. What was made is removed in the end; after ``kill -9`` it lies in the system's temporary folder.
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from concbench.errors import UserError

WORKING_TREE = "."
"""How the working tree is named where a revision is asked for."""

GIT_SECONDS = 120


class RevisionError(UserError):
    """A revision that cannot be had; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A revision's files; where they are the suite itself ``suite`` is its package, else ``roots`` hold it.

    ``commit`` is the full hash. ``dirty``: the working tree has changed or new files.
    """

    label: str
    folder: Path
    commit: str
    dirty: bool
    suite: Path | None
    roots: tuple[Path, ...]

    def own(self, path: Path, repo: Path) -> Path:
        """Return this revision's own copy of a file: where ``path`` lies in ``repo``, else the path itself.

        Raises RevisionError where the revision has no such file.
        """
        try:
            inside = path.resolve().relative_to(repo)
        except ValueError:
            return path
        found = self.folder / inside
        if not found.is_file():
            raise RevisionError(f"{self.label} has no file {inside}: name one that both sides have")
        return found


def repository_of(folder: Path) -> Path:
    """Return the root of the repository that holds ``folder``; raises RevisionError where there is none."""
    return Path(_git(folder, "rev-parse", "--show-toplevel").strip()).resolve()


@contextmanager
def checked_out(repo: Path, revision: str, name: str) -> Iterator[Checkout]:
    """Lend the files of a revision of the repository whose root is ``repo``; ``.`` is its working tree.

    ``name`` is that of the folder the files are put in. Raises RevisionError.
    """
    if revision == WORKING_TREE:
        commit = _git(repo, "rev-parse", "HEAD").strip()
        dirty = bool(_git(repo, "status", "--porcelain").strip())
        label = f"the working tree ({commit[:8]}{', changed' if dirty else ''})"
        yield _checkout(label, repo, commit, dirty=dirty)
        return
    commit = _commit_of(repo, revision)
    label = commit[:8] if commit.startswith(revision) else f"{revision} ({commit[:8]})"
    folder = Path(mkdtemp(prefix="concbench-")).resolve()
    try:
        files = folder / name
        _unpack(repo, commit, files)
        yield _checkout(label, files, commit, dirty=False)
    finally:
        rmtree(folder, ignore_errors=True)


def _commit_of(repo: Path, revision: str) -> str:
    if revision.startswith("-"):
        raise RevisionError(f"{revision!r} is no revision: name a commit, branch or tag")
    try:
        return _git(
            repo, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except RevisionError:
        raise RevisionError(
            f"{revision!r} is neither a revision of {repo} nor a run file: name a commit, branch, tag or file"
        ) from None


def _checkout(label: str, folder: Path, commit: str, *, dirty: bool) -> Checkout:
    package = folder / "src" / "concbench"
    is_suite = all((package / part / "__init__.py").is_file() for part in ("models", "workloads"))
    source = folder / "src"
    root = source if source.is_dir() and any(source.glob("*/*.py")) else folder
    roots = () if is_suite else (root,)
    suite = package if is_suite else None
    return Checkout(label=label, folder=folder, commit=commit, dirty=dirty, suite=suite, roots=roots)


def _unpack(repo: Path, commit: str, folder: Path) -> None:
    folder.mkdir()
    archive = _run(repo, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode(errors="replace")


def _run(folder: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(  # noqa: S603  (no shell)
            ["git", "-C", str(folder), *arguments],  # noqa: S607  (the user's own git)
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=GIT_SECONDS,
        ).stdout
    except FileNotFoundError:
        raise RevisionError(
            "git is not there, and revisions need it: install it, or compare run files"
        ) from None
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git {arguments[0]} did not end within {GIT_SECONDS} s in {folder}") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {error.returncode}"]
        raise RevisionError(f"git {arguments[0]} failed in {folder}: {said[-1]}") from None
