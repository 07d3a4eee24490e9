"""Columns that seem to contradict the ratio beside them are explained, and others are not."""

import pytest

from concbench.analysis.contradiction import IN_PACES, Shown, contradicts, explained

AS_THE_RATIO = Shown(a=110.0, b=100.0, low=1.08, middle=1.1, high=1.12)
ON_THE_OTHER_SIDE = Shown(a=67.4, b=44.7, low=0.7, middle=0.742, high=0.79)


@pytest.mark.parametrize(
    ("row", "odd"),
    [
        (AS_THE_RATIO, False),
        (ON_THE_OTHER_SIDE, True),
        (Shown(104.0, 100.0, 1.0, 1.02, 1.03), False),  # outside, but nobody would notice
        (Shown(130.0, 100.0, 1.08, 1.1, 1.12), True),
        (Shown(99.9, 100.0, 1.001, 1.002, 1.003), True),
        (Shown(99.0, 100.0, 0.9, 1.002, 1.1), False),  # within the interval
        (Shown(0.0, 100.0, 0.9, 1.0, 1.1), False),
        (Shown(-3.0, 100.0, 0.9, 1.0, 1.1), False),
    ],
)
def test_a_row_contradicts_where_a_reader_would_notice(row: Shown, odd: bool) -> None:
    assert contradicts(row) is odd


def test_a_table_without_such_a_row_needs_no_word() -> None:
    assert explained([AS_THE_RATIO]) is None
    assert explained([]) is None


def test_the_worst_row_is_the_example() -> None:
    said = explained([AS_THE_RATIO, Shown(130.0, 100.0, 1.08, 1.1, 1.12), ON_THE_OTHER_SIDE])
    assert said is not None
    assert "here ×1.51 beside ×0.742" in said
    assert said.endswith("believe the ratio.")


def test_nobody_is_said_to_have_seen_the_machine_change_its_pace() -> None:
    said = explained([Shown(100, 50, 1.0, 1.01, 1.02)])
    assert said is not None
    assert "may have changed its pace" in said


def test_of_stored_runs_it_is_not_said_that_anything_ran_side_by_side() -> None:
    said = explained([Shown(100, 50, 1.0, 1.01, 1.02)], IN_PACES)
    assert said is not None
    assert "side by side" not in said
    assert "in units of a fixed loop" in said
    assert "here ×2 beside ×1.01" in said
