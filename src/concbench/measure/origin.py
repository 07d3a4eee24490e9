"""Which commit the running concbench is of, and how that is known; where it is not, why, and what to do.

A wrong commit is worse than none: figures would be put down to code that they are not of. So each source is
believed only as far as it can be checked, and the first one that tells is taken:

1. the git checkout that tracks the package (an editable install, or ``PYTHONPATH=src``);
2. ``direct_url.json`` (PEP 610) of a package that pip or uv installed from a repository: its ``commit_id``;
3. the clone that the package was installed from, then the one around the current folder: if the files that
   are installed are those of its HEAD (or, which is then said to be dirty, those of its working tree);
4. the variables of a CI service, where the package comes from its workspace and that has no ``.git``.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import concbench
from concbench.measure.interpreter_info import run_program

PACKAGE = Path(concbench.__file__).parent
IN_CLONE = "src/concbench"
"""Where the package lies in a clone."""

CI: Mapping[str, tuple[str, str, str]] = {
    "GitHub Actions": ("GITHUB_SHA", "GITHUB_WORKSPACE", ""),
    "GitLab CI": ("CI_COMMIT_SHA", "CI_PROJECT_DIR", "CI_COMMIT_TIMESTAMP"),
    "CircleCI": ("CIRCLE_SHA1", "CIRCLE_WORKING_DIRECTORY", ""),
    "Jenkins": ("GIT_COMMIT", "WORKSPACE", ""),
    "Azure Pipelines": ("BUILD_SOURCEVERSION", "BUILD_SOURCESDIRECTORY", ""),
    "Bitbucket Pipelines": ("BITBUCKET_COMMIT", "BITBUCKET_CLONE_DIR", ""),
    "Buildkite": ("BUILDKITE_COMMIT", "BUILDKITE_BUILD_CHECKOUT_PATH", ""),
    "Travis CI": ("TRAVIS_COMMIT", "TRAVIS_BUILD_DIR", ""),
}
"""By service, the variables of the commit, of the folder it is checked out to, and of the commit's date."""

HIDDEN = ("GIT_",)
"""What git is not to see: a hook sets GIT_DIR for its own repository, which need not be ours."""

HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

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
NOWHERE = (
    "concbench is installed without a trace of its commit; measure in its clone, or install it from there"
    " (python -m pip install -e .) or from its repository (python -m pip install git+ADDRESS)"
)
CHANGED = "the installed files are not those that were installed; install concbench again"


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit: ``repository`` is as a run file has it, ``unknown`` says why it is None."""

    repository: dict[str, Any] | None
    unknown: str | None = None


class _Git(Exception):
    """Why git does not answer: one of the reasons above, or nothing to be told."""


def origin(
    package: Path = PACKAGE, here: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Origin:
    """Return which commit the code in ``package`` is of; ``here`` is the current folder."""
    why: list[str] = []
    try:
        root = _tracking(package)
        if root is not None:
            return Origin(_of_checkout(root, "checkout"))
    except _Git as refusal:
        why.append(str(refusal))
    dist = _distribution(package)
    url = _direct_url(dist) if dist else {}
    if dist is not None and isinstance(url.get("vcs_info"), dict):
        commit = url["vcs_info"].get("commit_id", "")
        if HASH.fullmatch(str(commit)) and _untouched(dist):
            return Origin({"commit": commit, "date": None, "dirty": False, "source": "direct_url.json"})
        why.append(CHANGED)
    source = _folder_of(url)
    for folder in dict.fromkeys(one for one in (source, here or _here()) if one):
        try:
            found = _of_clone(folder, package)
        except _Git as refusal:
            why.append(str(refusal))
        else:
            if found is not None:
                return Origin(found)
    told = _of_ci(source or _root_of_sources(package), environ)
    if told is not None:
        return Origin(told)
    return Origin(None, next((reason for reason in why if reason), NOWHERE))


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None


# git


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints; raises _Git, in words where there is something to be done about it."""
    program = shutil.which("git")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    if program is None:
        raise _Git(NO_GIT if any((one / ".git").exists() for one in (folder, *folder.parents)) else "")
    try:
        return run_program(
            [program, "--no-optional-locks", "-C", folder, *arguments], plain | {"LC_ALL": "C"}
        ).strip()
    except subprocess.CalledProcessError as error:
        raise _Git(REFUSED if DUBIOUS in error.stderr else "") from None
    except (OSError, subprocess.SubprocessError):
        raise _Git(NO_GIT) from None


