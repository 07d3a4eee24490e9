"""Finding files of results, and reading each by its tool's own reader."""

import os
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, TypeAlias

import pandas as pd

from concbench.results import queries
from concbench.results.asv_files import BENCHMARKS, MACHINE, Declared, is_asv, read_benchmarks, results_of
from concbench.results.errors import ResultsError
from concbench.results.foreign import read_json, start_of
from concbench.results.measured import read_measured
from concbench.results.tidy.from_asv import parts_of_asv
from concbench.results.tidy.from_pytest import is_pytest, parts_of_pytest
from concbench.results.tidy.from_runs import parts_of_run
from concbench.results.tidy.schema import Part, frame_of

Named: TypeAlias = str | PathLike[str]

SUFFIXES = (".jsonl", ".json", ".jsonl.gz", ".json.gz")
"""How the names of files end that are looked for in a folder."""

HEADERS = (b'{"type":"header"', b'{"type": "header"')
"""How a run file begins, whatever its name."""


def load_all(paths: Named | Iterable[Named]) -> tuple[pd.DataFrame, list[str]]:
    """Return the tidy table of files and folders, and a note for each run file that is not complete.

    See :func:`concbench.results.load`.
    """
    reader = _Reader()
    table = frame_of([part for path in find(_all_of(paths)) for part in reader.parts(path)])
    return table, reader.notes


def _all_of(paths: Named | Iterable[Named]) -> list[Path]:
    """Return one path or several; raises TypeError for what is none, and ResultsError where there is none."""
    many = [paths] if isinstance(paths, str | PathLike) or not isinstance(paths, Iterable) else list(paths)
    for one in many:
        if not isinstance(one, str | PathLike):
            raise TypeError(f"load takes the path of a file or folder, or several, not {shortened(one)}")
    if not many:
        raise ResultsError("no file is named; name run files, or results of asv, pytest-benchmark or pyperf")
    return [Path(one) for one in many]


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are named or in a folder that is, each once, in the order of the names.

    Raises ResultsError for a folder without any.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        files = _files_in(path) if path.is_dir() else [path]
        if not files:
            raise ResultsError(f"no results in this folder: no file that ends in {', '.join(SUFFIXES)}", path)
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _files_in(folder: Path) -> list[Path]:
    """Return the files that may be results, but for what asv says of machines and benchmarks beside them."""
    found = []
    for root, folders, names in os.walk(folder):
        asv_s = {MACHINE} | {BENCHMARKS for inner in folders if Path(root, inner, MACHINE).exists()}
        found += [Path(root, name) for name in names if name.endswith(SUFFIXES) and name not in asv_s]
    return sorted(found)


class _Reader:
    """Reads files one by one, and remembers what several share. ``notes`` tell what is not complete."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._declared: dict[Path, Mapping[str, Declared]] = {}
        self._runs: dict[str, Path] = {}

    def parts(self, path: Path) -> Iterator[Part]:
        """Return what a file holds. Raises ResultsError for one that no reader here can read."""
        if ".jsonl" in path.suffixes or start_of(path).startswith(HEADERS):
            return self._of_run(path)
        content = read_json(path)
        if is_asv(content):
            return parts_of_asv(results_of(content, path), self._declared_for(path))
        if is_pytest(content):
            return parts_of_pytest(content, path)
        if _is_pyperf(content):
            from concbench.results.tidy.from_pyperf import parts_of_pyperf  # noqa: PLC0415  (loads pyperf)

            return parts_of_pyperf(content, path)
        raise ResultsError("JSON, but no results of asv, pytest-benchmark or pyperf; leave it out", path)

    def _of_run(self, path: Path) -> Iterator[Part]:
        measured = read_measured(path)
        before = self._runs.setdefault(measured.header["run"], path)
        if before != path:
            raise ResultsError(f"the same run as {before}; leave one of them out", path)
        if measured.torn:
            self.notes.append(f"{path} is not complete: {measured.torn}")
        elif not queries.is_complete(measured):
            self.notes.append(f"{path} is not complete: the run was stopped before all was measured")
        return parts_of_run(measured)

    def _declared_for(self, path: Path) -> Mapping[str, Declared]:
        """Return what is declared for a result file beside its machine's folder; {} where it has none."""
        if not (path.parent / MACHINE).exists():
            return {}
        folder = path.absolute().parent.parent
        if folder not in self._declared:
            self._declared[folder] = read_benchmarks(folder)
        return self._declared[folder]


def _is_pyperf(content: Any) -> bool:
    return isinstance(content, dict) and {"version", "benchmarks"} <= content.keys()
