"""Where an exception was raised: the innermost line of its traceback that is neither ours nor Python's."""

import os
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb

OURS = os.path.dirname(__file__) + os.sep  # noqa: PTH120  (names of code are compared as text)
LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120
PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")

MODULES = (
    "modules are found that are installed for its interpreter or lie in src/ of the current folder's project"
    " (by compare in the checkout, and what --with installs), and not those that lie beside it or on"
    " PYTHONPATH: install what is missing, a project of your own with pip install -e"
)
"""Where modules are looked for, and what to do where one is missing."""


def raised_in(error: BaseException) -> str | None:
    """Return ``in FUNCTION at FILE:LINE`` for the innermost foreign line, or None where there is none.

    The file is told by its name, without its folder. Lines of this package, the standard library and the
    interpreter are passed over; lines of installed packages count where no other one is there. An error that
    was raised from another one is where that one was. No source is read.
    """
    installed = None
    for name, file, line in _lines(error):
        if not _foreign(file):
            continue
        told = f"at {Path(file).name}:{line}"
        told = told if name.startswith("<module") else f"in {name} {told}"
        if not any(folder in file for folder in PACKAGES):
            return told
        installed = installed or told
    return installed


def worded(error: BaseException, words: str) -> str:
    """Return words about an error, with the line that raised it where that is foreign.

    Where that line misses a module, they say where modules are looked for.
    """
    where = raised_in(error)
    if where is None:
        return words
    return f"{words}, {where}" + (f"; {MODULES}" if isinstance(error, ModuleNotFoundError) else "")


def _lines(error: BaseException) -> Iterator[tuple[str, str, int]]:
    """Yield function, file and line of an error's traceback and of those behind it, the innermost first."""
    seen: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and not any(found is one for one in seen):
        seen.append(found)
        for frame, line in reversed(list(walk_tb(found.__traceback__))):
            yield frame.f_code.co_name, frame.f_code.co_filename, line
        found = found.__cause__


def _foreign(file: str) -> bool:
    if file.startswith(("<", OURS)):  # frozen modules, and code that is in no file
        return False
    return not file.startswith(LIBRARY) or any(folder in file for folder in PACKAGES)
