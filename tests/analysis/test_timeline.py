"""Traces as lines of text: what a character stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.timeline import elsewhere, lines_of, resumed, shared_span, strip_of
from concbench.results.header import HeaderLane
from tests.report.traces import BUSY, FAST, IDLE, lane, lanes, no_trace, trace


def test_traces_are_lines_with_a_paragraph_for_each_contender() -> None:
    assert lines_of([BUSY, IDLE], columns=12) == [
        "timers (tasks 2, delay 0.02 s)",
        "█ runs  · suspended, or ready and not let run; one time axis for all;"
        " watching takes time, so this is no timing",
        "",
        "polling               1.00 µs in all",
        "  task 0 █████        resumed 24\u202f813 ×",
        "  task 1 ██████████   resumed 7 ×",
        "",
        "asyncio               1.20 µs in all",
        "  task 0 █····█       resumed 1 ×",
        "  task 1 █········███ resumed 1 ×",
    ]


def test_runs_that_take_very_different_times_have_each_its_own_axis() -> None:
    lines = lines_of([FAST, IDLE], columns=10)
    assert "a time axis for each model" in lines[1]
    assert [line[9:19] for line in lines if "task" in line[:6]] == [
        "██··██    ",
        "  ██··████",
        "█···█     ",
        "█·······██",
    ]


def test_who_has_no_lanes_has_no_paragraph() -> None:
    assert lines_of([no_trace("threads"), BUSY]) == lines_of([BUSY])


def test_the_tasks_of_many_lanes_stand_below_each_other() -> None:
    many = trace("polling", 10, *(lane(task, (0, 10)) for task in range(11)))
    starts = {line.index("█") for line in lines_of([many])[4:]}
    assert len(starts) == 1


@given(lanes(), st.integers(1, 2 * 10**9), st.integers(1, 80))
def test_a_strip_is_as_wide_as_it_should_be_and_shows_every_stretch(
    drawn: HeaderLane, span: int, columns: int
) -> None:
    strip = strip_of(drawn, span, columns)
    assert len(strip) == columns
    assert set(strip) <= set("█· ")
    for start, end in drawn.running:
        for moment in (start, end - 1):
            if start <= moment < span:
                assert strip[columns * moment // span] == "█"
    before = columns * drawn.start_ns // span
    if before < columns:
        assert not strip[:before].strip()


def test_a_stretch_of_no_length_is_seen() -> None:
    assert strip_of(lane(0, (5, 5), (9, 9)), 10, columns=10) == "     █···█"


def test_an_axis_is_shared_where_the_longest_run_is_not_many_times_the_shortest() -> None:
    assert shared_span([BUSY, IDLE, no_trace("threads")]) == 1200
    assert shared_span([BUSY, FAST]) is None
    assert shared_span([no_trace("threads")]) is None


@pytest.mark.parametrize(("resumes", "words"), [(1, "1"), (24_813, "24\u202f813"), (0, "0")])
def test_a_number_of_resumes_is_grouped(resumes: int, words: str) -> None:
    assert resumed(lane(0, (0, 1), resumes=resumes)) == f"resumed {words} ×"


def test_a_trace_beside_which_the_machine_was_elsewhere_says_so() -> None:
    times = {0: "", 1: " (the machine was elsewhere once)", 3: " (the machine was elsewhere 3 times)"}
    for preempted, words in times.items():
        one = trace("generator", 50, lane(0, (0, 10), (20, 30)), preempted=preempted)
        assert elsewhere(one) == words
        assert lines_of([one])[3].endswith(f"in all{words}")
