"""Estimates and outcomes in words."""

import pytest

from concbench.report.summary import Estimate
from concbench.report.units import SIZE_UNITS, TIME_UNITS
from concbench.report.wording import figure, why
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
