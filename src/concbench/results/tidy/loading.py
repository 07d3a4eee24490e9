"""Finding files of results, and reading each by its tool's own reader."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from concbench.extras import OF_PYPERF, refuse_without
from concbench.results import queries
from concbench.results.asv_files import ResultFile, check_machine, is_asv, results_of
from concbench.results.asv_folders import BENCHMARKS, MACHINE, Declared, machine_of, read_benchmarks
from concbench.results.errors import IncompleteRun, ResultsError, Unreadable
from concbench.results.foreign import held, read_json, start_of
from concbench.results.github import DATA, github_data, is_github, read_script, starts_as_github
from concbench.results.measured import read_measured
from concbench.results.partly import PassedOver, first_of
from concbench.results.places import is_folder, is_there, refuse_irregular, same_place
from concbench.results.reader import HEADERS
from concbench.results.tidy.from_asv import parts_of_asv
from concbench.results.tidy.from_github import parts_of_github
from concbench.results.tidy.from_pytest import is_pytest, parts_of_pytest
from concbench.results.tidy.from_runs import parts_of_run
from concbench.results.tidy.schema import Part, frame_of

T = TypeVar("T")

Named: TypeAlias = str | PathLike[str]

SUFFIXES = (".jsonl", ".json", ".jsonl.gz", ".json.gz")
"""How the names of files end that are looked for in a folder; DATA is the name of another."""

TOOLS = "asv, pytest-benchmark, pyperf or github-action-benchmark"

Note: TypeAlias = tuple[str, type[UserWarning]]
"""What is not in the table, in words, and its kind."""


def load_all(paths: Named | Iterable[Named]) -> tuple[pd.DataFrame, list[Note]]:
    """Return the tidy table of files and folders, and what of them is not in it.

    See :func:`concbench.results.load`.
    """
    reader, passed, named = _Reader(), PassedOver(), _all_of(paths)
    by_name = {same_place(path) for path in named}
    read = [
        reader.parts(path) if file in by_name else passed.attempt(partial(reader.parts_in_folder, path))
        for file, path in _found(named, passed).items()
    ]
    if passed.errors and all(parts is None for parts in read):
        raise passed.nothing(named[0] if len(named) == 1 else None)
    table = frame_of([part for parts in read for part in parts or ()])
    unread = [*first_of(reader.figures, "figures or entries are passed over"), *passed.notes()]
    return table, [*reader.notes, *((note, Unreadable) for note in unread)]


def _all_of(paths: Named | Iterable[Named]) -> list[Path]:
    """Return one path or several; raises TypeError for what is none, and ResultsError where there is none."""
    many = [paths] if isinstance(paths, str | PathLike) or not isinstance(paths, Iterable) else list(paths)
    for one in many:
        if not isinstance(one, str | PathLike):
            raise TypeError(f"load takes the path of a file or folder, or several, not {shortened(one)}")
    if not many:
        raise ResultsError(f"no file is named; name run files, or results of {TOOLS}")
    return [Path(one) for one in many]


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are named or in a folder that is, each once, in the order of the names.

    Raises ResultsError for a folder without any.
    """
    return list(_found(paths, PassedOver()).values())


def _found(paths: Iterable[Path], passed: PassedOver) -> dict[Path, Path]:
    """Return the same files under their resolved paths; folders in folders may be ``passed`` over."""
    found: dict[Path, Path] = {}
    for path in paths:
        unread = PassedOver()
        files = _files_in(path, unread) if is_folder(path) else [path]
        if unread.errors and not files:
            raise unread.nothing(path)
        passed.errors += unread.errors
        if not files:
            sought = f"no file that ends in {', '.join(SUFFIXES)}, and no {DATA} of github-action-benchmark"
            raise ResultsError(f"no results in this folder: {sought}", path)
        for file in files:
            found.setdefault(same_place(file), file)
    return found


def _files_in(folder: Path, passed: PassedOver) -> list[Path]:
    """Return the files that may be results, but for what asv says of machines and benchmarks beside them."""

    def pass_over(error: OSError) -> None:
        reason = f"cannot be read ({error.strerror}); check its permissions"
        passed.errors.append(ResultsError(reason, Path(error.filename)))

    found = []
    for root, folders, names in os.walk(folder, onerror=pass_over):
        asv_s = {MACHINE} | {BENCHMARKS for inner in folders if is_there(Path(root, inner, MACHINE))}
        found += [
            Path(root, name)
            for name in names
            if (name.endswith(SUFFIXES) or (name == DATA and _is_data(Path(root, name))))
            and name not in asv_s
        ]
    return sorted(found)


