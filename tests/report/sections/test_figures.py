"""Every cell with all its figures, and every outcome with its reason."""

from dataclasses import replace

from concbench.analysis.wording import BELOW_ZERO, CLIENT_BOUND
from concbench.report.blocks import Words
from concbench.report.sections.figures import figures
from tests.report.made_up import Cell, always, busy, dataset_of, growing, run_of
from tests.report.pages import (
    EXHAUSTED,
    NOT_EXPRESSIBLE,
    lines_of,
    material_of_runs,
    of_kind,
    sizes,
    table_named,
    timers,
)


def two() -> list[Cell]:
    return [*sizes("fast", "spawn", 100.0, 10), *sizes("slow", "spawn", 300.0, 10)]


def test_every_cell_has_a_row_with_its_figures() -> None:
    rows = lines_of(table_named(figures(dataset_of(*two(), baseline="fast")), "cells"))
    assert [row[2] for row in rows] == [("fast",), ("slow",)]
    fast, slow = rows
    assert fast[4:] == [("103 [100–106] ns",), ("51.5 [50.0–53.0] ns",), ("–",), ("–",), ("–",), ("21 in 7",)]
    assert slow[8] == ("×3.00 [3.00–3.00]",)


def test_what_is_really_different_from_the_baseline_is_strong() -> None:
    table = table_named(figures(dataset_of(*two(), baseline="fast")), "cells")
    assert [row.fields[8].strong for row in table.rows] == [False, True]


def test_lateness_and_memory_stand_where_they_were_measured() -> None:
    parked = Cell(contender="a", cost=always(10.0), workload="parked", heavy=[200] * 7)
    peak = Cell(contender="a", cost=always(10.0), heavy=[4096] * 7, observed=False)
    table = table_named(figures(dataset_of(parked, peak, timers("a", 2000)[0])), "cells")
    rows = {row[0][0]: row for row in lines_of(table)}
    assert rows["parked"][6] == ("200 [200–200] B",)
    assert rows["spawn"][6] == ("4.00 [4.00–4.00] KiB (peak)",)
    assert rows["timers"][7] == ("2.00 [2.00–2.00] µs",)
    assert rows["spawn"][7] == ("–",)


def test_a_price_below_zero_says_on_demand_that_it_is_none() -> None:
    costs = {"a": -9.0, "b": 9.0}
    cells = [Cell(contender=name, cost=always(cost), workload="switch") for name, cost in costs.items()]
    table = table_named(figures(dataset_of(*cells)), "cells")
    assert [row.fields[4].hover for row in table.rows] == [BELOW_ZERO, ""]


def test_a_cell_without_figures_has_its_outcome_and_its_reason() -> None:
    cells = [
        Cell(contender="a", cost=growing(100.0, 1.0)),
        Cell(contender="b", cost=always(0.0), outcome=NOT_EXPRESSIBLE),
        Cell(contender="c", cost=always(0.0), outcome=EXHAUSTED),
    ]
    section = figures(dataset_of(*cells))
    assert [row[2] for row in lines_of(table_named(section, "cells"))] == [("a",)]
    assert [row[2:] for row in lines_of(table_named(section, "outcomes"))] == [
        [("b",), ("not-expressible",), ("no call stack",)],
        [("c",), ("exhausted at 900",), ("no more threads: bye",)],
    ]


def test_where_every_cell_has_figures_that_is_said() -> None:
    (words,) = of_kind(figures(dataset_of(Cell(contender="a", cost=always(1.0)))), Words)
    assert words.text == "Every cell has figures."


def test_a_cell_that_was_never_reached_is_not_measured() -> None:
    run = run_of(Cell(contender="a", cost=always(1.0)))
    section = figures(material_of_runs(replace(run, records=())))
    ((*_, outcome, reason),) = lines_of(table_named(section, "outcomes"))
    assert (outcome, reason) == (("not measured",), ("no block of it was completed",))


def test_rows_sort_by_size_and_by_value() -> None:
    table = table_named(figures(dataset_of(*sizes("a", "spawn", 100.0, 10, 1000))), "cells")
    assert [row.fields[1].order for row in table.rows] == [10.0, 1000.0]
    assert all(isinstance(row.fields[4].order, float) for row in table.rows)


def test_a_cell_whose_companion_was_the_bottleneck_says_client_bound() -> None:
    cells = [
        Cell(contender=name, cost=always(100.0), told=busy(share))
        for name, share in (("a", 0.5), ("b", 0.97))
    ]
    table = table_named(figures(dataset_of(*cells)), "cells")
    place = table.columns.index("companion")
    assert ["client-bound" in row.fields[place].lines[0] for row in table.rows] == [False, True]
    assert [row.fields[place].hover for row in table.rows] == ["", CLIENT_BOUND]
