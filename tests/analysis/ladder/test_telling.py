"""The ladder in sentences: what frees the processor, what asyncio's price buys, and where we were wrong."""

from typing import Any

from concbench.analysis.ladder.climbing import ladder_of, wrong_of
from concbench.analysis.ladder.telling import as_data, sentences, share, tally_words, wrong_words
from tests.report.made_up import Cell, always, dataset_of

from .made_up import rungs

FLOOR: dict[str, Any] = {"floor_ns": 200_000_000}


def told(*cells: Cell) -> list[str]:
    dataset = dataset_of(*cells)
    return sentences(dataset, ladder_of(dataset))


def test_of_timers_it_is_told_which_idea_frees_the_processor() -> None:
    ladder = burning(yield_from=200_000.0, idle_sleep=100_000.0, timer_heap=600.0, ready_queue=610.0)
    assert told(*ladder) == [
        "timers: from 100 % of a core to 50 %: sleeping until the next deadline.",
        "timers: from 50 % of a core to 0.30 %: the timer heap.",
    ]


def test_a_loop_that_polls_and_was_not_alone_on_its_core_is_told_as_one() -> None:
    (words,) = told(*burning(yield_from=68_000.0, idle_sleep=16_000.0))
    assert words == (
        "timers: from 34 % of a core to 8 %: sleeping until the next deadline (a loop that polls takes all it"
        " gets: other work had the rest of that core)."
    )


def burning(**cpu: float) -> list[Cell]:
    """Return timers that take hardly any time above their floor, and so much CPU time for each task (ns)."""
    return [
        Cell(contender=name.replace("_", "-"), cost=always(1.0), cpu=always(each),
             workload="timers", tasks=1000, **FLOOR)
        for name, each in cpu.items()
    ]  # fmt: skip


def test_of_other_work_it_is_told_what_asyncio_s_price_buys() -> None:
    costs: dict[str, Any] = {"timer_heap": 78.0, "ready_queue": 79.0, "selector": 79.0, "task_objects": 100.0}
    costs["cancellation"] = 100.0
    ladder = rungs("switch", **costs, async_await=150.0, asyncio_py=3000.0, asyncio=1200.0)
    assert told(*ladder) == [
        "switch: from 78.0 ns of CPU time (timer-heap) to 1.20 µs (asyncio) per suspension; on the way: task"
        " objects ×1.27; async and await ×1.50; futures, handles, contexts and call_soon ×20.0; tasks and"
        " futures in C ×0.40."
    ]


def test_nothing_is_told_where_asyncio_is_no_part_or_costs_no_more() -> None:
    assert told(*rungs("switch", yield_from=100.0, idle_sleep=300.0)) == []
    assert told(*rungs("switch", async_await=100.0, asyncio_py=120.0, asyncio=110.0)) == []


def test_a_wrong_prediction_is_told_with_its_reason_and_what_came() -> None:
    dataset = dataset_of(*rungs(idle_sleep=100.0, timer_heap=200.0))
    climbed = ladder_of(dataset)
    one, change = wrong_of(climbed)[1]
    assert wrong_words(one, change) == (
        "spawn, timer-heap: CPU was to be less, and is more: ×2.00 [2.00–2.00] (predicted because a round"
        " keeps no list of deadlines, and looks at nobody who is not stepped)."
    )
    assert tally_words(climbed) == "0 predictions right, 2 wrong, 0 open"


def test_all_of_it_can_be_had_as_data() -> None:
    dataset = dataset_of(*rungs(idle_sleep=100.0, timer_heap=50.0))
    data = as_data(dataset, ladder_of(dataset))
    (step,) = data["steps"]
    assert (step["below"], step["rung"], step["adds"]) == ("idle-sleep", "timer-heap", "the timer heap")
    wall, cpu = step["changes"]
    assert (wall["effect"], cpu["metric"], cpu["below"], cpu["rung"]) == ("wall", "cpu", 100.0, 50.0)
    assert (cpu["predicted"], cpu["seen"], cpu["standing"], cpu["real"]) == ("less", "less", "right", True)
    assert data["predictions"] == {"right": 2, "wrong": 0, "open": 0}


def test_shares_of_a_core_have_as_many_digits_as_they_need() -> None:
    assert [share(one) for one in (1.0, 0.523, 0.0021)] == ["100 %", "52 %", "0.21 %"]
