"""The entry point: small, so that a Ctrl-C while the rest is still being imported ends cleanly too."""

import sys
from contextlib import suppress

from concbench.interrupts import hear


def main() -> None:
    """Run the command line."""
    try:
        hear()
        from concbench.commands import main as run  # noqa: PLC0415  (what may be interrupted)

        run()
    except KeyboardInterrupt:
        with suppress(OSError, AttributeError):  # full, or closed
            sys.stderr.write("interrupted\n")
        sys.exit(130)
