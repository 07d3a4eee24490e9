"""Where two models change places, and speed-ups over one task, as tables of a page and of the terminal."""

import io

import pytest
from rich.console import Console

from concbench.commands.show import draw_run
from concbench.report.blocks import Folded, Table
from concbench.report.sections.crossings import MOST
from concbench.report.sections.scaling import scaling
from concbench.report.terminal.computing import MOST as TOLD
from concbench.results.measured import measured_of
from tests.analysis.test_computing import MS, chunks, mixed
from tests.report.made_up import Cell, dataset_of, run_of
from tests.report.pages import lines_of, material_of_runs, of_kind, sizes, table_named


def loads() -> list[Cell]:
    return [
        *mixed("loop", lambda steps: 1_000.0 * steps),
        *mixed("pool", lambda steps: 500.0 * steps + MS),
        *chunks("loop", lambda _: 6 * MS),
        *chunks("pool", lambda tasks: 6 * MS / min(tasks, 2)),
    ]


def printed(*cells: Cell) -> str:
    stream = io.StringIO()
    draw_run(Console(file=stream, width=200), measured_of(run_of(*cells)), None)
    return stream.getvalue()


def test_a_page_tells_the_share_of_computing_at_a_crossing() -> None:
    table = table_named(scaling(dataset_of(*loads())), "s0-crossings")
    assert table.columns[-2:] == ("crossing at steps", "share of computing")
    (row,) = (row for row in lines_of(table) if row[2] == ("wall time",))
    assert row[:2] == [("loop",), ("pool",)]
    assert 0.3 < float(row[4][0].split()[0]) < 0.37
    assert "share of computing" in table.reading


def test_without_shares_a_page_has_no_column_for_them() -> None:
    cells = [
        *mixed("loop", lambda steps: 1_000.0 * steps, share=False),
        *mixed("pool", lambda steps: 500.0 * steps + MS, share=False),
    ]
    table = table_named(scaling(dataset_of(*cells)), "s0-crossings")
    assert table.columns[-1] == "crossing at steps"
    assert {len(row) for row in lines_of(table)} == {4}


def test_of_many_crossings_those_of_models_that_one_deploys_come_first_and_most_are_folded() -> None:
    about = {name: {"family": "event-loop", "dialect": "coroutine"} for name in "cdklmn"}
    cells = [
        *(one for name in "abcd" for one in mixed(name, lambda steps: 1_000.0 * steps)),
        *(one for name in "klmn" for one in mixed(name, lambda steps: 500.0 * steps + MS)),
    ]
    section = scaling(material_of_runs(run_of(*cells, about=about)))
    first, more = (table_named(section, name) for name in ("s0-crossings", "s0-crossings-more"))
    assert len(first.rows) == MOST
    assert {row[0][0] for row in lines_of(first)} == {"c", "d"}  # a and b teach
    (folded,) = (one for one in of_kind(section, Folded) if one.blocks[0] is more)
    assert folded.line == f"{len(more.rows)} more crossings"
    told = " ".join(printed(*cells).split())
    assert f"{len(first.rows) + len(more.rows) - TOLD} more on the page" in told


def test_a_page_tells_speed_ups_of_tasks_that_compute_and_of_no_others() -> None:
    section = scaling(dataset_of(*loads(), *sizes("loop", "spawn", 300.0, 1, 10, 100)))
    rows = lines_of(table_named(section, "s1-speedups"))
    assert [(row[0][0], row[1][0], row[3][0]) for row in rows] == [
        ("2", "loop", "1.00"), ("2", "pool", "2.00"), ("4", "loop", "1.00"), ("4", "pool", "2.00")
    ]  # fmt: skip
    assert [float(row[2][0].split()[0]) for row in rows] == pytest.approx([1, 2, 1, 2], rel=0.01)
    assert [one.name for one in of_kind(section, Table) if one.name.endswith("speedups")] == ["s1-speedups"]


def test_a_speed_up_that_is_not_determined_says_so() -> None:
    table = table_named(scaling(dataset_of(*chunks("loop", lambda _: 6 * MS, generations=3))), "s0-speedups")
    assert {row[2] for row in lines_of(table)} == {("not determined",)}
    assert "not determined" in printed(*chunks("loop", lambda _: 6 * MS, generations=3))


def test_the_terminal_tells_both_below_the_tables() -> None:
    told = printed(*loads())
    crossing = told[told.index("mix: where two models change places") :]
    (line,) = (line for line in crossing.splitlines() if line.split()[:4] == ["loop", "pool", "wall", "time"])
    assert 1_900 < float(line.split()[4]) < 2_100
    assert 0.3 < float(line.split()[6]) < 0.37
    speedup = told[told.index("parallel: speed-up over one task") :].splitlines()
    assert any(line.split()[:2] == ["4", "loop"] for line in speedup)
    assert told.index("samples") < told.index("change places") < told.index("median over processes")


def test_the_terminal_says_nothing_of_either_for_other_loads() -> None:
    told = printed(*sizes("flat", "spawn", 300.0, 1, 10, 100))
    assert "speed-up" not in told
    assert "change places" not in told
