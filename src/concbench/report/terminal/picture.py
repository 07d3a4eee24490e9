"""The tables as one picture: a self-contained SVG that fetches nothing."""

import io
import re
from collections.abc import Callable

from rich.console import Console

WIDTH = 180
"""Columns of the picture."""


def svg_of(draw: Callable[[Console], None], title: str) -> str:
    """Return what ``draw`` prints to a console as an SVG with ``title`` above it.

    The library's own template loads a font from elsewhere; here the reader's monospace font serves.
    """
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    draw(console)
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", console.export_svg(title=title), flags=re.DOTALL)
    return svg.replace("Fira Code", "ui-monospace")
