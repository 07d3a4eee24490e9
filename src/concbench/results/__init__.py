"""Results: run files, and the results of other tools, as one table.

Run files have a schema, and are appended to, read, asked and resumed (docs/FORMAT.md). :func:`load` puts them
into one table with what asv, pytest-benchmark, pyperf and github-action-benchmark kept (docs/TABLE.md).
"""

import warnings
from typing import TYPE_CHECKING

from concbench.extras import TIDY, refuse_without
from concbench.results.errors import IncompleteRun as IncompleteRun
from concbench.results.errors import Unreadable as Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import pandas as pd


def load(paths: "str | PathLike[str] | Iterable[str | PathLike[str]]") -> "pd.DataFrame":
    """Return what files of results hold as one table, a row for each value (docs/TABLE.md).

    ``paths`` is a file, a folder that is searched, or several: run files, plain or compressed; the results
    of asv; the JSON of pytest-benchmark and of pyperf; the data of github-action-benchmark. Rows stand in the
    order of the paths; the columns and their dtypes are :data:`concbench.results.tidy.schema.DTYPES`.

    Raises ResultsError, naming the file and the reason, for one that is named and cannot be read, is damaged,
    or is of none of these tools, and for a folder of which all are; TypeError for what is no path;
    MissingExtra without the libraries of ``concbench[table]``.
    Warns by :class:`Unreadable` of each such file of a folder that has others, and by :class:`IncompleteRun`
    of a run file that is not complete: the blocks that are complete are in the table.
    """
    refuse_without(TIDY)
    from concbench.results.tidy.loading import load_all  # noqa: PLC0415  (takes pandas half a second)

    table, notes = load_all(paths)
    for note, category in notes:
        warnings.warn(note, category, stacklevel=2)
    return table
