"""What a run leaves out: models that were not to be had, sizes at which only some were measured, memory."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from concbench.models.packages import INSTALL
from concbench.results.header import Header
from concbench.workloads.spelling import spelled

MORE: Mapping[str, str] = {
    "quick": "every size under every model, more processes, the memory of every workload: --preset standard",
    "standard": "more processes, more rounds: --preset thorough",
}
"""What the next preset has that a preset leaves out."""


def left_out(header: Header) -> list[str]:
    """Return what a run leaves out of what it might have measured, a sentence for each kind."""
    more = MORE.get(header.asked.preset)
    told = [*_absent(header.left_out), *_at_some_sizes(header)]
    return [*told, f"left out by the preset {header.asked.preset}: {more}"] if more else told


def _absent(reasons: Mapping[str, str]) -> Iterator[str]:
    """Yield why models were not to be had, those together that one command installs."""
    installed = [name for name, reason in reasons.items() if reason.endswith(INSTALL)]
    if installed:
        yield f"not measured, since their packages are not installed: {', '.join(installed)} ({INSTALL})"
    yield from (f"not measured: {name}, {why}" for name, why in reasons.items() if name not in installed)


def _at_some_sizes(header: Header) -> Iterator[str]:
    """Yield which contenders were measured at fewer sizes than others."""
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
    if fewer:
        yield f"only at the smallest and the largest size of each workload: {', '.join(fewer)}"
