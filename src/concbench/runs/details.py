"""A record in a line, as it is written: for whoever wants to know what is being done, cell by cell."""

from collections.abc import Callable, Iterator
from functools import singledispatch
from statistics import median

from concbench.results.header import Header
from concbench.results.records import (
    BlockRecord,
    CountedRecord,
    LookRecord,
    MemoryRecord,
    NoiseRecord,
    OutcomeRecord,
    PairRecord,
    ProcessRecord,
    Sample,
    Slices,
    WeighedRecord,
    Weight,
    WitnessRecord,
    bytes_per_task,
)
from concbench.results.values import Record
from concbench.runs.watching import Watcher
from concbench.words import several

PURPOSES = {"pilot": "witnessing", "time": "timing", "memory": "weighing"}


def telling(sink: Callable[[Record], None], watcher: Watcher) -> Callable[[Record], None]:
    """Return a sink that passes records on, and tells the watcher of each."""

    def take(record: Record) -> None:
        sink(record)
        if words := words_of(record):
            watcher.detail(words)

    return take


def tell_header(header: Header, watcher: Watcher) -> None:
    """Tell what is measured with what, and who is left out."""
    for words in _contenders(header):
        watcher.detail(words)


def _contenders(header: Header) -> Iterator[str]:
    for one in header.contenders:
        own = one.version is not None and not one.released.startswith(one.version)  # not Python's
        version = f", {one.version}" if own else ""
        pinned = f", on CPU {', '.join(map(str, one.cpus))}" if one.cpus else ""
        asked = "" if one.released.startswith(one.python) else f" ({one.python})"
        yield f"{one.id}: Python {header.python_of(one)}{asked}{version}{pinned}"
    for name, reason in header.left_out.items():
        yield f"{name} is left out: {reason}"


@singledispatch
def words_of(record: object) -> str | None:  # noqa: ARG001  (what nothing is said of)
    """Return what a record says in a line, None for one that only a reader of the file needs."""
    return None


@words_of.register
def _(record: ProcessRecord) -> str:
    started = "" if record.startup_ns is None else f", started in {_time(record.startup_ns)}"
    version = f", Python {record.python}" if record.python else ""
    purpose = PURPOSES[record.purpose]
    return f"process {record.process} of {record.contender} for {purpose}{version}{started}"


@words_of.register
def _(record: WitnessRecord) -> str:
    did = ", ".join(several(number, unit) for unit, number in record.legs[-1].counts.items() if number)
    return f"witnessed {record.cell}: {did or 'nothing to count'}; about {_time(record.estimate_ns)} a turn"


@words_of.register
def _(record: Sample) -> str:
    leg = next(one for one in record.legs if one.leg != "short")
    wall, cpu = _time(leg.wall_ns / leg.number), _time(leg.cpu_ns / leg.number)
    return f"{record.generation + 1}: {record.cell}: {wall}, CPU {cpu}"


@words_of.register
def _(record: MemoryRecord) -> str:
    return f"{record.generation + 1}: {record.cell}: {_weight(record)}"


@words_of.register
def _(record: OutcomeRecord) -> str:
    return f"{record.cell} is {record.outcome}: {record.reason}"


@words_of.register
def _(record: BlockRecord) -> str:
    return f"{record.generation + 1}: block {record.block} is done, {several(len(record.cells), 'cell')}"


@words_of.register
def _(record: PairRecord) -> str:
    base, head = map(_slices, record.sides)
    return f"pair {record.pair + 1}: {record.cells[0]} {base}, {record.cells[1]} {head}"


@words_of.register
def _(record: WeighedRecord) -> str:
    base, head = map(_weight, record.sides)
    return f"pair {record.pair + 1}: {record.cells[0]} {base}, {record.cells[1]} {head}"


@words_of.register
def _(record: LookRecord) -> str:
    return f"after {several(record.pairs, 'pair')} {several(len(record.open), 'cell')} undecided"


@words_of.register
def _(record: CountedRecord) -> str:
    base, head = record.instructions
    return f"instructions: {record.cells[0]} {base}, {record.cells[1]} {head}"


@words_of.register
def _(record: NoiseRecord) -> str:
    return f"calibration {record.when}: {_time(median(record.calibration_ns))}, by {record.contender}"


def _slices(side: Slices) -> str:
    return _time(median(side.wall_ns))


def _weight(seen: Weight | MemoryRecord) -> str:
    each = bytes_per_task(seen)
    return "not weighed" if each is None else f"{each:.0f} B a task"


def _time(nanoseconds: float) -> str:
    return f"{nanoseconds / 1e3:.1f} µs" if nanoseconds < 1e6 else f"{nanoseconds / 1e6:.3f} ms"
