"""What a run or a comparison came to: its file, its tidy table, and what reports are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concbench.analysis.comparison import Comparison, Line
from concbench.extras import TABLES, TIDY, is_there, refuse_without
from concbench.results import queries
from concbench.results.header import Header
from concbench.results.measured import Measured, read_measured
from concbench.results.reader import Run, read_run

if TYPE_CHECKING:
    import pandas as pd

    from concbench.analysis.dataset import Dataset
    from concbench.analysis.rates import Rates


@dataclass(frozen=True)
class RunResult:
    """A run that was measured into the file ``path``, to its end if it is ``complete``."""

    path: Path
    complete: bool

    @cached_property
    def measured(self) -> Measured:
        """What the file holds."""
        return read_measured(self.path)

    @property
    def outcomes(self) -> Mapping[str, str]:
        """What became of each cell: a name of :class:`concbench.outcomes.CellOutcome`."""
        return {cell: outcome.name for cell, outcome in self.ended.items()}

    @cached_property
    def ended(self) -> Mapping[str, queries.Outcome]:
        """How each cell ended, with the reason; no library is needed to tell."""
        return queries.outcomes(self._read)

    @property
    def header(self) -> Header:
        """What was asked for, of what, and where; no library is needed to tell."""
        return self._read.header

    @cached_property
    def _read(self) -> Run | Measured:
        """The file, read in the way that takes less memory where NumPy is there."""
        return self.measured if is_there("numpy") else read_run(self.path)

    def table(self) -> "pd.DataFrame":
        """Return all values as a tidy table, a row each (``concbench docs TABLE``)."""
        from concbench.results import load  # noqa: PLC0415  (takes pandas half a second)

        return load(self.path)

    def dataset(self) -> "Dataset":
        """Return what pages and charts of :mod:`concbench.report` are made of."""
        refuse_without(TABLES)
        from concbench.analysis.dataset import gather  # noqa: PLC0415  (likewise)

        return gather([self.measured])


@dataclass(frozen=True)
class ComparisonResult:
    """A comparison; ``path`` is its run file, None where stored runs were compared or head does not start."""

    path: Path | None
    complete: bool
    comparison: Comparison

    def table(self) -> "pd.DataFrame":
        """Return the verdicts as a table, a row for each cell and metric."""
        refuse_without(TIDY)
        import pandas as pd  # noqa: PLC0415  (likewise)

        from concbench.analysis.compared import as_plain  # noqa: PLC0415  (only here)

        return pd.DataFrame(as_plain(self.comparison)["lines"], columns=[one.name for one in fields(Line)])


@dataclass(frozen=True)
class RatesResult:
    """How often verdicts were false, by the pairs in a folder."""

    path: Path
    complete: bool
    rates: "Rates"


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: the file is whole, ``result`` is what it holds, and the words say how to go on."""

    def __init__(self, result: Any, words: str) -> None:
        super().__init__(words)
        self.result = result
