"""What Hypothesis draws for the statistics: times and signed values, one for each process or pair."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

times = st.integers(1, 10**11).map(float)
"""Times in ns, up to 100 s."""

signed = st.integers(-(10**11), 10**11).map(float)


def one_per_process(values: SearchStrategy[float]) -> SearchStrategy[list[float]]:
    """Draw one value for each of 6 to 30 processes."""
    return st.lists(values, min_size=6, max_size=30)


def pairs(values: SearchStrategy[float]) -> SearchStrategy[list[tuple[float, float]]]:
    """Draw a pair for each of 6 to 30 generations."""
    return st.lists(st.tuples(values, values), min_size=6, max_size=30)


def split(drawn: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the two sides of the pairs."""
    a, b = np.array(drawn).T
    return a, b
