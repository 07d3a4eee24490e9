"""The heat map: every cell relative to the best of its row, every outcome as what it is."""

import pytest

from concbench.analysis.heat import GRADES
from concbench.models.index import MEMBERS
from concbench.report.blocks import Folded, HeatMap
from concbench.report.sections.map import heat_map
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import EXHAUSTED, lines_of, of_kind, sizes, table_named, timers


def cells() -> list[Cell]:
    gone = Cell(contender="slow", cost=always(0.0), tasks=5000, outcome=EXHAUSTED)
    return [*sizes("fast", "spawn", 100.0, 10, 5000), *sizes("slow", "spawn", 300.0, 10), gone]


def glance(*cells: Cell) -> HeatMap:
    (found,) = of_kind(heat_map(dataset_of(*cells)), HeatMap)
    assert isinstance(found, HeatMap)
    return found


def halves(found: HeatMap) -> list[list[tuple[tuple[str, int | None], ...]]]:
    return [[cell.halves for cell in row.cells] for row in found.rows]


def test_at_a_glance_a_load_has_one_row_and_a_field_time_and_cpu() -> None:
    made = [
        Cell(contender=name, cost=always(wall), cpu=always(cpu), tasks=tasks)
        for name, wall, cpu in (("a", 450.0, 240.0), ("b", 100.0, 200.0))
        for tasks in (10, 5000)
    ]
    found = glance(*made)
    assert [(row.title, row.about) for row in found.rows] == [
        ("spawn", "tasks 5\N{NARROW NO-BREAK SPACE}000")
    ]
    assert halves(found) == [[(("4.5", 3), ("1.2", 1)), (("1", 0), ("1", 0))]]
    assert [name.lines for name in found.names] == [("a",), ("b",)]
    assert found.rows[0].cells[0].hover == (
        "a: wall time ×4.50 (450 ns per task), CPU time ×1.20 (240 ns per task)"
    )
    assert len(found.key) == len(GRADES) + 1


def test_figures_at_a_glance_have_three_signs_at_the_most() -> None:
    costs = (1.0, 1.04, 9.96, 432.1, 4321.0, 54321.0, 7.6e6)
    made = {**dict(zip(MEMBERS["event-loop"], costs, strict=True)), "polling": 0.03}
    found = glance(*(Cell(contender=name, cost=always(100 * cost)) for name, cost in made.items()))
    assert [words for ((words, _), _) in halves(found)[0]] == [
        "1", "1.0", "10", "432", "4k", "54k", "8M", ".03",
    ]  # fmt: skip


def test_at_a_glance_what_has_no_figure_has_a_sign_and_the_reason_on_demand() -> None:
    gone = Cell(contender="gone", cost=always(0.0), workload="switch", outcome=EXHAUSTED)
    lost = Cell(contender="lost", cost=always(-1.0), workload="switch", cpu=always(18.0))
    fine = Cell(contender="fine", cost=always(9.0), workload="switch", cpu=always(9.0))
    found = glance(fine, gone, lost, *sizes("fine", "spawn", 1.0, 10))
    assert halves(found)[0][1:] == [(("✕", None),), (("?", None), ("2.0", 2))]
    assert halves(found)[1][1:] == [(("–", None),)] * 2
    assert found.rows[0].cells[1].hover == "gone: exhausted at 900"
    assert [cell.order for cell in found.rows[0].cells] == [1.0, None, None]


def test_every_point_is_folded_behind_a_line_that_counts_them() -> None:
    folded = of_kind(heat_map(dataset_of(*cells())), Folded)
    assert [one.line for one in folded] == [f"Every point by {what} time: 2 × 2" for what in ("wall", "CPU")]


def test_where_nothing_was_timed_there_is_no_map_at_a_glance() -> None:
    weighed = Cell(contender="a", cost=always(1.0), workload="parked", rounds=0, heavy=[100] * 7)
    assert of_kind(heat_map(dataset_of(weighed)), HeatMap) == []


def test_the_best_of_a_row_is_graded_as_such_and_the_others_by_how_far_behind_they_are() -> None:
    row = table_named(heat_map(dataset_of(*cells())), "map-wall").rows[0]
    assert [one.lines for one in row.fields] == [("spawn",), ("tasks 10",), ("×1.00",), ("×3.00",)]
    assert [one.grade for one in row.fields[2:]] == [0, 2]
    assert [one.order for one in row.fields[2:]] == [1, pytest.approx(3)]


def test_an_outcome_stands_in_the_place_of_a_figure_with_its_reason_on_demand() -> None:
    row = table_named(heat_map(dataset_of(*cells())), "map-wall").rows[1]
    assert row.fields[3].lines == ("exhausted at 900",)
    assert row.fields[3].hover == "no more threads: bye"
    assert row.fields[3].grade is None
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
