"""How cost grows: pictures, laws, crossings, and what was not determined."""

from functools import cache

import pytest

from concbench.analysis.dataset import Dataset
from concbench.report.blocks import Folded, Grid, Picture, Section, Table, Words
from concbench.report.sections.scaling import depth, scaling
from tests.report.made_up import Cell, always, dataset_of, growing
from tests.report.pages import depths, lines_of, of_kind, sizes, table_named, timers

SIZES = (10, 100, 1000, 10_000, 100_000)


def crossing() -> Dataset:
    steep = [
        Cell(contender="steep", cost=growing(30.0 * tasks**0.5, tasks**0.5 / 3), tasks=tasks)
        for tasks in (10, 100, 1000)
    ]
    return dataset_of(*sizes("flat", "spawn", 300.0, 10, 100, 1000), *steep)


@cache
def section() -> Section:
    return scaling(crossing())


def named_tables(dataset: Dataset) -> list[str]:
    return [table.name for table in of_kind(scaling(dataset), Table)]


def test_a_sweep_over_tasks_has_two_pictures_and_a_sweep_over_depth_has_one() -> None:
    (picture,) = of_kind(section(), Picture)
    assert (len(picture.svgs), picture.caption) == (2, "spawn: cost against tasks")
    deep = depth(dataset_of(*depths("alpha", 10.0, 0.5)))
    assert deep is not None
    (picture,) = of_kind(deep, Picture)
    assert (len(picture.svgs), picture.caption) == (1, "chain: cost against depth")


def test_all_sweeps_stand_in_one_grid_each_with_its_tables_behind_a_line_that_counts() -> None:
    several = scaling(dataset_of(*sizes("a", "spawn", 100.0, 10, 100, 1000), *timers("a", 1000)))
    (grid,) = [block for block in several.blocks if isinstance(block, Grid)]
    assert [picture.caption.partition(":")[0] for picture in grid.pictures] == ["spawn", "timers"]
    (crossed,) = of_kind(section(), Folded)
    assert crossed.line == "2 crossings, 4 laws, what was not determined"
    assert [table.name for table in of_kind(section(), Table)] == [
        "s0-crossings", "s0-laws", "s0-undetermined",
    ]  # fmt: skip
    assert len(section().blocks) == 1


def test_where_depth_was_not_varied_there_is_no_section() -> None:
    assert depth(crossing()) is None


def test_the_laws_are_those_of_the_whole_run() -> None:
    rows = lines_of(table_named(section(), "s0-laws"))
    found = {(row[0][0], row[1][0]): row[2][0] for row in rows}
    assert found["flat", "wall time"] == "1.00 [1.00–1.00]"
    assert found["steep", "CPU time"] == "1.50 [1.50–1.50]"


def test_the_fixed_part_and_that_of_a_task_are_shown_where_a_line_fits() -> None:
    cells = [
        Cell(contender="line", cost=growing(200.0 + 5000.0 / tasks, 1.0), tasks=tasks) for tasks in SIZES
    ]
    rows = lines_of(table_named(scaling(dataset_of(*cells)), "s0-laws"))
    wall = next(row for row in rows if row[1] == ("wall time",))
    assert wall[3][0].startswith("5.00 [")
    assert wall[3][0].endswith("µs")
    assert wall[4][0].startswith("203 [")
    assert wall[5] == ("straight line",)


def test_a_law_that_a_power_describes_better_has_no_line_and_says_why_on_demand() -> None:
    table = table_named(section(), "s0-laws")
    steep = next(row for row in table.rows if row.fields[0].lines == ("steep",))
    assert steep.fields[3].faint
    assert steep.fields[3].hover


def test_a_crossing_names_who_is_cheaper_below_and_above_it() -> None:
    rows = lines_of(table_named(section(), "s0-crossings"))
    assert [row[:3] for row in rows] == [
        [("steep",), ("flat",), ("wall time",)],
        [("steep",), ("flat",), ("CPU time",)],
    ]
    assert float(rows[0][3][0].split()[0]) == pytest.approx(100, rel=0.02)


def test_where_nobody_crosses_there_is_no_table_of_it() -> None:
    cells = [*sizes("a", "spawn", 100.0, 10, 100, 1000), *sizes("b", "spawn", 300.0, 10, 100, 1000)]
    assert "s0-crossings" not in named_tables(dataset_of(*cells))


def test_what_was_not_determined_is_told_with_its_reason_once() -> None:
    rows = lines_of(table_named(section(), "s0-undetermined"))
    assert [row[0][0] for row in rows if row[1] == ("all",)] == ["knee"]
    assert all(row[2][0] for row in rows)


def test_a_knee_has_a_column_where_one_was_looked_for() -> None:
    few = table_named(section(), "s0-laws")
    assert "knee" not in few.columns
    cells = sizes("flat", "spawn", 300.0, *SIZES)
    many = table_named(scaling(dataset_of(*cells)), "s0-laws")
    assert many.columns[-1] == "knee"
    assert {row[-1] for row in lines_of(many)} == {("none",)}


def test_a_knee_says_where_and_what_changes() -> None:
    sizes_ = (10, 30, 100, 300, 1000, 3000, 10_000)
    cells = [
        Cell(contender="bends", cost=growing(100.0 * max(1.0, tasks / 300), 1.0), tasks=tasks)
        for tasks in sizes_
    ]
    rows = lines_of(table_named(scaling(dataset_of(*cells)), "s0-laws"))
    wall = next(row for row in rows if row[1] == ("wall time",))
    assert wall[-1][0].startswith("at ")
    assert wall[-1][1].startswith("exponent 1.0")


def test_the_laws_of_several_sweeps_have_names_of_their_own_filters_and_how_to_read_them() -> None:
    several = scaling(dataset_of(*sizes("a", "spawn", 100.0, 10, 100, 1000), *timers("a", 1000)))
    tables = [table for table in of_kind(several, Table) if table.name.endswith("-laws")]
    assert [table.name for table in tables] == ["s0-laws", "s1-laws"]
    for table in tables:
        assert table.filters
        assert "95 %" in table.reading


def test_nothing_at_two_sizes_is_said() -> None:
    (words,) = of_kind(scaling(dataset_of(Cell(contender="a", cost=always(1.0)))), Words)
    assert "Nothing was measured at two sizes" in words.text


def test_a_row_of_which_nothing_was_determined_stands_only_where_it_is_said_why() -> None:
    few = [*sizes("swept", "spawn", 100.0, 10, 100, 1000), *sizes("ends", "spawn", 100.0, 10, 1000)]
    made = scaling(dataset_of(*few))
    assert {row[0] for row in lines_of(table_named(made, "s0-laws"))} == {("swept",)}
    assert any("ends" in row[1][0] for row in lines_of(table_named(made, "s0-undetermined")))
