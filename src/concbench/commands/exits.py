"""What the exit codes mean."""

from collections.abc import Iterable
from typing import Final

from concbench.outcomes import FAILURES, CellOutcome

OK: Final = 0
SLOWER: Final = 1
USAGE: Final = 2
CELL_FAILED: Final = 3
NOTHING_MEASURED: Final = 4
RUN_FILE: Final = 5
UNDECIDED: Final = 6
DEFECT: Final = 70
"""EX_SOFTWARE of sysexits.h: Python's own code for a traceback is 1, which says that something is slower."""
INTERRUPTED: Final = 130


def code_of(outcomes: Iterable[str]) -> int:
    """Return 3 if any of these failed, 4 if none is ok, else 0."""
    found = set(outcomes)
    if FAILURES & found:
        return CELL_FAILED
    return OK if CellOutcome.OK in found else NOTHING_MEASURED
