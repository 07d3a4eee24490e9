"""What a CI service tells of the code that it checked out, where that is what concbench comes from."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from concbench.drive.host.origin_git import IN_CLONE, is_mute, same_files

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

HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""A commit, in full."""


def root_of_sources(package: Path) -> Path | None:
    """Return the folder whose ``src/concbench`` the package is, without git's help."""
    root = package.parent.parent
    return root if _folder_holds(root, package) and (root / "pyproject.toml").is_file() else None


def of_ci(source: Path | None, package: Path, environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the commit that a CI service checked out, where its workspace is what concbench comes from.

    Where the workspace has a ``.git``, git knows better. But git may be missing, or refuse what another user
    checked out, as in the container of a job: then the service is believed of the commit that lies in
    ``.git/HEAD`` too, if the package's files are those of the workspace.
    """
    if source is None:
        return None
    there = (source / ".git").exists()
    if there and not (is_mute(source) and same_files(package, source / IN_CLONE)):
        return None
    for service, commit, date in _services(source, environ):
        if not there or _head_of(source / ".git") == commit:
            return {"commit": commit, "date": date, "dirty": None, "source": service}
    return None


def _head_of(folder: Path) -> str | None:
    """Return the commit that is checked out, as the files of a repository say it; None where they do not."""
    try:
        told = (folder / "HEAD").read_text("ascii").strip()
        kind, _colon, name = told.rpartition(": ")
        return told if kind != "ref" else (folder / name).read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def _services(source: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str, str | None]]:
    for service, (sha, workspace, date) in CI.items():
        commit, folder = environ.get(sha, ""), environ.get(workspace, "")
        if HASH.fullmatch(commit) and folder and Path(folder).resolve() == source.resolve():
            yield service, commit, environ.get(date) or None


def _folder_holds(folder: Path | None, package: Path) -> bool:
    return folder is not None and (folder / IN_CLONE).resolve() == package.resolve()
