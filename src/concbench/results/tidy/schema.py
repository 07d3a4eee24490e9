"""The columns of the tidy table, and how parts of it become one.

Every text that comes from a file goes through :func:`printable`, so that a table can be written anywhere:
no cell holds a control character or half a surrogate pair, and none is empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TEXT = pd.StringDtype("python")
"""Text that may be missing. Held by Python: Arrow need not be installed for it."""

DTYPES: Mapping[str, Any] = {
    "workload": TEXT,
    "model": TEXT,
    "parameters": TEXT,
    "metric": TEXT,
    "unit": TEXT,
    "value": np.dtype("float64"),
    "process": pd.Int64Dtype(),
    "commit": TEXT,
    "python": TEXT,
    "machine": TEXT,
    "source": TEXT,
    "time": pd.DatetimeTZDtype("us", "UTC"),
    "version": TEXT,
    "file": TEXT,
}
"""The columns in their order, and their dtypes.

- ``workload``, ``model``, ``parameters`` (``tasks=10,delay=0.02``): the cell. ``workload`` is a benchmark's
  name where the file is of other people's code, and ``model`` is missing there.
- ``metric``, ``unit``, ``value``: a figure in ``s``, ``B`` or ``1``, or one of these per task or suspension.
- ``process``: its number within the ``file``; values of one process are not independent. Missing where the
  file does not tell processes apart.
- ``commit`` (``+changes`` where files were changed since), ``python``, ``machine``: where it was measured.
- ``source``: the tool. ``time``: when it was measured, or when its run began.
- ``version``: of the workload or benchmark. Values of two versions do not compare.
- ``file``: the file as it was named, the other half of a process's number.
"""

LABELS = tuple(name for name in DTYPES if name not in ("value", "process", "time"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Values that differ in nothing but their process; the fields are the columns of ``DTYPES``.

    ``values`` and ``process`` have the shape (values,); ``time`` is in UTC. None is a missing label.
    """

    workload: str
    model: str | None = None
    parameters: str | None = None
    metric: str
    unit: str | None
    values: NDArray[np.float64]
    process: NDArray[np.int64] | None = None
    commit: str | None = None
    python: str | None = None
    machine: str | None = None
    source: str
    time: datetime | None = None
    version: str | None = None
    file: str


def frame_of(parts: Sequence[Part]) -> pd.DataFrame:
    """Return the table that has the values of all parts, in their order; perhaps without any row."""
    lengths = [part.values.size for part in parts]
    columns: dict[str, Any] = {
        name: pd.array(
            np.repeat(np.array([_label(part, name) for part in parts], dtype=object), lengths), TEXT
        )
        for name in LABELS
    }
    columns["value"] = np.concatenate([np.empty(0), *(part.values for part in parts)])
    columns["process"] = _processes(parts)
    moments = np.array([_moment(part.time) for part in parts], dtype="datetime64[us]")
    columns["time"] = pd.DatetimeIndex(np.repeat(moments, lengths)).tz_localize("UTC")
    return pd.DataFrame({name: columns[name] for name in DTYPES})


def _label(part: Part, name: str) -> Any:
    return printable(getattr(part, name) or "") or pd.NA


def _processes(parts: Sequence[Part]) -> Any:
    nothing = np.empty(0, np.int64)
    numbers = [
        np.zeros(part.values.size, np.int64) if part.process is None else part.process for part in parts
    ]
    missing = [np.full(part.values.size, part.process is None) for part in parts]
    return pd.arrays.IntegerArray(
        np.concatenate([nothing, *numbers]), np.concatenate([nothing.astype(bool), *missing])
    )


def _moment(time: datetime | None) -> np.datetime64:
    return np.datetime64("NaT", "us") if time is None else np.datetime64(time.replace(tzinfo=None), "us")


def printable(text: str) -> str:
    """Return a text with whatever is no printable character of Unicode written as Python escapes it."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )
