"""Whose code a side imports where the project's layout does not say: asked of git, and of what is installed.

A checkout's ``src/``, else its root, is searched for the project. One that lies elsewhere (``lib/``,
``python/``, ``packages/a/src``) is not found there, but where it is installed: then both sides would measure
the same code.
"""

import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from concbench.drive.host.interpreter_info import run_program
from concbench.drive.sides.git import git
from concbench.drive.sides.modules import BESIDE, of_wheel
from concbench.drive.sides.side import INSTALLED, Side

OURS = "concbench"
"""What measures is the same on both sides, wherever it lies."""

FILES = """
import json, sys
from importlib import metadata
try:
    found = metadata.distribution(sys.argv[1])
except metadata.PackageNotFoundError:
    files = []
else:
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    files = [] if direct.get("dir_info", {}).get("editable") else [str(one) for one in found.files or ()]
print(json.dumps(files))
"""


@cache
def installed_as(project: str, python: Path) -> tuple[str, ...]:
    """Return the modules that an interpreter has of a project that is installed for it, none where none is.

    Nor of one whose sources were installed in place: what is imported then are files of a working tree.
    """
    try:
        files = json.loads(run_program([python, "-E", "-P", "-c", FILES, project]))
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()  # whoever starts its workers says what is wrong with it
    return tuple(name for name in of_wheel(files) if name not in BESIDE)


def of_the_working_tree(origins: Mapping[str, str], side: Side) -> tuple[str, str] | None:
    """Return the first module, and its place, that a side has from the user's working tree; None for none.

    ``origins`` are the places of modules by their names. Only what git follows there is the project's: an
    environment may lie in the same folder. Raises RevisionError.
    """
    tree = side.tree
    if tree is None:
        return None
    mine = [*side.homes, *([side.folder] if side.folder else []), *map(Path, side.plugins)]
    inside = {
        name: place
        for name, place in origins.items()
        if name.partition(".")[0] != OURS and _is_foreign(Path(place), tree, mine)
    }
    if not inside:
        return None
    asked = [f":(literal){place}" for place in inside.values()]
    followed = [tree / file for file in git(tree, "ls-files", "-z", "--", *asked).split("\0") if file]
    found = (one for one in inside.items() if any(file.is_relative_to(one[1]) for file in followed))
    return next(found, None)


def _is_foreign(place: Path, tree: Path, mine: list[Path]) -> bool:
    """Say whether a place is in the working tree, and nothing of the side's, nor of an environment there."""
    if INSTALLED in place.parts or not place.is_relative_to(tree):
        return False
    return not any(place.is_relative_to(own) for own in mine)
