"""What a run leaves out: models that were not to be had, sizes at which only some were measured, memory."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from concbench.models.packages import INSTALL
from concbench.results.header import Header
from concbench.workloads.spelling import spelled


def left_out(header: Header) -> list[str]:
    """Return what a run leaves out of what it might have measured, a sentence for each kind."""
    fewer = _at_some_sizes(header)
    told = [*_absent(header.left_out, there=bool(header.asked.pythons)), *fewer]
    preset = header.asked.preset
    if preset == "quick":
        told.append(f"left out by the preset quick: {', '.join(_of_quick(header, fewer))}: --preset standard")
    elif preset == "standard":
        told.append("left out by the preset standard: more processes, more rounds: --preset thorough")
    return told


def _of_quick(header: Header, fewer: Sequence[str]) -> Iterator[str]:
    """Yield what the next preset has beyond this one, for what was asked for."""
    if fewer:
        yield "every size under every model"
    elif not header.asked.params:
        yield "further sizes"
    yield "more processes"
    if header.asked.memory is not False and not header.asked.workloads:
        yield "the memory of every workload"


def _absent(reasons: Mapping[str, str], *, there: bool) -> Iterator[str]:
    """Yield why models were not to be had, those together that one command installs."""
    installed = [name for name, reason in reasons.items() if reason.endswith(INSTALL)]
    if installed:
        where = ", in the environment of that Python" if there else ""
        names = ", ".join(installed)
        yield f"not measured, since their packages are not installed: {names} ({INSTALL}{where})"
    yield from (f"not measured: {name}, {why}" for name, why in reasons.items() if name not in installed)


def _at_some_sizes(header: Header) -> list[str]:
    """Return which contenders were measured at fewer sizes than others."""
    sizes: dict[str, dict[str, None]] = defaultdict(dict)
    at: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in header.cells:
        sizes[cell.workload][spelled(cell.params)] = None
        at[cell.workload, spelled(cell.params)].add(cell.contender)
    fewer = [
        one.id
        for one in header.contenders
        if any(one.id not in at[workload, size] for workload in sizes for size in sizes[workload])
    ]
    told = f"only at the smallest and the largest size of each workload: {', '.join(fewer)}"
    return [told] if fewer else []
