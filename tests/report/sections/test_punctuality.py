"""Accuracy against price: the pictures, and every lateness with its price."""

from dataclasses import replace

from concbench.report.blocks import Picture
from concbench.report.sections.punctuality import punctuality
from concbench.words import grouped
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import example, lines_of, of_kind, sizes, table_named, timers, words_in


def test_where_nobody_told_of_lateness_there_is_no_section() -> None:
    assert punctuality(dataset_of(*sizes("a", "spawn", 100.0, 10))) is None


def test_every_cell_that_told_has_a_row() -> None:
    section = punctuality(dataset_of(*timers("asyncio", 2000), *timers("eager", -100)))
    assert section is not None
    rows = lines_of(table_named(section, "lateness"))
    assert [(row[1][0], row[2][0]) for row in rows] == [
        (f"tasks {grouped(tasks)}", name) for tasks in (10, 100, 1000) for name in ("asyncio", "eager")
    ]
    assert rows[0][3:6] == [("2.00 [2.00–2.00] µs",), ("3.96 [3.96–3.96] µs",), ("6.00 [6.00–6.00] µs",)]
    assert rows[0][7] == ("0.0%",)
    assert rows[1][3] == ("-100 [-100 – -100] ns",)
    assert rows[1][7] == ("10.0%",)


def test_rows_are_in_the_order_of_sizes_also_when_they_are_sorted() -> None:
    section = punctuality(dataset_of(*timers("asyncio", 2000)))
    assert section is not None
    assert [row.fields[1].order for row in table_named(section, "lateness").rows] == [10.0, 100.0, 1000.0]


def test_a_distribution_is_shown_where_samples_list_every_lateness() -> None:
    section = punctuality(example())
    assert section is not None
    (picture,) = of_kind(section, Picture)
    assert len(picture.svgs) == 2
    assert "timers, tasks 1\N{NARROW NO-BREAK SPACE}000, delay 0.02 s: how late" in words_in(picture.svgs[1])
    without = punctuality(dataset_of(*timers("asyncio", 2000)))
    assert without is not None
    assert len(of_kind(without, Picture)[0].svgs) == 1


def test_points_that_differ_in_more_than_the_tasks_are_not_joined() -> None:
    timer = Cell(contender="a", cost=always(9.0), workload="timers", late=5000)
    sizes_ = ((10, 1), (100, 1), (1000, 2))
    cells = [replace(timer, tasks=tasks, more=(("jitter", jitter),)) for tasks, jitter in sizes_]
    section = punctuality(dataset_of(*cells))
    assert section is not None
    words = words_in(of_kind(section, Picture)[0].svgs[0])
    assert "10" not in words
    assert "1\N{NARROW NO-BREAK SPACE}000" in words
