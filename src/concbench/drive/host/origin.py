"""Which commit the running concbench is of, and how that is known; where it is not, why, and what to do.

A wrong commit is worse than none: figures would be put down to code that they are not of. So each source is
believed only as far as it can be checked, and the first one that tells is taken:

1. the git checkout that tracks the package (an editable install, or ``PYTHONPATH=src``);
2. ``direct_url.json`` (PEP 610) of a package that pip or uv installed from a repository: its ``commit_id``;
3. the clone that the package was installed from, then the one around the current folder: if the files that
   are installed are those of its HEAD (or, which is then said to be dirty, those of its working tree);
4. the variables of a CI service, where the package comes from its workspace and that has no ``.git``.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import concbench
from concbench.drive.host.origin_ci import HASH, of_ci, root_of_sources
from concbench.drive.host.origin_git import GitSilent, of_checkout, of_clone, tracking
from concbench.drive.host.origin_installed import direct_url, distribution, folder_of, untouched

PACKAGE = Path(concbench.__file__).parent

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


def origin(
    package: Path = PACKAGE, here: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Origin:
    """Return which commit the code in ``package`` is of; ``here`` is the current folder."""
    why: list[str] = []
    try:
        root = tracking(package)
        if root is not None:
            return Origin(of_checkout(root, "checkout"))
    except GitSilent as refusal:
        why.append(str(refusal))
    dist = distribution(package)
    url = direct_url(dist) if dist else {}
    if dist is not None and isinstance(url.get("vcs_info"), dict):
        commit = url["vcs_info"].get("commit_id", "")
        if HASH.fullmatch(str(commit)) and untouched(dist):
            return Origin({"commit": commit, "date": None, "dirty": False, "source": "direct_url.json"})
        why.append(CHANGED)
    source = folder_of(url)
    for folder in dict.fromkeys(one for one in (source, here or _here()) if one):
        try:
            found = of_clone(folder, package)
        except GitSilent as refusal:
            why.append(str(refusal))
        else:
            if found is not None:
                return Origin(found)
    told = of_ci(source or root_of_sources(package), environ)
    if told is not None:
        return Origin(told)
    return Origin(None, next((reason for reason in why if reason), NOWHERE))


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None
