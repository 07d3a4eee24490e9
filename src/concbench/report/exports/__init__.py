"""The tidy table in the formats of others: CSV, Parquet, pyperf's JSON, and github-action-benchmark's.

A format is one file: a module ``as_NAME`` that ends with ``FORMAT = Format(...)`` can be asked for by
``NAME``, and writes files that end in ``.NAME``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from concbench.report.exports.cells import LeftOut

WHOLE = 1 << 30
PREFIX = "as_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: ``write`` makes of a table the content of a file, and a list of what it cannot hold.

    Where nothing is left the content is empty. A file of ours is known again by ``mark``, which is among its
    first ``within`` bytes. What is no ``text`` is not printed.
    """

    write: "Callable[[pd.DataFrame], tuple[str | bytes, list[LeftOut]]]"
    mark: bytes
    within: int = WHOLE
    text: bool = True


def format_names() -> list[str]:
    """Return the names of all formats, in their order."""
    names = (module.name for module in iter_modules(__path__))
    return sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def format_named(name: str) -> Format:
    """Return the format of this name; raises ImportError where there is none."""
    found: Format = import_module(f"{__name__}.{PREFIX}{name}").FORMAT
    return found
