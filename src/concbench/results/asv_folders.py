"""asv's results folder: where its result files are, and what it says of machines and benchmarks beside them.

The layout is that of asv's ``machine.py`` and ``benchmarks.py``, api_version 2 and 1.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from concbench.results.errors import ResultsError
from concbench.results.foreign import check, checked, read_json
from concbench.results.partly import PassedOver
from concbench.results.places import is_folder, refuse_irregular
from concbench.validators import integer, list_of, nullable, object_of, text
from concbench.words import without_address

API_VERSION = 2
MACHINE, BENCHMARKS = "machine.json", "benchmarks.json"


@dataclass(frozen=True, slots=True)
class Declared:
    """A benchmark as ``benchmarks.json`` declares it today: what its result files do not repeat.

    ``kind`` is asv's type (``time``, ``track``, ``peakmemory``, …).
    """

    kind: str
    unit: str
    version: str | None
    param_names: tuple[str, ...]


class NoResults(ResultsError):
    """A folder that has no results of asv."""


def result_paths(folder: Path, passed: PassedOver) -> tuple[Path, list[Path]]:
    """Return a results folder and its result files: all JSON beside a ``machine.json``, sorted.

    ``folder`` is the results folder, the folder of one of its machines, or one that has ``.asv/results``.
    Nothing else is searched: it may be a whole repository. A machine whose folder cannot be read is
    ``passed`` over. Raises ResultsError for a folder without results, and for what is no folder.
    """
    if not is_folder(folder):
        found = "is no folder" if os.path.lexists(folder) else "there is no such folder"
        raise ResultsError(f"{found}; name the results_dir of asv.conf.json", folder)
    below = folder / ".asv" / "results"
    places = ((below, _folders_in), (folder, _folders_in), (folder.absolute().parent, lambda _: [folder]))
    try:
        for results, machines_of in places:
            read = [passed.attempt(partial(_results_in, machine)) or [] for machine in machines_of(results)]
            if paths := [path for machine in read for path in machine]:
                return results, sorted(paths)
    except OSError as error:
        raise _unreadable(folder, error) from error
    if passed.errors:
        raise passed.nothing(folder)
    sought = (
        f"no {MACHINE} with results beside it, neither in it nor in a folder of it or of its .asv/results"
    )
    raise NoResults(f"no results of asv: {sought}; name the results_dir of asv.conf.json", folder)


def _folders_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _results_in(machine: Path) -> list[Path]:
    """Return the result files of a machine's folder; none where it is no such folder."""
    try:
        if not (machine / MACHINE).exists():
            return []
        found = [path for path in machine.iterdir() if path.name.endswith(".json")]
        return [path for path in found if path.name not in (MACHINE, BENCHMARKS)]
    except OSError as error:
        raise _unreadable(machine, error) from error


def _unreadable(folder: Path, error: OSError) -> ResultsError:
    return ResultsError(f"cannot be read ({error.strerror}); check its permissions", folder)


def machine_of(folder: Path) -> str | None:
    """Return the machine that the results in a folder are of; None where its ``machine.json`` has no name.

    Raises ResultsError for one that is damaged.
    """
    path = folder / MACHINE
    if not path.exists():
        return None
    refuse_irregular(path)
    name = checked(read_json(path), {}, path).get("machine")
    check(name, nullable(text), path, "machine")
    return str(name) if name else None


def read_benchmarks(folder: Path) -> dict[str, Declared]:
    """Return what ``benchmarks.json`` in a results folder declares, under the names; {} where there is none.

    Raises ResultsError for one that is damaged.
    """
    path = folder / BENCHMARKS
    if not path.exists():
        return {}
    refuse_irregular(path)
    content = read_json(path)
    check_version(content, path, (1, API_VERSION))
    declared = {}
    for name, about in content.items():
        if name != "version":
            check(about, _DECLARED, path, f"[{name!r}]")
            names = tuple(about["param_names"])
            declared[without_address(name)] = Declared(
                about["type"], about["unit"], about.get("version"), names
            )
    return declared


_DECLARED = object_of({"type": text, "unit": text, "param_names": list_of(text)}, {"version": nullable(text)})


def check_version(content: Any, path: Path, known: Sequence[int]) -> int:
    """Return the version of asv's format that a file is of; raises ResultsError if it is not ``known``."""
    version = checked(content, {}, path).get("version", 1)
    check(version, integer, path, "version")
    if version not in known:
        reads = " and ".join(map(str, known))
        reason = f"asv's format {version}, and this concbench reads {reads}; upgrade concbench to read it"
        raise ResultsError(reason, path)
    return int(version)
