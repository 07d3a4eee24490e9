"""The page's ladder: sentences from figures, charts, and every step beside what was predicted of it."""

from concbench.analysis.ladder.rungs import RUNGS
from concbench.metrics import METRICS
from concbench.report.blocks import Folded, Picture, Section, Table, Words
from concbench.report.charts.ladder import reach
from concbench.report.page.build import page_of
from concbench.report.sections.ladder import ladder
from tests.analysis.ladder.made_up import rungs, swinging
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import lines_of, of_kind, parsed, words_in

LADDER = rungs("switch", timer_heap=78.0, ready_queue=90.0, selector=90.0, task_objects=100.0,
               async_await=150.0, asyncio_py=3000.0, asyncio=1200.0)  # fmt: skip


def section_of(*cells: Cell) -> Section:
    found = ladder(dataset_of(*cells))
    assert found is not None
    return found


def test_without_two_rungs_there_is_no_section() -> None:
    assert ladder(dataset_of(*rungs(selector=1.0))) is None
    assert ladder(dataset_of(Cell(contender="asyncio", cost=always(1.0)))) is None


def test_it_begins_with_what_the_figures_teach() -> None:
    leads = [words.text for words in of_kind(section_of(*LADDER), Words) if words.kind == "lead"]
    assert leads[0].startswith(
        "switch: from 78.0 ns of CPU time (timer-heap) to 1.20 µs (asyncio) per suspension"
    )


def test_a_chart_has_every_rung_what_each_step_did_and_where_that_was_not_predicted() -> None:
    (picture,) = of_kind(section_of(*LADDER), Picture)
    words = words_in(picture.svgs[0])
    assert {"timer-heap", "ready-queue", "selector", "asyncio"} <= {*words}
    assert "×1.15" in words
    assert "×1.50 ✗" in words or "×1.50" in words
    assert (
        'aria-label="switch, CPU time per suspension, rung by rung: timer-heap 78.0 ns, ' in picture.svgs[0]
    )


def test_memory_has_a_chart_where_tasks_were_weighed() -> None:
    cells = [Cell(contender=name, cost=always(10.0), workload="parked", tasks=1001, heavy=[heavy] * 7)
             for name, heavy in (("yield-from", 500), ("idle-sleep", 508))]  # fmt: skip
    (picture,) = of_kind(section_of(*cells), Picture)
    assert [words_in(svg)[-1] for svg in picture.svgs] == [
        "parked: CPU time per task", "parked: memory per task",
    ]  # fmt: skip


def test_every_step_stands_beside_what_was_predicted() -> None:
    section = section_of(*rungs(idle_sleep=100.0, timer_heap=200.0))
    (table,) = [block for one in of_kind(section, Folded) for block in one.blocks if isinstance(block, Table)]
    time, cpu = lines_of(table)
    assert time[0] == ("timer-heap",)
    assert [field[0] for field in cpu[1:]] == [
        "CPU time", "100 ns", "200 ns", "×2.00 [2.00–2.00]", "less", "wrong", "the timer heap",
        "a round keeps no list of deadlines, and looks at nobody who is not stepped",
    ]  # fmt: skip


def test_the_page_has_it() -> None:
    page = page_of(dataset_of(*LADDER))
    assert "The ladder" in page
    assert "from the tutorial’s loop to asyncio, one idea at a time" in page


def test_on_the_page_of_the_command_it_is_open_and_first_and_the_choice_of_a_model_is_folded() -> None:
    models = [*RUNGS[RUNGS.index("timer-heap") : RUNGS.index("asyncio") + 1]]
    asked = {"command": "ladder", "models": models, "workloads": ["switch"]}
    root = parsed(page_of(dataset_of(*LADDER, settings=asked)))
    first, second = root.all("section")[:2]
    assert (first["id"], second["id"]) == ("ladder", "answer")
    assert "part" not in [one.attributes.get("class") for one in first.all("details")]
    assert second.all("details")[0]["class"] == "part"
    assert root.all("h1")[0].text == "The ladder: from timer-heap to asyncio"
    assert "Commandconcbench ladder --from timer-heap --to asyncio -w switch" in root.all("dl")[0].text
    assert "ready-queue: the ready queue and its requests; selector: the selector" in first.text
    assert "concbench ladder --diff ready-queue shows one as code" in first.text


def test_the_standard_library_s_rungs_alone_are_a_ladder_where_they_were_asked_for_as_one() -> None:
    cells = rungs("switch", asyncio_py=3000.0, asyncio=1200.0)
    assert ladder(dataset_of(*cells)) is None
    asked = ladder(dataset_of(*cells, settings={"command": "ladder"}))
    assert asked is not None
    assert not asked.line
    assert not [words for words in of_kind(asked, Words) if "--diff" in words.text]


def test_the_axis_has_room_for_every_interval() -> None:
    steady, noisy = rungs("spawn", yield_from=100.0), rungs("spawn", idle_sleep=swinging(100.0, 9000.0))
    cell = next(one for one in dataset_of(*steady, *noisy).cells if one.contender.model == "idle-sleep")
    interval = cell.summary.figures["cpu"].interval
    assert interval is not None
    assert {interval.low, interval.high} <= {*reach([(cell, 100.0)], METRICS["cpu"])}
