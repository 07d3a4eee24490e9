"""Values of several columns side by side: by generation, and whole."""

import numpy as np
import pandas as pd

from concbench.analysis.generations import side_by_side


def test_a_generation_counts_where_every_column_has_a_value_whatever_their_order() -> None:
    one = pd.Series([30.0, 10.0, 20.0, np.nan], index=[3, 1, 2, 4])
    other = pd.Series([4.0, 3.0, 2.0, 0.0], index=[4, 3, 2, 0])
    generations, values = side_by_side([one, other])
    assert generations.tolist() == [2, 3]
    assert values.tolist() == [[20.0, 2.0], [30.0, 3.0]]


def test_one_column_is_put_in_order() -> None:
    generations, values = side_by_side([pd.Series([2.0, np.nan, 1.0], index=[2, 7, 1])])
    assert generations.tolist() == [1, 2]
    assert values.tolist() == [[1.0], [2.0]]


def test_columns_without_a_generation_in_common_have_no_values() -> None:
    generations, values = side_by_side([pd.Series([1.0], index=[1]), pd.Series(dtype="float64")])
    assert generations.size == 0
    assert values.shape == (0, 2)
