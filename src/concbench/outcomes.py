"""What may become of a cell, and what follows from each: here, and nowhere else."""

from enum import StrEnum
from typing import Self


class CellOutcome(StrEnum):
    """The outcome of a cell, as run files and answers of workers spell it.

    ``failure``: something is wrong, and commands end with the exit code of a failed cell; the others say what
    a model cannot do here. ``in_doubt``: the worker that had it is not asked again.
    """

    OK = "ok"
    NOT_MEASURED = "not measured"
    INVALID = "invalid", True, True
    NOT_EXPRESSIBLE = "not-expressible"
    UNAVAILABLE = "unavailable"
    EXHAUSTED = "exhausted", False, True
    TIMEOUT = "timeout", True, True
    CRASHED = "crashed", True, True

    failure: bool
    in_doubt: bool

    def __new__(cls, value: str, failure: bool = False, in_doubt: bool = False) -> Self:
        """Make a member that is its text."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.failure, member.in_doubt = failure, in_doubt
        return member


OUTCOMES = tuple(one.value for one in CellOutcome if one not in (CellOutcome.OK, CellOutcome.NOT_MEASURED))
"""Those that are written down. That a cell is ``ok`` its figures say, and what is missing is not measured."""

FAILURES = frozenset(one for one in CellOutcome if one.failure)
IN_DOUBT = frozenset(one for one in CellOutcome if one.in_doubt)

NO_SUCH_BENCHMARK = "{side} has no such benchmark"
"""Why a benchmark that one side alone has is unavailable on the other."""

CANNOT = frozenset({CellOutcome.NOT_EXPRESSIBLE, CellOutcome.UNAVAILABLE})
"""Nothing was run, since it cannot be here."""

NOTHING_AGAINST = frozenset({CellOutcome.OK, CellOutcome.NOT_MEASURED, CellOutcome.NOT_EXPRESSIBLE})
"""What one of two stored runs may have where the other has figures, without a failure of the first."""
