"""The tidy table by cell and metric: a name that stays the same from commit to commit, and processes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import pandas as pd

from concbench.results.tidy.schema import LABELS

VARIANTS = ("metric", "unit", "version", "python", "commit", "machine", "source", "file")
"""What tells series of the same cell apart, where one table has several: in this order, as far as needed."""


@dataclass(frozen=True, slots=True)
class CellValues:
    """The values of one cell and metric.

    ``name`` is unique in the table. ``labels`` are those of ``LABELS``, None where one is missing.
    ``processes`` has the values of each process, in the unit of the series, and ``numbers`` its number; where
    the table does not tell processes apart, all values stand in one, whose number is None. ``time`` is the
    first value's.
    """

    name: str
    labels: Mapping[str, str | None]
    processes: tuple[tuple[float, ...], ...]
    numbers: tuple[int | None, ...]
    time: datetime | None

    @property
    def metric(self) -> str:
        """What was measured."""
        return self.labels["metric"] or ""

    @property
    def unit(self) -> str:
        """The unit, ``s/task`` say; empty where nobody told it."""
        return self.labels["unit"] or ""

    @property
    def quantity(self) -> str:
        """What the unit is a unit of: ``s``, ``B``, ``1``, or something else."""
        return self.unit.partition("/")[0]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A series that a format cannot take, and why."""

    name: str
    metric: str
    reason: str


def series_of(table: pd.DataFrame) -> list[CellValues]:
    """Return the series of a table, in the order of their first rows."""
    groups = [
        (dict(zip(LABELS, map(_known, key), strict=True)), rows)
        for key, rows in table.groupby(list(LABELS), sort=False, dropna=False)
    ]
    names = _names([labels for labels, _ in groups])
    return [_series(name, *group) for name, group in zip(names, groups, strict=True)]


def sorted_out(
    table: pd.DataFrame, objection: Callable[[CellValues], str | None]
) -> tuple[list[CellValues], list[LeftOut]]:
    """Return the series of a table that a format can take, and of the others what it has against them."""
    taken, left_out = [], []
    for series in series_of(table):
        reason = objection(series)
        if reason is None:
            taken.append(series)
        else:
            left_out.append(LeftOut(series.name, series.metric, reason))
    return taken, left_out


def _known(label: Any) -> str | None:
    return None if pd.isna(label) else str(label)


def _series(name: str, labels: Mapping[str, str | None], rows: pd.DataFrame) -> CellValues:
    processes: dict[int | None, list[float]] = {}
    for number, value in zip(rows["process"].to_numpy(object), rows["value"].tolist(), strict=True):
        processes.setdefault(None if number is pd.NA else int(number), []).append(value)
    first = rows["time"].iloc[0]
    return CellValues(
        name=name,
        labels=labels,
        processes=tuple(map(tuple, processes.values())),
        numbers=tuple(processes),
        time=None if pd.isna(first) else first.to_pydatetime(),
    )


def _names(all_labels: Sequence[Mapping[str, str | None]]) -> list[str]:
    """Return a name for each series: its cell and metric, then what differs between those called the same."""
    names = [_name(labels) for labels in all_labels]
    for variant in VARIANTS:
        same = Counter(names)
        kinds = {name: set[str | None]() for name in same}
        for name, labels in zip(names, all_labels, strict=True):
            kinds[name].add(labels[variant])
        names = [
            f"{name} {labels[variant] or f'no {variant}'}" if len(kinds[name]) > 1 else name
            for name, labels in zip(names, all_labels, strict=True)
        ]
    return _numbered(names)


def _name(labels: Mapping[str, str | None]) -> str:
    params = f"[{labels['parameters']}]" if labels["parameters"] else ""
    model = f"/{labels['model']} {labels['metric']}" if labels["model"] else ""
    return f"{labels['workload']}{params}{model}".strip()


def _numbered(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same, though a label may look like what follows another."""
    unique: dict[str, None] = {}
    for name in names:
        tried = (f"{name} #{number}" for number in count(2))
        unique[name if name not in unique else next(one for one in tried if one not in unique)] = None
    return list(unique)
