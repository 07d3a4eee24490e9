"""What the exit codes mean."""

from typing import Final

OK: Final = 0
SLOWER: Final = 1
USAGE: Final = 2
CELL_FAILED: Final = 3
NOTHING_MEASURED: Final = 4
RUN_FILE: Final = 5
INTERRUPTED: Final = 130
