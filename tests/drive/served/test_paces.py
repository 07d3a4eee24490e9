"""How often a benchmark is called in a pair, by what it told of itself when it was tried."""

import pytest

from concbench.drive.served.turns import LONG_NS, SLICE_NS, Pace, pace_of, pace_of_both


def told(once_ns: int, whole_ns: int | None = None, **about: int | None) -> Pace:
    """Return the pace of a benchmark; what is not said is that of a plain function."""
    whole_ns = once_ns if whole_ns is None else whole_ns
    return pace_of(
        {"once_ns": once_ns, "whole_ns": whole_ns, "around_ns": 0, "sample": 1, "most": None} | about
    )


def test_a_short_benchmark_is_called_until_a_slice_is_filled() -> None:
    assert told(1_000) == Pace(number=2_000, slices=6, untimed=500, warm=True)
    assert told(SLICE_NS) == Pace(number=1, slices=6, untimed=1, warm=True)


def test_a_long_one_has_few_slices() -> None:
    assert told(LONG_NS) == Pace(number=1, slices=2, untimed=0, warm=True)
    assert told(1_000, whole_ns=LONG_NS) == Pace(number=1, slices=2, untimed=0, warm=True)


def test_of_one_that_stands_few_calls_all_are_timed() -> None:
    assert told(1_000, most=20) == Pace(number=3, slices=6, untimed=0, warm=False)
    assert told(1_000, most=3) == Pace(number=1, slices=3, untimed=0, warm=False)


def test_calls_come_in_whole_samples() -> None:
    assert told(1_000, sample=300) == Pace(number=1_800, slices=6, untimed=300, warm=True)
    assert told(SLICE_NS, sample=5).number == 5
    assert told(1_000, sample=5, most=10) == Pace(number=5, slices=2, untimed=0, warm=False)


@pytest.mark.parametrize(
    ("around_ns", "pace"),
    [
        (1_000_000, Pace(number=200, slices=6, untimed=50, warm=True)),
        (SLICE_NS, Pace(number=200, slices=6, untimed=0, warm=True)),
        (12_000_000, Pace(number=300, slices=6, untimed=0, warm=True)),
        (LONG_NS, Pace(number=1_000, slices=2, untimed=0, warm=True)),
        (1_000_000_000, Pace(number=1_000, slices=2, untimed=0, warm=True)),
    ],
)
def test_the_more_is_done_before_calls_the_more_of_them_follow_it(around_ns: int, pace: Pace) -> None:
    assert told(10_000, around_ns=around_ns) == pace


def test_both_sides_are_called_as_often_as_either_stands() -> None:
    base = {"once_ns": 1_000, "whole_ns": 1_000, "around_ns": 0, "sample": 4, "most": None}
    both = pace_of_both(base, base | {"sample": 6, "most": 30})
    assert both == Pace(number=12, slices=2, untimed=0, warm=False)
    assert pace_of_both(base, base | {"sample": 6}).number % 12 == 0
    assert pace_of_both(base, base | {"once_ns": 2_000}) == pace_of(base)


@pytest.mark.parametrize(
    ("longer_ns", "pace"),
    [
        (20 * 200, Pace(number=10_000, slices=6, untimed=2_500, warm=True)),
        (1_000_000, Pace(number=50, slices=6, untimed=50, warm=True)),
        (LONG_NS, Pace(number=1, slices=6, untimed=1, warm=True)),
        (10 * LONG_NS, Pace(number=1, slices=2, untimed=0, warm=True)),
    ],
)
def test_a_head_that_got_much_slower_does_not_take_minutes(longer_ns: int, pace: Pace) -> None:
    base = {"once_ns": 200, "whole_ns": 200, "around_ns": 0, "sample": 1, "most": None}
    assert pace_of_both(base, base | {"once_ns": longer_ns, "whole_ns": longer_ns}) == pace
