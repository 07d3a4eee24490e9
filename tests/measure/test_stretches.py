"""Stretches of a trace are joined where they are close: nothing that ran is lost, and there are few."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from concbench.measure.trace import SHARE, Lane, Stretch, at_most, joined

steps = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), min_size=1, max_size=80)


def stretches_of(steps: list[tuple[int, int]]) -> list[Stretch]:
    """Return stretches of these pauses and lengths."""
    now, made = 0, []
    for pause, length in steps:
        made.append([now + pause, now + pause + length])
        now += pause + length
    return made


@given(steps, st.integers(0, 10**6))
def test_joining_keeps_the_order_and_loses_no_time_that_a_task_ran(
    steps: list[tuple[int, int]], gap: int
) -> None:
    before = stretches_of(steps)
    after = joined(before, gap)
    assert (after[0][0], after[-1][1]) == (before[0][0], before[-1][1])
    assert all(earlier[1] + max(gap, 0) <= later[0] for earlier, later in pairwise(after))
    assert all(any(one[0] <= start and end <= one[1] for one in after) for start, end in before)
    assert sum(end - start for start, end in after) >= sum(end - start for start, end in before)


@given(steps, st.integers(1, 10), st.integers(0, 1000))
def test_there_are_never_more_stretches_than_asked_for(
    steps: list[tuple[int, int]], most: int, gap: int
) -> None:
    before = stretches_of(steps)
    after = at_most(most, before, gap)
    assert 1 <= len(after) <= most
    assert (after[0][0], after[-1][1]) == (before[0][0], before[-1][1])
    if len(joined(before, gap)) <= most:
        assert after == joined(before, gap)


@given(steps, st.integers(0, 10**6))
def test_a_lane_forgets_nothing_that_would_be_left_at_the_end(
    steps: list[tuple[int, int]], rest: int
) -> None:
    stretches, lane = stretches_of(steps), Lane()
    for start, end in stretches:
        lane.run(start)
        lane.stop(end)
    span = stretches[-1][1] - stretches[0][0] + rest
    gap = -(-span // SHARE)
    assert joined(lane.stretches, gap) == joined(stretches, gap)


def test_a_busy_lane_holds_few_stretches_however_long_it_is_busy() -> None:
    lane = Lane()
    for now in range(0, 400_000, 4):
        lane.run(now)
        lane.stop(now + 1)
    assert len(lane.stretches) <= 2 * SHARE
    assert at_most(20, lane.stretches, 800) == [[0, 399_997]]
