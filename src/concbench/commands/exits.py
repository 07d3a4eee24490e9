"""What the exit codes mean."""

from typing import Final

OK: Final = 0
SLOWER: Final = 1
USAGE: Final = 2
CELL_FAILED: Final = 3
NOTHING_MEASURED: Final = 4
RUN_FILE: Final = 5
DEFECT: Final = 70
"""EX_SOFTWARE of sysexits.h: Python's own code for a traceback is 1, which says that something is slower."""
INTERRUPTED: Final = 130
