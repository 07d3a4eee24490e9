"""Cells without figures in the terminal: a reason is told once, with all the cells that it is of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from concbench.outcomes import CellOutcome


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A workload under a contender, what became of it, and why; the same may be so of several sizes."""

    workload: str
    contender: str
    outcome: str
    reason: str | None


def reasons_of(cells: Iterable[Unmeasured]) -> list[str]:
    """Return a line for each reason, failures last; what is not to be had is so at every workload."""
    found: dict[tuple[str, str | None], dict[str, list[str]]] = {}
    for one in cells:
        workload = "" if one.outcome == CellOutcome.UNAVAILABLE else one.workload
        contenders = found.setdefault((one.outcome, one.reason), {}).setdefault(workload, [])
        if one.contender not in contenders:
            contenders.append(one.contender)
    ordered = sorted(found.items(), key=lambda item: item[0][0] not in EXPECTED)
    return [f"{_where(places)}: {outcome}: {reason}" for (outcome, reason), places in ordered]


EXPECTED = (CellOutcome.NOT_EXPRESSIBLE, CellOutcome.UNAVAILABLE)
"""What is no failure."""


def _where(places: Mapping[str, Sequence[str]]) -> str:
    """Return cells in words: ``chain/polling``, ``offload, interference of polling, generator``."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for workload, contenders in places.items():
        alike.setdefault(tuple(contenders), []).append(workload)
    return "; ".join(_cells(workloads, contenders) for contenders, workloads in alike.items())


def _cells(workloads: Sequence[str], contenders: Sequence[str]) -> str:
    if workloads == [""]:
        return ", ".join(contenders)
    if len(workloads) == len(contenders) == 1:
        return f"{workloads[0]}/{contenders[0]}"
    return f"{', '.join(workloads)} of {', '.join(contenders)}"
