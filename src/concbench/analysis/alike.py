"""Cells that could not be compared, told together where the reason is the same."""

from collections.abc import Callable
from dataclasses import dataclass

from concbench.analysis.comparison import Comparison
from concbench.words import several

MOST_NAMED = 3
"""Cells that are named where many have the same to say."""

BOTH = "both sides"


@dataclass(frozen=True, slots=True)
class Alike:
    """Cells with one outcome for one reason; ``where`` is ``base``, ``head`` or ``both sides``."""

    cells: tuple[str, ...]
    where: str
    outcome: str
    reason: str

    def named(self, word: str, spelled: Callable[[str], str] = str) -> str:
        """Return which cells they are, names ``spelled``: one by its name, of many how many and the first."""
        names = [spelled(cell) for cell in self.cells[:MOST_NAMED]]
        if len(self.cells) == 1:
            return names[0]
        more = f" and {len(self.cells) - MOST_NAMED} more" if len(self.cells) > MOST_NAMED else ""
        return f"{several(len(self.cells), word)} ({', '.join(names)}{more})"


def alike(comparison: Comparison) -> list[Alike]:
    """Return what could not be compared, cells with the same outcome and reason together, in their order."""
    sides: dict[tuple[str, str, str], list[str]] = {}
    for one in comparison.failed:
        sides.setdefault((one.cell, one.outcome, one.reason), []).append(one.side)
    groups: dict[tuple[str, str, str], list[str]] = {}
    for (cell, outcome, reason), where in sides.items():
        groups.setdefault((BOTH if len(where) > 1 else where[0], outcome, reason), []).append(cell)
    return [Alike(tuple(cells), *about) for about, cells in groups.items()]
