"""The errors of this package: a file of results that cannot be written, read or resumed, and why."""

from pathlib import Path

from concbench.errors import UserError


class ResultsError(UserError):
    """What is wrong, in which file and line, and what to do next; the file may be any tool's.

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


class RunFileError(ResultsError):
    """The same of a run file, the one kind of file that is written and resumed as well."""


class Unreadable(UserWarning):
    """A file of a folder, or a figure of a file, that cannot be read; all the others are."""


class IncompleteRun(UserWarning):
    """A run file that holds less than was to be measured: the run was stopped, or its last line is torn."""
