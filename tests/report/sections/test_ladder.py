"""The page's ladder: sentences from figures, charts, and every step beside what was predicted of it."""

from concbench.report.blocks import Folded, Picture, Section, Table, Words
from concbench.report.page.build import page_of
from concbench.report.sections.ladder import ladder
from tests.analysis.ladder.made_up import rungs
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import lines_of, of_kind, words_in

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
        "the timer heap", "CPU time", "100 ns", "200 ns", "×2.00 [2.00–2.00]", "less", "wrong",
    ]  # fmt: skip


def test_the_page_has_it() -> None:
    page = page_of(dataset_of(*LADDER))
    assert "The ladder" in page
    assert "from the tutorial’s loop to asyncio, one idea at a time" in page
