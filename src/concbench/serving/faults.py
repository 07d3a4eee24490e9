"""Where a project's own code failed, as its editor finds it: the file's path in the project, and the line."""

import os
from pathlib import Path
from traceback import walk_tb

from concbench.measure.failures import told
from concbench.words import cut, error_told


def located(error: BaseException, folder: Path) -> str:
    """Return where in a folder an error was raised, and what it is: ``src/a.py:3: ImportError: no b``.

    Of what was raised outside of the folder it is the last line inside that led there. Where none did, the
    words are those of any other failure.
    """
    if isinstance(error, SyntaxError) and error.filename:
        place: tuple[str, int | None] | None = (error.filename, error.lineno)
        words = f"{type(error).__name__}: {error.msg}"
    else:
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        inside = [one for one in frames if one[0].startswith(f"{folder}{os.sep}")]
        place = inside[-1] if inside else None
        words = error_told(error)
    if place is None:
        return told(error)
    return cut(f"{place[0].removeprefix(f'{folder}{os.sep}')}:{place[1]}: {words}")
