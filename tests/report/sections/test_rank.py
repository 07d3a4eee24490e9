"""The rank: who is dominated by whom, with intervals, and no single score."""

from concbench.report.blocks import Words
from concbench.report.sections.rank import rank
from tests.report.made_up import Cell, always, dataset_of, run_elsewhere
from tests.report.pages import everything_run, lines_of, material_of_runs, of_kind, sizes, table_named


def dominating() -> list[Cell]:
    return [*sizes("fast", "spawn", 100.0, 10, 1000), *sizes("slow", "spawn", 300.0, 10, 1000)]


def trading() -> list[Cell]:
    """Return cells of two contenders, of which one is faster and the other needs less CPU."""
    quick = [
        Cell(contender="quick", cost=always(100.0), cpu=always(90.0), tasks=tasks) for tasks in (10, 1000)
    ]
    frugal = [
        Cell(contender="frugal", cost=always(300.0), cpu=always(9.0), tasks=tasks) for tasks in (10, 1000)
    ]
    return [*quick, *frugal]  # fmt: skip


def test_who_is_worse_in_everything_is_dominated_and_by_whom() -> None:
    rows = lines_of(table_named(rank(dataset_of(*dominating())), "rank-0"))
    assert rows[0][0] == ("fast",)
    assert rows[0][-1] == ("nobody: on the Pareto front",)
    assert rows[1][-1] == ("fast: better in time, CPU at work",)


def test_who_trades_time_for_cpu_is_dominated_by_nobody() -> None:
    rows = lines_of(table_named(rank(dataset_of(*trading())), "rank-0"))
    assert [row[-1] for row in rows] == [("nobody: on the Pareto front",)] * 2


def test_ratios_are_to_the_baseline_and_carry_intervals() -> None:
    table = table_named(rank(dataset_of(*dominating(), baseline="slow")), "rank-0")
    rows = {row[0][0]: row[1:] for row in lines_of(table)}
    assert rows["slow"][0] == ("1",)
    assert rows["fast"][0] == ("×0.33", "[0.33–0.33]")
    assert "ratios to slow" in table.caption
    assert "Ratios to slow" in table.reading
    fast = next(row for row in table.rows if row.fields[0].lines == ("fast",))
    assert fast.fields[1].strong


def test_lateness_is_a_difference_beside_the_figure_itself() -> None:
    table = table_named(rank(material_of_runs(everything_run("alpha", "beta"))), "rank-0")
    late = table.columns.index("lateness")
    rows = {row[0][0]: row[late] for row in lines_of(table)}
    assert rows["alpha"] == ("1.00 µs",)
    assert rows["beta"] == ("2.00 µs", "+1.00 µs", "[1.00–1.00] µs")


def test_the_fewer_dominate_the_higher_in_the_table() -> None:
    table = table_named(rank(material_of_runs(everything_run("gamma", "beta", "alpha"))), "rank-0")
    orders = [row.fields[-1].order for row in table.rows]
    assert orders == sorted(orders, key=lambda order: float(order or 0))


def test_what_the_rank_stands_on_is_said_and_who_is_left_out() -> None:
    outcome = {"outcome": "crashed", "reason": "it fell", "at": None, "last_words": None}
    gone = Cell(contender="gone", cost=always(0.0), outcome=outcome)
    (words,) = of_kind(rank(dataset_of(*dominating(), gone)), Words)
    assert "Over the 2 points that all of them did, of spawn" in words.text
    assert "Left out, since they did far fewer points than most, or none of these: gone." in words.text


def test_each_run_has_a_table_of_its_own() -> None:
    run = everything_run("alpha", "beta")
    section = rank(material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98")))
    assert "run 1" in table_named(section, "rank-0").caption
    assert "run 2" in table_named(section, "rank-1").caption


def test_who_dominates_in_the_same_dimensions_stands_together() -> None:
    cells = [cell for place in (1, 2, 3) for cell in sizes(f"m{place}", "spawn", 100.0 * place, 10, 1000)]
    rows = lines_of(table_named(rank(dataset_of(*cells)), "rank-0"))
    assert rows[-1][-1] == ("m1, m2: better in time, CPU at work",)
