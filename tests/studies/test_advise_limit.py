"""``python studies/advise_limit.py``: the limit of a sweep, agreement, and the service by hand."""

import asyncio

import pytest

import advise_limit as study
from concbench.analysis.advice import AskedLoad
from concbench.stats.interval import Interval, NotDetermined

EASY = AskedLoad(rate=600.0, wait=0.001, steps=10, compute=0.0, deadline=10.0, share=0.99)


def interval(low: float, high: float) -> Interval:
    return Interval(low, (low + high) / 2, high, 0.95, 7)


@pytest.mark.smoke
def test_the_limit_of_a_sweep_is_where_the_share_is_met() -> None:
    assert study.limit_of({10: 1.0, 30: 0.98, 20: 1.0, 40: 0.5}, 0.99) == pytest.approx(25)
    for kept in ({10: 1.0, 20: 0.995}, {10: 0.5, 20: 0.2}):
        with pytest.raises(NotDetermined, match="does not fall"):
            study.limit_of(kept, 0.99)


def test_places_agree_where_the_interval_reaches_into_what_was_advised() -> None:
    assert study.Found(40, 80, interval(50, 60)).agree
    assert study.Found(40, 80, interval(79, 90)).agree
    assert not study.Found(40, 80, interval(81, 90)).agree
    assert not study.Found(40, 80, interval(30, 39)).agree


def test_the_service_by_hand_keeps_an_easy_deadline_and_misses_one_below_its_wait() -> None:
    assert asyncio.run(study.Service(EASY, seed=1).serve(5)) == 1
    impossible = AskedLoad(rate=600.0, wait=0.002, steps=10, compute=0.0, deadline=0.001, share=0.99)
    assert asyncio.run(study.Service(impossible, seed=1).serve(5)) == 0
