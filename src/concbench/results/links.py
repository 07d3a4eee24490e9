"""What holds between the parts of a header: every id is unique, and every reference has its target."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from concbench.results.header import Header, HeaderCell, HeaderPair, HeaderTrace


def spelled(params: Mapping[str, Any]) -> str:
    """Return parameters as one string, that is equal where all names and values are, and their kinds."""
    return json.dumps(params, sort_keys=True)


def contradiction_in(header: Header) -> str | None:
    """Return None if all parts of a header agree, else what is wrong; each by itself is as it must be."""
    return next(_contradictions(header), None)


def _contradictions(header: Header) -> Iterator[str]:
    yield from _doubled("contenders has the id", (one.id for one in header.contenders))
    yield from _doubled("cells has the id", (one.id for one in header.cells))
    yield from _about_cells(header)
    contenders = {one.id for one in header.contenders}
    baseline = header.asked.baseline
    if baseline and baseline not in contenders:
        yield f"header: settings.baseline is {baseline!r}, which is not listed under contenders"
    yield from _about_traces(header.traces, contenders)
    if header.paired is not None:
        yield from _about_sides(header)
        yield from _about_paired(header, header.paired)


def _about_sides(header: Header) -> Iterator[str]:
    """Say what the header of a comparison lacks beside its pairs."""
    for name in ("base", "head"):
        about = (header.sides or {}).get(name, {})
        if not isinstance(about.get("label"), str):
            yield f"header: sides.{name} has no label"
    for name in ("budget", "margins"):
        if getattr(header.asked, name) is None:
            yield f"header: settings.{name} is missing"


def _doubled(what: str, names: Iterable[Any]) -> Iterator[str]:
    seen = set()
    for name in names:
        if name in seen:
            yield f"header: {what} {name!r} more than once"
        seen.add(name)


def _about_cells(header: Header) -> Iterator[str]:
    contenders = {one.id for one in header.contenders}
    for cell in header.cells:
        if cell.contender not in contenders:
            yield f"header: cell {cell.id!r} names contender {cell.contender!r}, which is not listed"
    same = ((one.workload, one.contender, spelled(one.params)) for one in header.cells)
    yield from _doubled("cells has the same workload, contender and parameters", same)
    yield from _unlike_first(header.cells, "unit", lambda cell: cell.unit)
    yield from _unlike_first(header.cells, "params", lambda cell: _shape(cell.params))


def _unlike_first(cells: Sequence[HeaderCell], what: str, of: Callable[[HeaderCell], Any]) -> Iterator[str]:
    """Complain about a cell that is not like the first one of its workload, with which it is tabulated."""
    first: dict[str, HeaderCell] = {}
    for cell in cells:
        one = first.setdefault(cell.workload, cell)
        if of(one) != of(cell):
            ids = f"{one.id!r} and {cell.id!r}"
            yield f"header: the cells {ids} are of one workload and have {what} of different kinds"


def _shape(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names of parameters and what is told apart of their values."""
    kinds = {name: "float" if type(value) is int else type(value).__name__ for name, value in params.items()}
    return sorted(kinds.items())


def _about_traces(traces: Sequence[HeaderTrace], contenders: set[str]) -> Iterator[str]:
    for trace in traces:
        if trace.contender not in contenders:
            yield f"header: traces names contender {trace.contender!r}, which is not listed"
        tasks = [lane.task for lane in trace.lanes or ()]
        yield from _doubled(f"the trace of {trace.contender!r} has the task", tasks)
    yield from _doubled(
        "traces has the contender and workload", ((one.contender, one.workload) for one in traces)
    )


def _about_paired(header: Header, paired: Sequence[HeaderPair]) -> Iterator[str]:
    cells = {one.id: one for one in header.cells}
    models = {one.id: one.model for one in header.contenders}
    for one in paired:
        yield from (f"header: paired {one.id!r} {what}" for what in _unlike_cells(one, cells, models))
    yield from _doubled("paired has the id", ((one.id, one.purpose) for one in paired))
    yield from _doubled("paired has the cells", ((*one.cells, one.purpose) for one in paired))
    together: dict[str, tuple[str, str]] = {}
    for one in paired:
        if together.setdefault(one.id, one.cells) != one.cells:
            yield f"header: paired has the id {one.id!r} for different cells"


def _unlike_cells(one: HeaderPair, cells: dict[str, HeaderCell], models: dict[str, str]) -> Iterator[str]:
    """Say in what a paired cell is not as its two cells are."""
    for name, side in zip(one.cells, ("params", "head_params"), strict=True):
        if name not in cells:
            yield f"names cell {name!r}, which is not listed"
            return
        cell = cells[name]
        if cell.workload != one.workload:
            yield f"has the workload {one.workload!r}, and its cell {name!r} has {cell.workload!r}"
        if models[cell.contender] != one.model:
            yield f"has the model {one.model!r}, and its cell {name!r} has {models[cell.contender]!r}"
        if spelled(cell.params) != spelled(getattr(one, side)):
            yield f"has other {side} than its cell {name!r}"
    base, head = one.cells
    if base == head:
        yield f"pairs the cell {base!r} with itself"
    yield from _more_work(one.params, one.head_params)


def _more_work(params: Mapping[str, Any], head_params: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with parameters of which at most one differs, by the factor of the work injected."""
    differing = [name for name in params if params[name] != head_params.get(name)]
    if len(differing) > 1 or params.keys() != head_params.keys():
        yield "has params and head_params that differ in more than one value"
    for name in differing:
        both = (params[name], head_params.get(name))
        if not all(type(value) in (int, float) and value is not None and value > 0 for value in both):
            yield f"has {name} {both[0]!r} and {both[1]!r}, whose ratio is no factor of work"
