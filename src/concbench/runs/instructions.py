"""Counting instructions as a part of a comparison: of which cells, and as which records."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from concbench.drive.instructions import (
    NOT_COUNTED,
    CountedCell,
    Found,
    Lost,
    Pair,
    count_all,
    countable,
    valgrind_path,
)
from concbench.drive.pairing import PairedCell, PairPlan
from concbench.drive.sides.side import Side
from concbench.drive.workers.lastwords import FATAL
from concbench.errors import RequestError, arg
from concbench.results.records import CountedRecord, WarningRecord
from concbench.results.values import Record
from concbench.runs.watching import Watcher
from concbench.words import few
from concbench.workloads.catalogue import Catalogue

Records = Generator[Record, None, None]
Counter = Callable[[PairPlan, Catalogue, Watcher], Records]
"""Counts the cells of a plan, and gives each record as it is made; to be closed by who stops early."""

CELL_NS = 7_000_000_000
"""About what counting a cell takes at first; the time left is scaled by how this has held."""

MOST_WORDS = 300
"""Of last words, so many characters are told in a warning."""


def counter_for(wish: str, sides: tuple[Side, Side]) -> Counter | None:
    """Return what counts the instructions of a plan's cells, or None where they are not to be counted.

    ``wish`` is ``on``, ``off``, or ``auto``: in CI, where valgrind is there. Raises RequestError where it
    is asked for and valgrind is missing.
    """
    there = valgrind_path() is not None
    if wish == "on" and not there:
        raise RequestError(
            f"{arg('instructions', 'on')} needs valgrind: install it (apt-get install valgrind)"
        )
    if wish == "off" or not there or (wish == "auto" and os.environ.get("CI", "") in ("", "0", "false")):
        return None

    def count(plan: PairPlan, catalogue: Catalogue, watcher: Watcher) -> Records:
        cells, others = _sorted_out(plan, catalogue)
        for reason, names in others.items():
            warning = _not_countable(names, reason)
            if wish == "on":
                yield warning
            else:
                watcher.say(f"{warning.seen} {warning.why}")
        yield from _counts_of(cells, sides, watcher)

    return count


def _sorted_out(plan: PairPlan, catalogue: Catalogue) -> tuple[list[PairedCell], dict[str, list[str]]]:
    """Return the timed cells that can be counted, and the names of the others by the reason why not."""
    cells: list[PairedCell] = []
    others: dict[str, list[str]] = {}
    for cell in plan.cells:
        if cell.purpose == "time":
            reason = countable(catalogue.model(cell.model), catalogue.workload(cell.workload))
            if reason is None:
                cells.append(cell)
            else:
                others.setdefault(reason, []).append(cell.id)
    return cells, others


def _counts_of(cells: Sequence[PairedCell], sides: tuple[Side, Side], watcher: Watcher) -> Records:
    wanted = [CountedCell(model=one.model, workload=one.workload, params=one.params) for one in cells]
    watcher.at("counting instructions")
    watcher.expect(CELL_NS * len(cells))
    with closing(count_all(*sides, wanted)) as counts:
        for place, found in counts:
            watcher.at(f"instructions of {cells[place].workload} under {cells[place].model}")
            watcher.did(CELL_NS)
            yield _record(cells[place], found)


def _not_countable(names: Sequence[str], reason: str) -> WarningRecord:
    return WarningRecord(
        name=NOT_COUNTED,
        seen=f"no instructions are counted of {few(names)}:",
        why=reason,
        todo="the time of these cells is not affected; leave instructions out with --instructions off",
    )


def _record(cell: PairedCell, found: Found) -> Record:
    if isinstance(found, Pair):
        counts, number = (found.base.work, found.head.work), found.base.number
        return CountedRecord(cells=cell.ids, number=number, instructions=counts, confirmed=found.confirmed)
    return WarningRecord(
        name=NOT_COUNTED,
        cells=cell.ids,
        seen=f"the instructions of {cell.id} on {found.side} could not be counted:",
        why=f"{found.outcome}, {found.reason}{_end(found)}",
        todo="the time of the cell is not affected; leave instructions out with --instructions off",
    )


def _end(found: Lost) -> str:
    """Return the end of last words on one line, as the end of a sentence; nothing where there are none.

    A reason that names a fatal error needs none: what the fault handler adds is where, not why.
    """
    line = "" if FATAL in found.reason else " ".join(found.last_words.split())
    return f": {'…' * (len(line) > MOST_WORDS)}{line[-MOST_WORDS:]}" if line else ""
