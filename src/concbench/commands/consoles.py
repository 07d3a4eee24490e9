"""The two consoles: results go to standard output, progress to standard error.

Nothing that a plug-in or a file says reaches a terminal as an escape sequence: whatever is printed is made
plain here, as ``tell`` (:mod:`concbench.commands.streams`) does it for lines that need no console.
"""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from concbench.words import in_encoding, plain_lines


class Plain(Console):
    """A console that prints no control characters but its own, and no letters that its encoding has not."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as ever, and make the text plain."""
        for segment in super().render(renderable, options):
            known = segment.control is not None or (segment.text.isascii() and segment.text.isprintable())
            yield segment if known else Segment(self._plain(segment.text), segment.style)

    def _plain(self, text: str) -> str:
        return in_encoding(plain_lines(text), self.encoding)


class Out(Plain):
    """Standard output. Where its reader goes away, whoever called the program gets to know."""

    def on_broken_pipe(self) -> None:
        """Let ``main`` end the program."""
        raise BrokenPipeError


class Err(Plain):
    """Standard error, for progress: what that cannot take is dropped (:mod:`concbench.commands.streams`)."""

    def __init__(self) -> None:
        super().__init__(stderr=True)


NARROWEST = 200
"""Columns a table is given where the output is not a terminal."""


def wide_out() -> Console:
    """Return standard output, wide enough for intervals where it is not a terminal."""
    console = Out()
    if not console.is_terminal:
        console.width = max(console.width, NARROWEST)
    return console
