"""What git tells of the code: which commit a checkout is of, or a clone that holds the same files."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from concbench.drive.host.interpreter_info import run_program

IN_CLONE = "src/concbench"
"""Where the package lies in a clone."""

HIDDEN = ("GIT_",)
"""What git is not to see: a hook sets GIT_DIR for its own repository, which need not be ours."""

DUBIOUS = "dubious ownership"
"""What git says of a repository that is another user's, and that it therefore does not read."""

NO_GIT = "git is not installed, or does not run"
REFUSED = (
    "git does not read the clone, which is another user's (dubious ownership); trust it with: git config"
    " --global --add safe.directory FOLDER (or run as the user who owns it)"
)
OTHER_CODE = (
    "what is installed is not what the clone holds, neither at its HEAD nor in its files; install it again"
    " (python -m pip install .), or so that it cannot fall behind (python -m pip install -e .)"
)


class Untold(Exception):
    """Why the commit is not told: in words where there is something to be done about it, else nothing."""


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints; raises Untold, in words where there is something to be done about it."""
    program = shutil.which("git")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    if program is None:
        raise Untold(NO_GIT if any((one / ".git").exists() for one in (folder, *folder.parents)) else "")
    try:
        return run_program(
            [program, "--no-optional-locks", "-C", folder, *arguments], plain | {"LC_ALL": "C"}
        ).strip()
    except subprocess.CalledProcessError as error:
        raise Untold(REFUSED if DUBIOUS in error.stderr else "") from None
    except (OSError, subprocess.SubprocessError):
        raise Untold(NO_GIT) from None


def is_mute(folder: Path) -> bool:
    """Say whether git says nothing of a repository that is there: it is missing, or refuses to read it."""
    try:
        git(folder, "rev-parse", "--git-dir")
    except Untold as refusal:
        return str(refusal) in (NO_GIT, REFUSED)
    return False


def tracking(package: Path) -> Path:
    """Return the root of the checkout that tracks the package; raises Untold, also where none does."""
    git(package, "ls-files", "--error-unmatch", "__init__.py")
    return Path(git(package, "rev-parse", "--show-toplevel"))


def of_checkout(root: Path, source: str) -> dict[str, Any]:
    """Return what a checkout says of itself; raises Untold.

    Dirty means that tracked files changed. Files that are not tracked are left out, since a run writes its
    own run file; the digest of the sources sees them where they are code.
    """
    return {
        "commit": git(root, "rev-parse", "--verify", "HEAD^{commit}"),
        "date": git(root, "show", "--no-patch", "--format=%cI", "HEAD"),
        "dirty": bool(git(root, "status", "--porcelain", "--untracked-files=no")),
        "source": source,
    }


def of_clone(folder: Path, package: Path) -> dict[str, Any] | None:
    """Return what the clone around ``folder`` says, if the package's files are its own; raises Untold.

    None where it is no clone of concbench at all.
    """
    root = Path(git(folder, "rev-parse", "--show-toplevel"))
    listed = git(root, "ls-tree", "-r", "--full-tree", "HEAD", "--", IN_CLONE).splitlines()
    if not listed:
        return None
    held = {
        name.removeprefix(f"{IN_CLONE}/"): about.split()[2]
        for about, _tab, name in (line.partition("\t") for line in listed)
    }
    known = of_checkout(root, "clone")
    if all(_blob(package / name, digest) == digest for name, digest in held.items()):
        if _sources(package) <= set(held):
            return {**known, "dirty": False}
    elif same_files(package, root / IN_CLONE):
        return {**known, "dirty": True}
    raise Untold(OTHER_CODE)


def _blob(path: Path, like: str) -> str | None:
    """Return the name that git gives to a file's content, by the kind of digest that ``like`` is."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    made = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return made(b"blob %d\0" % len(content) + content).hexdigest()


def _sources(package: Path) -> set[str]:
    """Return the modules of a package; a wheel has the documents in it too, and their examples are none."""
    found = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    return {name for name in found if not name.startswith("docs/")}


def same_files(package: Path, other: Path) -> bool:
    """Say whether two folders have the same modules."""
    mine, theirs = _sources(package), _sources(other)
    return mine == theirs and all(
        (package / name).read_bytes() == (other / name).read_bytes() for name in mine
    )
