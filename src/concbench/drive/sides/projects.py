"""A side's own project, as it is built to be installed: a copy of its files, and the version it is told.

It is built in a copy, since builders write beside what they build, and what an earlier build has left there
would come into the next one. A copy is no clone: builders that read their version from git are told it.
"""

import re
import shutil
import tomllib
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concbench.drive.sides.git import GitFailed, git, without_places
from concbench.drive.sides.revisions import Checkout
from concbench.errors import UserError

DESCRIBE = ("describe", "--tags", "--long", "--match", "*[0-9]*")

_DESCRIBED = re.compile(r"(?P<tag>.+)-(?P<since>\d+)-g(?P<hash>[0-9a-f]+)")
_VERSION = re.compile(r"(?:.*[-_/])?v?(?P<version>\d+(?:\.\d+)*(?:[._-]?(?:a|b|rc|post|dev)[.]?\d+)?)")

NO_TAG = "0.0"

TOLD = ("SETUPTOOLS_SCM_PRETEND_VERSION", "PDM_BUILD_SCM_VERSION", "POETRY_DYNAMIC_VERSIONING_BYPASS",
        "PBR_VERSION")  # fmt: skip
"""Variables that builders take a version from (setuptools-scm's is that of hatch-vcs, too)."""

BUILT_WITH = ("CC", "CXX", "CPPFLAGS", "CFLAGS", "CXXFLAGS", "LDFLAGS", "RUSTFLAGS")
"""Variables that change what a compiler makes of the same files."""


class NoProject(UserError):
    """A revision that has nothing that can be built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is built of a revision. ``tree`` names its files, None for those of a changed working tree."""

    folder: Path
    tree: str | None
    extras: tuple[str, ...]
    version: str

    def key(self) -> list[Any]:
        """Return what tells the project as it is installed from others; only for one that has a ``tree``."""
        environ = without_places()
        return [self.tree, sorted(self.extras), {name: environ.get(name) for name in BUILT_WITH}]

    def copy_to(self, folder: Path) -> None:
        """Copy the files to be built; raises OSError and RevisionError."""
        if not (self.folder / ".git").exists():
            shutil.copytree(self.folder, folder, symlinks=True)
            return
        others = "" if self.tree else git(self.folder, "ls-files", "-z", "--others", "--exclude-standard")
        files = git(self.folder, "ls-files", "-z", "--cached", "--recurse-submodules") + others
        for name in filter(None, files.split("\0")):
            source, target = self.folder / name, folder / name
            if source.is_file() or source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)

    def environment(self, copy: Path) -> dict[str, str]:
        """Return the variables that it is built with; what the user has set counts."""
        name = distribution_in(copy)
        told = dict.fromkeys(TOLD, self.version)
        if name:
            told[f"{TOLD[0]}_FOR_{re.sub('[-_.]+', '_', name).upper()}"] = self.version
        return {**told, **without_places(), "GIT_CEILING_DIRECTORIES": str(copy.parent)}


def project_of(checkout: Checkout, repo: Path, extras: tuple[str, ...]) -> Project:
    """Return the project of a revision; raises NoProject, RevisionError."""
    if not any((checkout.folder / file).is_file() for file in ("pyproject.toml", "setup.py")):
        raise NoProject(
            "it has neither a pyproject.toml nor a setup.py in its root, so there is no project that"
            " could be installed"
        )
    tree = None if checkout.dirty else git(repo, "rev-parse", f"{checkout.commit}^{{tree}}").strip()
    version = version_of(repo, checkout.commit)
    return Project(folder=checkout.folder, tree=tree, extras=extras, version=version)


def version_of(repo: Path, commit: str) -> str:
    """Return a version for a commit as setuptools-scm guesses it: the tag's, or the next one's ``dev``."""
    try:
        found = _DESCRIBED.fullmatch(git(repo, *DESCRIBE, commit).strip())
    except GitFailed:
        found = None
    known = _VERSION.fullmatch(found["tag"]) if found else None
    if found is None or known is None:
        return f"{NO_TAG}.dev0+g{commit[:8]}"
    if found["since"] == "0":
        return known["version"]
    before, last = re.fullmatch(r"(.*?)(\d+)", known["version"]).groups()  # type: ignore[union-attr]
    return f"{before}{int(last) + 1}.dev{found['since']}+g{found['hash']}"


def distribution_in(folder: Path) -> str | None:
    """Return what a project calls itself in its pyproject.toml or setup.cfg, or None."""
    about = _table(folder / "pyproject.toml")
    for place in (about.get("project"), about.get("tool", {}).get("poetry")):
        if isinstance(place, dict) and isinstance(place.get("name"), str):
            return str(place["name"])
    config = ConfigParser(interpolation=None)
    try:
        config.read(folder / "setup.cfg", encoding="utf-8")
    except (ConfigError, UnicodeDecodeError):
        return None
    return config.get("metadata", "name", fallback=None)


def _table(file: Path) -> Mapping[str, Any]:
    """Return what a TOML file holds, nothing of one that is none: whoever builds it says what is wrong."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
