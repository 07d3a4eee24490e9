"""What verify warns of: uneven work, and what a workload leaves open."""

from dataclasses import replace

from concbench.runs.verifying import Finding, warnings_of


def found(contender: str, tasks: int | None, suspensions: int | None, *, exact: bool = True) -> Finding:
    return Finding("mine", contender, {"tasks": 4}, "ok", None, {}, tasks, suspensions, exact)


def test_the_same_work_is_no_warning_and_a_threads_first_turn_neither() -> None:
    assert warnings_of([found("asyncio", 4, 40), found("threads", 4, 44), found("polling", 4, 40)]) == []


def test_fewer_suspensions_under_one_contender_are_told_once() -> None:
    told = warnings_of([found("asyncio", 4, 0), found("generator", 4, 40), found("yield-from", 4, 40)])
    assert told == [
        "mine: the dialects did different amounts of work with tasks=4: asyncio suspended 0 times, "
        "yield-from 40 times; figures of these models are not to be compared"
    ]


def test_fewer_tasks_are_told_whatever_is_promised_of_suspensions() -> None:
    (told,) = warnings_of([found("asyncio", 3, 9, exact=False), found("threads", 4, 2, exact=False)])
    assert "asyncio ran 3 tasks, threads 4" in told


def test_suspensions_that_are_not_promised_may_differ() -> None:
    assert warnings_of([found("asyncio", 4, 4, exact=False), found("polling", 4, 9000, exact=False)]) == []


def test_where_a_workload_counts_a_unit_of_its_own_that_is_its_work_by_whatever_tasks() -> None:
    servers = [replace(found("asyncio", 1, 4), units=60), replace(found("threads", 4, 9), units=60)]
    assert warnings_of(servers) == []
    (told,) = warnings_of([servers[0], replace(servers[1], units=59)])
    assert "threads did 59 units, asyncio 60; figures of these models are not to be compared" in told


def test_what_was_not_counted_is_not_compared() -> None:
    assert warnings_of([found("asyncio", None, None), found("polling", 4, 40)]) == []


def test_doubts_are_told_once_for_a_workload() -> None:
    doubting = Finding("mine", "asyncio", {}, "ok", None, {}, doubts=("it is empty",))
    assert warnings_of([doubting, doubting]) == ["mine: it is empty"]
