"""Values side by side: what was measured in the same generation belongs together."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def side_by_side(columns: Sequence[pd.Series]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the generations (the index) in which no column lacks a value, ascending, and the values in them.

    The values have the shape (generations, columns); there has to be a column.
    """
    indexes = [column.index.to_numpy() for column in columns]
    common = reduce(np.intersect1d, indexes, indexes[0])
    values = [column.to_numpy(np.float64)[column.index.get_indexer(pd.Index(common))] for column in columns]
    table: NDArray[np.float64] = np.column_stack(values)
    whole = ~np.isnan(table).any(axis=1)
    return common[whole], table[whole]
