"""Which file has defaults of options: one that is named, or the nearest pyproject.toml that has any."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

import click

from concbench.commands.toml_file import table_of
from concbench.words import no_such, shown

PYPROJECT: Final = "pyproject.toml"
SECTION: Final = "tool.concbench"
MOST_BYTES = 1_000_000
"""A pyproject.toml has the settings of many tools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """A file with defaults: ``tables`` of verbs; ``named``: whoever calls has said that it counts."""

    path: Path
    tables: dict[str, Any]
    named: bool

    def table(self, verb: str, verbs: Sequence[str]) -> dict[str, Any]:
        """Return the defaults of a verb; raises click.UsageError, whichever verb's table is none."""
        for name, table in self.tables.items():
            if name not in verbs:
                raise click.UsageError(f"{self.path}: [{SECTION}]: {no_such('command', name, verbs)}")
            if not isinstance(table, dict):
                expected = f"expected a table [{SECTION}.{name}]"
                raise click.UsageError(f"{self.path}: [{SECTION}] {name}: {expected}, got {shown(table)}")
        found: dict[str, Any] = self.tables.get(verb, {})
        return found


def named_file(path: Path) -> ConfigFile:
    """Return a file that was named; raises click.UsageError where it has no defaults."""
    tables = _tables(path)
    if tables is None:
        raise click.UsageError(f"{path}: has no table [{SECTION}.VERB], such as [{SECTION}.run]")
    return ConfigFile(path=path, tables=tables, named=True)


def nearest_file() -> ConfigFile | None:
    """Return the file of the current folder, or of the nearest parent that has one, or None."""
    for path in _candidates():
        tables = _tables(path)
        if tables is not None:
            return ConfigFile(path=path, tables=tables, named=False)
    return None


def _candidates() -> Iterator[Path]:
    """Yield the files that may have defaults: what cannot be read, or never names us, is not our matter."""
    try:
        here = Path.cwd()
    except OSError:  # it was removed
        return
    for folder in (here, *here.parents):
        path = folder / PYPROJECT
        try:
            about = path.stat()
            regular = S_ISREG(about.st_mode) and os.access(path, os.R_OK)
            if regular and about.st_size <= MOST_BYTES and b"concbench" in path.read_bytes():
                yield path
        except OSError:
            continue


def _tables(path: Path) -> dict[str, Any] | None:
    """Return what a file has of ours, None for nothing; raises click.UsageError for what cannot be read."""
    tool = table_of(path, MOST_BYTES).get("tool")
    tables = tool.get("concbench") if isinstance(tool, dict) else None
    if tables is not None and not isinstance(tables, dict):
        expected = f"expected tables [{SECTION}.VERB]"
        raise click.UsageError(f"{path}: [tool] concbench: {expected}, got {shown(tables)}")
    return tables
