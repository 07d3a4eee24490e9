"""Which commit the running concbench is of, and how that is known; where it is not, why, and what to do.

A wrong commit is worse than none: figures would be put down to code that they are not of. So each source is
believed only as far as it can be checked, and the first one that tells is taken:

1. the git checkout that tracks the package (an editable install, or ``PYTHONPATH=src``);
2. ``direct_url.json`` (PEP 610) of a package that pip or uv installed from a repository: its ``commit_id``;
3. the clone that the package was installed from, then the one around the current folder: if the files that
   are installed are those of its HEAD (or, which is then said to be dirty, those of its working tree);
4. the variables of a CI service, where the package comes from its workspace, and git cannot be asked:
   there is no ``.git``, or no git that reads it, and what lies in ``.git`` says the same.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import concbench
from concbench.drive.host.origin_ci import HASH, of_ci, root_of_sources
from concbench.drive.host.origin_git import Untold, of_checkout, of_clone, tracking
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
    for ask in _sources(package, here or _here(), environ):
        try:
            found = ask()
        except Untold as refusal:
            why.append(str(refusal))
        else:
            if found is not None:
                return Origin(found)
    return Origin(None, next(filter(None, why), NOWHERE))


def _sources(
    package: Path, here: Path | None, environ: Mapping[str, str]
) -> Iterator[Callable[[], dict[str, Any] | None]]:
    """Yield what to ask, in order; each returns the commit or None, or raises Untold."""
    yield lambda: of_checkout(tracking(package), "checkout")
    dist = distribution(package)
    url = direct_url(dist) if dist else {}
    if dist is not None and isinstance(url.get("vcs_info"), dict):
        yield partial(_of_url, dist, url["vcs_info"].get("commit_id", ""))
    source = folder_of(url)
    for folder in dict.fromkeys(filter(None, (source, here))):
        yield partial(of_clone, folder, package)
    yield lambda: of_ci(source or root_of_sources(package), package, environ)


def _of_url(dist: Distribution, commit: object) -> dict[str, Any]:
    """Return the commit that a package was installed from; raises Untold where its files have changed."""
    if HASH.fullmatch(str(commit)) and untouched(dist):
        return {"commit": commit, "date": None, "dirty": False, "source": "direct_url.json"}
    raise Untold(CHANGED)


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None