def _is_data(path: Path) -> bool:
    """Say whether a ``data.js`` is of the action; one that cannot be read is told where it would be."""
    try:
        refuse_irregular(path)
        return starts_as_github(start_of(path))
    except ResultsError:
        return True


class _Reader:
    """Reads files one by one, and remembers what several share.

    ``notes`` tell what is not complete, ``figures`` what in files is passed over.
    """

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.figures: list[str] = []
        self._declared: dict[Path, Mapping[str, Declared]] = {}
        self._machines: dict[Path, str | None] = {}
        self._runs: dict[str, Path] = {}

    def parts(self, path: Path) -> list[Part]:
        """Return what a file holds. Raises ResultsError for one that no reader here can read."""
        return list(self._parts(path))

    def parts_in_folder(self, path: Path) -> list[Part]:
        """Return the same of a file that is not named, but in a folder: it has to be a regular one."""
        refuse_irregular(path)
        return self.parts(path)

    def _parts(self, path: Path) -> Iterator[Part]:
        once = held(path)
        start = b"" if ".jsonl" in path.suffixes else start_of(path, held=once)
        if ".jsonl" in path.suffixes or start.startswith(HEADERS):
            return self._of_run(path, once)
        if starts_as_github(start):
            return self._of_github(read_script(path, once), path)
        content = read_json(path, once)
        if is_asv(content):
            return self._of_asv(results_of(content, path))
        if is_github(content):
            return self._of_github(content, path)
        if is_pytest(content):
            return parts_of_pytest(content, path)
        if isinstance(content, dict) and {"version", "benchmarks"} <= content.keys():
            refuse_without(OF_PYPERF)
            from concbench.results.tidy.from_pyperf import parts_of_pyperf  # noqa: PLC0415  (loads pyperf)

            return parts_of_pyperf(content, path)
        raise ResultsError(f"JSON, but no results of {TOOLS}; leave it out", path)

    def _of_asv(self, file: ResultFile) -> Iterator[Part]:
        check_machine(file, self._machine_of(file.path.parent))
        declared = self._declared_for(file.path)
        self.figures += [f"{file.path}: {told}" for told in file.beyond]
        return parts_of_asv(file, declared)

    def _of_github(self, content: Any, path: Path) -> Iterator[Part]:
        data = github_data(content, path)
        self.figures += [f"{path}: {told}" for told in data.passed]
        return parts_of_github(data)

    def _of_run(self, path: Path, held: bytes | None) -> Iterator[Part]:
        measured = read_measured(path, held)
        if measured.header.paired is not None:
            told = f"a comparison, whose pairs are no rows of the table; see concbench show {path}"
            raise ResultsError(told, path)
        before = self._runs.setdefault(measured.header.run, path)
        if before != path:
            raise ResultsError(f"the same run as {before}; leave one of them out", path)
        if measured.torn:
            self.notes.append((f"{path} is not complete: {measured.torn}", IncompleteRun))
        elif not queries.is_complete(measured):
            told = f"{path} is not complete: the run was stopped before all was measured"
            self.notes.append((told, IncompleteRun))
        return parts_of_run(measured)

    def _declared_for(self, path: Path) -> Mapping[str, Declared]:
        """Return what is declared for a result file beside its machine's folder; {} where it has none."""
        if not (path.parent / MACHINE).exists():
            return {}
        folder = path.absolute().parent.parent
        if folder not in self._declared:
            self._declared[folder] = self._attempt(partial(read_benchmarks, folder)) or {}
        return self._declared[folder]

    def _machine_of(self, folder: Path) -> str | None:
        """Return the machine of a folder of results; None for any other folder."""
        if folder not in self._machines:
            self._machines[folder] = self._attempt(partial(machine_of, folder))
        return self._machines[folder]

    def _attempt(self, read: Callable[[], T]) -> T | None:
        """Return what a file says of others; they are read without it where it cannot be."""
        passed = PassedOver()
        found = passed.attempt(read)
        self.notes += [(note, Unreadable) for note in passed.notes()]
        return found
