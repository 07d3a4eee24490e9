"""The entry point: small, so that a Ctrl-C while the rest is still being imported ends cleanly too."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from concbench.commands import main as run  # noqa: PLC0415  (this import is what may be interrupted)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    run()
