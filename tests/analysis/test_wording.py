"""Estimates and outcomes in words."""

from dataclasses import replace

import pytest

from concbench.analysis.summary import Estimate, Summary
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS
from concbench.analysis.wording import (
    BELOW_ZERO,
    CLIENT_BOUND,
    below_zero,
    client_bound,
    figure,
    mark_of,
    why,
)
from concbench.results.queries import Outcome
from concbench.stats.interval import Interval


def test_a_figure_has_its_interval_if_there_is_one_and_it_is_wanted() -> None:
    known = Estimate(1536, Interval(1024, 1536, 2048, 0.95, 6))
    assert figure(known, SIZE_UNITS) == "1.50 [1.00–2.00] KiB"
    assert figure(known, SIZE_UNITS, interval=False) == "1.50 KiB"
    assert figure(Estimate(1536, None), TIME_UNITS) == "1.54 µs"
    assert figure(None, TIME_UNITS) == "–"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(name="not measured"), "no block of it was completed"),
        (Outcome(name="crashed"), "no reason was recorded"),
        (Outcome(name="crashed", reason="lost"), "lost"),
        (Outcome(name="crashed", reason="lost", last_words=" \n "), "lost"),
        (
            Outcome(name="crashed", reason="lost", last_words="Traceback\nValueError: no\n"),
            "lost: ValueError: no",
        ),
        (
            Outcome(name="crashed", reason="ValueError: no", last_words="Traceback\nValueError: no"),
            "ValueError: no",
        ),
    ],
)
def test_a_reason_has_the_last_line_of_the_worker_unless_it_is_that(outcome: Outcome, words: str) -> None:
    assert why(outcome) == words


def priced(contender: str, low: float, high: float, *, floor_ns: int = 0) -> Summary:
    value = Estimate((low + high) / 2, Interval(low, (low + high) / 2, high, 0.95, 6))
    return Summary(
        cell="c1",
        workload="switch",
        workload_version="1",
        params={},
        contender=contender,
        unit="suspension",
        floor_ns=floor_ns,
        outcome=Outcome(name="ok"),
        figures={"wall": value, "cpu": value},
    )


def test_a_price_that_lies_below_zero_is_said_to_be_none() -> None:
    cells = [priced("one", -9.0, -1.0), priced("two", -9.0, 1.0), priced("three", 1.0, 2.0)]
    assert below_zero(cells) == [f"one: below zero: {BELOW_ZERO}"]
    assert below_zero(cells[1:]) == []


def test_where_tasks_may_end_early_a_price_below_zero_is_possible() -> None:
    assert below_zero([priced("one", -9.0, -1.0, floor_ns=20_000_000)]) == []


def beside_a_companion(contender: str, busy: float) -> Summary:
    figures = {"companion_busy": Estimate(busy, None)}
    return replace(priced(contender, 1.0, 2.0), figures=figures)


def test_a_companion_that_was_the_bottleneck_is_told_beside_its_figure_and_once_below() -> None:
    cells = [beside_a_companion("one", 0.95), beside_a_companion("two", 0.9), priced("three", 1.0, 2.0)]
    assert [mark_of(one, "companion_busy") for one in cells] == [" client-bound", "", ""]
    assert mark_of(cells[0], "wall") == ""
    assert client_bound(cells) == [f"one: {CLIENT_BOUND}"]
    assert client_bound(cells[1:]) == []
