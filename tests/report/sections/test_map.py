"""The heat map: every cell relative to the best of its row, every outcome as what it is."""

from concbench.report.sections.map import heat_map
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import EXHAUSTED, lines_of, sizes, table_named, timers


def cells() -> list[Cell]:
    gone = Cell(contender="slow", cost=always(0.0), tasks=5000, outcome=EXHAUSTED)
    return [*sizes("fast", "spawn", 100.0, 10, 5000), *sizes("slow", "spawn", 300.0, 10), gone]


def test_the_best_of_a_row_is_cold_and_the_others_are_hotter() -> None:
    row = table_named(heat_map(dataset_of(*cells())), "map-wall").rows[0]
    assert [one.lines for one in row.fields] == [("spawn",), ("tasks 10",), ("×1.00",), ("×3.00",)]
    fast, slow = (one.heat for one in row.fields[2:])
    assert fast == 0
    assert slow is not None
    assert 0 < slow < 1
    assert [one.order for one in row.fields[2:]] == [fast, slow]


def test_an_outcome_stands_in_the_place_of_a_figure_with_its_reason_on_demand() -> None:
    row = table_named(heat_map(dataset_of(*cells())), "map-wall").rows[1]
    assert row.fields[3].lines == ("exhausted at 900",)
    assert row.fields[3].hover == "no more threads: bye"
    assert row.fields[3].heat is None
    assert row.fields[3].faint


def test_wall_and_cpu_time_have_a_map_each() -> None:
    section = heat_map(dataset_of(*timers("asyncio", 2000)))
    assert lines_of(table_named(section, "map-wall"))[0][2] == ("best",)
    assert lines_of(table_named(section, "map-cpu"))[0][2] == ("×1.00",)


def test_what_was_not_asked_for_is_a_dash() -> None:
    dataset = dataset_of(*sizes("fast", "spawn", 100.0, 10), *sizes("slow", "switch", 300.0, 10))
    assert [row[2:] for row in lines_of(table_named(heat_map(dataset), "map-wall"))] == [
        [("×1.00",), ("–",)],
        [("–",), ("×1.00",)],
    ]


def test_a_map_can_be_filtered_by_workload() -> None:
    table = table_named(heat_map(dataset_of(*cells())), "map-wall")
    assert table.filters
    assert [row.workload for row in table.rows] == ["spawn", "spawn"]


def test_the_word_for_what_noise_hid_is_explained_below_the_map() -> None:
    hidden = Cell(contender="fast", cost=always(-1.0), workload="switch")
    table = table_named(
        heat_map(dataset_of(hidden, Cell(contender="slow", cost=always(9.0), workload="switch"))), "map-wall"
    )
    assert lines_of(table)[0][2] == ("lost in noise",)
    assert "“Lost in noise”: in some process" in table.reading
