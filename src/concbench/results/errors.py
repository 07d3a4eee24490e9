"""The one error of this package: a run file that cannot be written, read or resumed, and why."""

from pathlib import Path

from concbench.errors import UserError


class RunFileError(UserError):
    """What is wrong, in which file and line, and what to do next.

    ``path`` is None only where no file was named. ``line`` counts from 1, and is None where no single line is
    to blame.
    """

    exit_code = 5

    def __init__(self, reason: str, path: Path | None = None, line: int | None = None) -> None:
        place = [str(part) for part in (path, line) if part is not None]
        super().__init__(": ".join([":".join(place), reason] if place else [reason]))
        self.reason = reason
        self.path = path
        self.line = line
