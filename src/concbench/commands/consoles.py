"""The two consoles: results go to standard output, progress to standard error."""

import sys

from rich.console import Console

from concbench.commands.streams import silence


class Out(Console):
    """Standard output. Where its reader goes away, whoever called the program gets to know."""

    def on_broken_pipe(self) -> None:
        """Let ``main`` end the program."""
        raise BrokenPipeError


class Err(Console):
    """Standard error, for progress. Where its reader goes away, the work goes on in silence."""

    def __init__(self) -> None:
        super().__init__(stderr=True)

    def on_broken_pipe(self) -> None:
        """Write no more."""
        silence(sys.stderr.fileno())
        self.quiet = True
