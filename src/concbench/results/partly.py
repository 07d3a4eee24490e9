"""Reading several files of which some cannot be read: the others are, and what cannot is named once."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from concbench.results.errors import ResultsError

T = TypeVar("T")

SHOWN = 20
"""How many files are named one by one: a folder of anything else may have thousands."""


class PassedOver:
    """Keeps why files cannot be read, in the order in which they were tried."""

    def __init__(self) -> None:
        self.errors: list[ResultsError] = []

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Return what is read, or None where a ResultsError says why it cannot be."""
        try:
            return read()
        except ResultsError as error:
            self.errors.append(error)
            return None

    def notes(self) -> list[str]:
        """Return a line for each file that was passed over, with its reason; of very many, for the first."""
        return first_of([f"passed over: {error}" for error in self.errors], "files are passed over")

    def nothing(self, folder: Path | None) -> ResultsError:
        """Return what to raise where nothing at all could be read: the one reason, or all of them.

        ``folder`` is where all the files are; None where there are several such.
        """
        if len(self.errors) == 1:
            return self.errors[0]
        reasons = first_of([str(error) for error in self.errors], "files cannot be read either")
        what = f"no file of results{'' if folder is None else ' in it'} can be read:"
        return ResultsError("\n  ".join([what, *reasons]), folder)


def first_of(notes: list[str], what: str) -> list[str]:
    """Return notes, of very many the first and how many more there are of ``what``."""
    more = len(notes) - SHOWN
    return [*notes[:SHOWN], f"{more} more {what}"] if more > 0 else notes
