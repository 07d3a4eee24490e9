"""timers, for any figures that Hypothesis thinks of."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.workloads.basics.timers import Params, delays, inversions, lateness
from concbench.workloads.latency import quantile

FINITE = st.floats(-1e6, 1e6)
PARAMS = st.builds(
    Params,
    tasks=st.integers(1, 30),
    delay=st.floats(0, 10),
    spread=st.floats(0, 1),
    seed=st.integers(0, 10**6),
)


@given(PARAMS)
def test_delays_lie_between_the_spread_and_the_longest(p: Params) -> None:
    drawn = delays(p)
    assert len(drawn) == p.tasks
    assert max(drawn) == p.delay
    assert all(p.delay * (1 - p.spread) - 1e-9 <= delay <= p.delay for delay in drawn)


@given(PARAMS, st.data())
def test_inversions_agree_with_brute_force(p: Params, data: st.DataObject) -> None:
    moments = st.tuples(st.integers(0, 5), st.integers(0, 1000))
    lists = st.lists(moments, min_size=p.tasks, max_size=p.tasks, unique_by=lambda moment: moment[1])
    results = data.draw(lists)
    deadlines = [armed + delay for (armed, _), delay in zip(results, delays(p), strict=True)]
    brute = sum(
        (results[a][1] - results[b][1]) * (deadlines[a] - deadlines[b]) < 0
        for a, b in combinations(range(p.tasks), 2)
    )
    assert inversions(results, p) == brute


@given(PARAMS, st.floats(-1, 1), st.floats(0, 1000))
def test_lateness_gives_back_what_was_added(p: Params, late: float, armed: float) -> None:
    results = [(armed, armed + delay + late) for delay in delays(p)]
    assert lateness(results, p) == pytest.approx([late] * p.tasks, abs=1e-9)


@given(st.lists(FINITE, min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_is_that_of_numpy(values: list[float], share: float) -> None:
    expected = float(np.quantile(values, share, method="linear"))
    assert quantile(sorted(values), share) == pytest.approx(expected, rel=1e-9, abs=1e-6)
