"""From the slices of a pair to its one value for each metric."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from concbench.results.header import Header, HeaderCell, HeaderPair
from concbench.results.lines import converted
from concbench.results.pairs import Pairs, collected
from concbench.results.records import Slices
from concbench.results.values import Record

from .examples import SLICES, WEIGHED, made, made_header, unchecked

CELLS = ["w[tasks=1]/a@base", "w[tasks=1]/a@head"]
ID = "w[tasks=1]/a"
times = st.lists(st.integers(1, 10**9), min_size=1, max_size=9)


def header(floor_ns: int = 0, *purposes: str) -> Header:
    about = {"workload": "w", "model": "a", "params": {"tasks": 1}, "head_params": {"tasks": 1}}
    paired = [{"id": ID, "cells": CELLS, "purpose": purpose, **about} for purpose in purposes or ("time",)]
    contenders = [made_header().contenders[0]]
    cells = [HeaderCell(name, "w", contenders[0].id, {"tasks": 1}, "task", floor_ns, "1") for name in CELLS]
    return replace(made_header(), cells=cells, paired=[converted(one, HeaderPair) for one in paired])


def pair(
    base: list[int], head: list[int], number: int = 1, late: Any = None, cpu: list[int] | None = None
) -> Record:
    sides = [
        dict.fromkeys(SLICES, side) | {"records": [{} if late is None else late for _ in side]}
        for side in (base, head)
    ]
    if cpu is not None:
        sides[0]["cpu_ns"] = cpu
    return unchecked(
        "pair", cells=tuple(CELLS), number=number, sides=tuple(converted(one, Slices) for one in sides)
    )


@given(slices=times, factor=st.floats(0.1, 10), number=st.integers(1, 100))
def test_a_ratio_is_the_median_of_the_slices_own_ratios(
    slices: list[int], factor: float, number: int
) -> None:
    head = [max(1, round(1000 * factor * slice_ns)) for slice_ns in slices]
    base = [1000 * slice_ns for slice_ns in slices]
    series = collected(header(), [pair(base, head, number)]).series[ID, "wall"]
    assert math.exp(series.values[0]) == pytest.approx(factor, rel=1e-2)
    swapped = collected(header(), [pair(head, base, number)]).series[ID, "wall"]
    assert swapped.values[0] == pytest.approx(-series.values[0], abs=1e-9)


def test_a_burst_in_one_slice_moves_the_pair_s_value_by_nothing() -> None:
    calm = collected(header(), [pair([100, 100, 100], [110, 110, 110])])
    burst = collected(header(), [pair([100, 170, 100], [110, 110, 110])])
    assert calm.series[ID, "wall"].values == burst.series[ID, "wall"].values


def test_figures_are_those_of_one_run() -> None:
    series = collected(header(), [pair([300, 500, 400], [600, 800, 700], number=10)]).series[ID, "cpu"]
    assert (series.base, series.head) == ([40.0], [70.0])


def test_where_there_is_a_floor_the_time_above_it_is_compared_by_difference() -> None:
    late = {"lateness_p50_ns": -5}
    found = collected(header(1000), [pair([1200, 1300], [1250, 1350], late=late)]).series
    assert set(found) == {(ID, "above"), (ID, "cpu"), (ID, "lateness")}
    above = found[ID, "above"]
    assert (above.values, above.base, above.head) == ([50.0], [250.0], [300.0])
    assert found[ID, "lateness"].values == [0.0]


def test_a_pair_whose_runs_tell_no_lateness_has_none() -> None:
    assert collected(header(1000), [pair([1200], [1250])]).series[ID, "lateness"].values == []


def test_cpu_time_below_the_clock_s_step_has_no_ratio() -> None:
    assert collected(header(), [pair([1, 5], [5, 5], cpu=[0, 5])]).series[ID, "cpu"].values == []


def weighed(base: int | None, head: int | None) -> Record:
    sides = [WEIGHED | {"tasks": 10, "baseline_bytes": 1000, "observed_bytes": seen} for seen in (base, head)]
    return made("weighed", cells=CELLS, sides=sides)


def test_memory_is_compared_by_task() -> None:
    series = collected(header(0, "memory"), [weighed(3000, 4000)]).series[ID, "memory"]
    assert (series.values, series.base, series.head) == ([100.0], [200.0], [300.0])


def test_memory_that_the_system_does_not_tell_is_left_out() -> None:
    assert collected(header(0, "memory"), [weighed(None, 4000)]).series[ID, "memory"].values == []


def test_a_cell_that_is_timed_and_weighed_keeps_both_apart() -> None:
    found = collected(header(0, "time", "memory"), [weighed(2000, 2000), pair([10], [10])]).series
    assert {key: len(series.values) for key, series in found.items()} == {
        (ID, "wall"): 1,
        (ID, "cpu"): 1,
        (ID, "memory"): 1,
    }


def test_the_header_of_another_kind_of_run_is_refused() -> None:
    with pytest.raises(KeyError):
        Pairs(made_header())
