"""Where the folder of a suite is: named itself, or by the asv.conf.json of a project."""

import json
import re
from pathlib import Path

from concbench.errors import UserError

CONFS = ("asv.conf.json", "asv.conf.jsonc")

USUAL = "benchmarks"
"""asv's own ``benchmark_dir``, where a file names none."""

STRING = r'("(?:\\.|[^"\\])*")'
COMMENT = re.compile(rf"{STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
LAST_COMMA = re.compile(rf"{STRING}|,(?=\s*[\]}}])")
"""What asv's file may have and JSON has not; strings, which are kept, may look like it."""


class NoSuite(UserError):
    """A path where there is no suite; the message says why."""


def suite_folder(folder: Path, path: str) -> Path:
    """Return the folder of the suite that ``path`` names: it, or the ``benchmark_dir`` of asv's file in it.

    Raises NoSuite where there is none.
    """
    place = folder / path
    if not place.exists():
        raise NoSuite(f"there is no file or folder {path}")
    conf = _conf_in(place)
    if conf is None and place.is_dir():
        return _itself(place, path)
    if conf is None and not place.name.endswith((".json", ".jsonc")):
        raise NoSuite(f"{path} is neither the folder of a suite, nor an asv.conf.json")
    return _named_in(conf or place, path)


def _conf_in(folder: Path) -> Path | None:
    return next((folder / name for name in CONFS if (folder / name).is_file()), None)


def _itself(place: Path, path: str) -> Path:
    """Return a folder without asv's file; raises NoSuite where one in it has it: a project is no suite."""
    below = next((one for one in sorted(place.iterdir()) if one.is_dir() and _conf_in(one)), None)
    if below is not None:
        raise NoSuite(
            f"{path} has no {CONFS[0]}, and {below.name} in it has one: name {Path(path) / below.name}"
        )
    return place.resolve()


def _named_in(conf: Path, path: str) -> Path:
    named = settings_of(conf).get("benchmark_dir", USUAL)
    if not isinstance(named, str):
        raise NoSuite(f"{conf.name} of {path} names no folder as its benchmark_dir: {named!r}")
    found = conf.parent / named
    if not found.is_dir():
        raise NoSuite(f"{conf.name} of {path} has its benchmarks in {named}, and there is no such folder")
    return found.resolve()


def settings_of(conf: Path) -> dict[str, object]:
    """Return what asv's file says; raises NoSuite where it cannot be read."""
    try:
        text = conf.read_text(encoding="utf-8")
        for aside in (COMMENT, LAST_COMMA):
            text = aside.sub(lambda match: match[1] or "", text)
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise NoSuite(f"{conf.name} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise NoSuite(f"{conf.name} has no settings: it is no object")
    return found
