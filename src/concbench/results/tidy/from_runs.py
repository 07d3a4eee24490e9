"""A run file as parts of the tidy table: each sample that counts has a row for each of its metrics."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from concbench.results import queries
from concbench.results.costs import columns_of, costs_by_cell, weights_by_cell
from concbench.results.header import HeaderContender
from concbench.results.measured import Measured
from concbench.results.tidy.naming import spelled
from concbench.results.tidy.schema import Part

SOURCE = "concbench"


def parts_of_run(measured: Measured) -> Iterator[Part]:
    """Yield what a run file holds, cell by cell in the header's order.

    Cells whose outcome is not ok have no rows. ``time`` is when the run began. Raises RunFileError where the
    samples of a cell are not those of its witness.
    """
    header = measured.header
    costs, weights = costs_by_cell(measured), weights_by_cell(measured)
    contenders = queries.contenders_by_id(measured)
    pythons = _pythons(contenders)
    about: dict[str, Any] = {
        **_environment(measured),
        "source": SOURCE,
        "time": datetime.fromisoformat(header.started).astimezone(UTC),
        "file": str(measured.path),
    }
    for cell in header.cells:
        if cell.id in costs:
            labels: dict[str, Any] = {
                "workload": cell.workload,
                "model": contenders[cell.contender].model,
                "parameters": spelled(list(cell.params.items())),
                "python": pythons[cell.contender],
                "version": cell.workload_version,
            }
            for column in columns_of(cell.unit, costs[cell.id], weights.get(cell.id)):
                metric, unit, values, process, _ = column.in_seconds()
                yield Part(metric=metric, unit=unit, values=values, process=process, **labels, **about)


def _environment(measured: Measured) -> dict[str, str | None]:
    """Return the commit and the machine; None where the header does not know."""
    about = measured.header.about
    known = {name: about.identity.get(name, "unknown") for name in ("commit", "machine")}
    found = {name: None if told == "unknown" else told for name, told in known.items()}
    if found["commit"]:
        found["commit"] += about.changes
    return found


def _pythons(contenders: Mapping[str, HeaderContender]) -> dict[str, str]:
    """Return every contender's interpreter: its release, or as it was asked for where two have the same."""
    asked = {one.python: one.released for one in contenders.values()}
    times = Counter(asked.values())
    return {
        name: asked[one.python] if times[asked[one.python]] == 1 else one.python
        for name, one in contenders.items()
    }