def _tracking(package: Path) -> Path | None:
    """Return the root of the checkout that tracks the package, None where none does; raises _Git."""
    git(package, "ls-files", "--error-unmatch", "__init__.py")
    return Path(git(package, "rev-parse", "--show-toplevel"))


def _of_checkout(root: Path, source: str) -> dict[str, Any]:
    """Return what a checkout says of itself; raises _Git.

    Dirty means that tracked files changed. Files that are not tracked are left out, since a run writes its
    own run file; the digest of the sources sees them where they are code.
    """
    return {
        "commit": git(root, "rev-parse", "--verify", "HEAD^{commit}"),
        "date": git(root, "show", "--no-patch", "--format=%cI", "HEAD"),
        "dirty": bool(git(root, "status", "--porcelain", "--untracked-files=no")),
        "source": source,
    }


def _of_clone(folder: Path, package: Path) -> dict[str, Any] | None:
    """Return what the clone around ``folder`` says, if the package's files are its own; raises _Git.

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
    known = _of_checkout(root, "clone")
    if all(_blob(package / name, digest) == digest for name, digest in held.items()):
        if _sources(package) <= set(held):
            return {**known, "dirty": False}
    elif _same_files(package, root / IN_CLONE):
        return {**known, "dirty": True}
    raise _Git(OTHER_CODE)


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


def _same_files(package: Path, other: Path) -> bool:
    mine, theirs = _sources(package), _sources(other)
    return mine == theirs and all(
        (package / name).read_bytes() == (other / name).read_bytes() for name in mine
    )


# What installed it


def _distribution(package: Path) -> metadata.Distribution | None:
    """Return what pip or uv noted beside a package that it installed, None where there is no such note."""
    return next(iter(metadata.distributions(name="concbench", path=[str(package.parent)])), None)


def _folder_holds(folder: Path | None, package: Path) -> bool:
    return folder is not None and (folder / IN_CLONE).resolve() == package.resolve()


def _direct_url(dist: metadata.Distribution) -> dict[str, Any]:
    try:
        told = json.loads(dist.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _folder_of(url: Mapping[str, Any]) -> Path | None:
    """Return the folder that a package was installed from, where it was one."""
    address = urlsplit(str(url.get("url", "")))
    if "dir_info" not in url or address.scheme != "file":
        return None
    folder = Path(unquote(address.path))
    return folder if folder.is_dir() else None


def _untouched(dist: metadata.Distribution) -> bool:
    """Say whether the installed sources are still those that were recorded when they were installed."""
    return all(_recorded(file) for file in dist.files or () if file.suffix == ".py")


def _recorded(file: metadata.PackagePath) -> bool:
    if file.hash is None:
        return False
    try:
        digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()  # type: ignore[attr-defined]
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value


# CI


def _root_of_sources(package: Path) -> Path | None:
    """Return the folder whose ``src/concbench`` the package is, without git's help."""
    root = package.parent.parent
    return root if _folder_holds(root, package) and (root / "pyproject.toml").is_file() else None


def _of_ci(source: Path | None, environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the commit that a CI service checked out, where its workspace is what concbench comes from.

    Not where the workspace has a ``.git``: then git knows better, and where it said nothing so do we.
    """
    if source is None or (source / ".git").exists():
        return None
    for service, commit, date in _services(source, environ):
        return {"commit": commit, "date": date, "dirty": None, "source": service}
    return None


def _services(source: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str, str | None]]:
    for service, (sha, workspace, date) in CI.items():
        commit, folder = environ.get(sha, ""), environ.get(workspace, "")
        if HASH.fullmatch(commit) and folder and Path(folder).resolve() == source.resolve():
            yield service, commit, environ.get(date) or None
