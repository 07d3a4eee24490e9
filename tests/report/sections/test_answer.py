"""Which model for which load: the first, the others' distance, the price, and when not to trust it."""

from typing import Any

import pytest

from concbench.analysis.dataset import Dataset
from concbench.report.blocks import Table, Words
from concbench.report.sections.answer import answer
from concbench.results.reader import Run
from tests.report.made_up import Cell, Cost, always, dataset_of, growing, run_elsewhere, run_of
from tests.report.pages import (
    EXHAUSTED,
    everything_run,
    example,
    lines_of,
    material_of_runs,
    of_kind,
    sizes,
    table_named,
    timers,
)


def swinging(by: int) -> Cost:
    """Return a cost that is as often above 100 as below."""
    return lambda generation, _round: 100.0 + by * (-1) ** generation


def rows(dataset: Dataset) -> dict[str, list[tuple[str, ...]]]:
    """Return the lines of the chooser's fields under the title of the load."""
    return {row[0][0]: row[1:] for row in lines_of(table_named(answer(dataset), "chooser"))}


def said(dataset: Dataset, kind: str) -> str:
    return " ".join(words.text for words in of_kind(answer(dataset), Words) if words.kind == kind)


def spawning(late: float = 300.0) -> list[Cell]:
    return [*sizes("fast", "spawn", 100.0, 10, 1000), *sizes("slow", "spawn", late, 10, 1000)]


def test_the_first_has_its_figure_and_the_others_their_ratio_with_an_interval() -> None:
    chosen, fast, slow = rows(dataset_of(*spawning()))["Many short tasks"]
    assert chosen[0] == "fast"
    assert fast[:2] == ("first", "103 ns")
    assert slow[:2] == ("×3.00", "[3.00–3.00]")
    assert fast[2] == slow[2] == "50% of a core"


def test_a_load_is_answered_at_the_most_tasks_and_says_which() -> None:
    (row,) = table_named(answer(dataset_of(*spawning())), "chooser").rows
    assert row.fields[0].lines == ("Many short tasks", "least time per task; spawn: tasks 1000, delay 0.02")


NAMED = (
    "polling",
    "generator",
    "asyncio",
    "uvloop",
    "trio",
    "gevent",
    "threads",
    "thread-pool",
    "process-pool",
)


def many_models() -> Dataset:
    """Return models that need more time the later they stand in the list."""
    costs = {name: 100.0 + 10 * place for place, name in enumerate(NAMED)}
    return dataset_of(*(one for name in NAMED for one in sizes(name, "spawn", costs[name], 10, 1000)))


def test_many_models_are_told_by_families_first_each_by_its_best_member() -> None:
    families = table_named(answer(many_models()), "chooser")
    assert families.columns == ("load", "choose", "teaching", "event-loop", "library", "threads", "pool")
    ((_, _, teaching, loops, library, threads, pool),) = lines_of(families)
    assert (teaching[0], teaching[1]) == ("polling", "first")
    assert [group[0] for group in (loops, library, pool)] == ["asyncio", "trio", "thread-pool"]
    assert threads[0].startswith("×")


def test_a_few_models_are_told_one_by_one() -> None:
    tables = of_kind(answer(dataset_of(*spawning())), Table)
    assert [table.name for table in tables] == ["chooser"]


def test_who_cannot_be_told_from_the_first_is_as_good() -> None:
    noisy = [Cell(contender=name, cost=swinging(by), tasks=1000) for name, by in (("one", 3), ("other", -3))]
    chosen, *places = rows(dataset_of(*noisy))["Many short tasks"]
    assert chosen[0] == "cannot be told"
    assert chosen[1] in ("looked best: one or other", "looked best: other or one")
    assert sorted(place[0] for place in places) == ["as good", "first"]


def test_too_little_to_tell_is_not_determined_and_not_as_good() -> None:
    few = [
        Cell(contender=name, cost=always(cost), tasks=1000, generations=2)
        for name, cost in (("a", 9.0), ("b", 10.0))
    ]
    chosen, first, second = rows(dataset_of(*few))["Many short tasks"]
    assert chosen[:2] == ("cannot be told", "looked best: a")
    assert first[0] == "first"
    assert second[0] == "not determined"


def test_the_price_is_named_beside_the_choice() -> None:
    burning = [
        Cell(contender="burns", cost=growing(100.0, 1.0), cpu=always(100.0), tasks=1000),
        Cell(contender="sleeps", cost=growing(200.0, 1.0), cpu=always(20.0), tasks=1000),
    ]
    chosen, *_ = rows(dataset_of(*burning))["Many short tasks"]
    assert chosen[:2] == ("burns", "97% of a core busy, ×5.00 the CPU of sleeps")
    chosen, *_ = rows(dataset_of(*spawning()))["Many short tasks"]
    assert chosen[1] == "50% of a core busy, and the least CPU of all"


def test_lateness_is_compared_by_difference_and_early_is_as_bad_as_late() -> None:
    dataset = dataset_of(*timers("punctual", 100), *timers("early", -5000), *timers("late", 9000))
    chosen, punctual, early, late = rows(dataset)["Many timers, punctual"]
    assert chosen[0] == "punctual"
    assert punctual[:2] == ("first", "198 ns")
    assert early[:2] == ("+9.70 µs", "[9.70–9.70] µs")
    assert late[:2] == ("+17.6 µs", "[17.6–17.6] µs")


def test_who_has_no_figure_has_an_outcome_and_its_reason_on_demand() -> None:
    cells = [*spawning(), Cell(contender="gone", cost=always(0.0), tasks=1000, outcome=EXHAUSTED)]
    (row,) = table_named(answer(dataset_of(*cells)), "chooser").rows
    assert row.fields[-1].lines == ("exhausted at 900",)
    assert row.fields[-1].hover == "no more threads: bye"
    assert row.fields[-1].faint


def test_the_order_of_a_column_is_the_order_of_the_places() -> None:
    (row,) = table_named(answer(dataset_of(*spawning())), "chooser").rows
    assert [one.order for one in row.fields[2:]] == [0.0, 1.0]


def test_a_sentence_says_who_is_punctual_who_is_cheap_and_what_each_pays() -> None:
    polling = timers("polling", 100, cpu=always(2_000_000.0))
    asleep = timers("asyncio", 2_000_000, cpu=always(500.0))
    words = said(dataset_of(*polling, *asleep), "lead")
    assert words.startswith("With 1\N{NARROW NO-BREAK SPACE}000 tasks asleep, polling is the most punctual")
    assert "asyncio needs least CPU" in words
    assert words.endswith("and is 3.96 ms late.")


def test_one_that_is_both_is_said_to_be_both() -> None:
    cells = [*timers("a", 100, cpu=always(500.0)), *timers("b", 2000, cpu=always(900.0))]
    assert "a is the most punctual (198 ns late) and the cheapest in CPU" in said(dataset_of(*cells), "lead")


def test_the_sentence_names_who_is_as_good() -> None:
    dataset = example()
    chosen = rows(dataset)["Many timers, punctual"][0][0].split(" or ")
    assert len(chosen) > 1
    words = said(dataset, "lead")
    assert f"{chosen[0]} is the most punctual" in words
    assert f"; as good: {', '.join(chosen[1:])}" in words


def asking(tells: str, metric: str, axis: str = "delay") -> dict[str, Any]:
    about = {"title": f"{tells} naps", "metric": metric, "goal": "least", "price": ""}
    return {**about, "axis": axis, "bound": 0, "rank": 0.5, "tells": tells}


def test_a_workload_of_ones_own_may_tell_the_sentence_along_another_parameter_than_tasks() -> None:
    questions = [asking("punctual", "wall"), asking("cheap", "cpu")]
    cells = [Cell(contender=name, cost=growing(cost, 1.0), workload="naps", cpu=always(cost), tasks=100)
             for name, cost in (("a", 100.0), ("b", 900.0))]  # fmt: skip
    naps: dict[str, Any] = {"workloads": {"naps": {"questions": questions, "lanes": ""}}}
    words = said(dataset_of(*cells, **naps), "lead")
    assert words.startswith("With delay 0.02, a is the most punctual (103 ns late)")


def test_no_timers_no_sentence() -> None:
    assert said(dataset_of(*spawning()), "lead") == ""


def test_what_was_not_measured_is_named() -> None:
    words = said(dataset_of(*spawning()), "plain")
    assert "so not to be chosen by: between-tasks (what tasks do to each other: pass on" in words
    assert "concbench run -w family:between-tasks,family:computing,family:sockets." in words
    assert "No workload of the suite is about files, TLS" in words
    assert (
        "no figures for: “A few timers”, “Many timers, punctual”, “Many timers, cheap”, “Many idle tasks”"
        in words
    )
    assert "many short tasks" not in words


def test_when_not_to_trust_it_is_always_said() -> None:
    words = said(dataset_of(*spawning()), "alarm")
    assert words.startswith("When not to trust this: ")
    assert "with 7 processes a cell most differences below 20 % are not found" in words
    assert "no socket was open" in words
    assert "not complete" not in words
    assert "interleaved" not in words


def stopped(run: Run) -> Run:
    return Run(path=run.path, header=run.header, records=run.records[:-1], torn=None)


def test_an_unfinished_run_and_several_runs_are_reasons_for_distrust() -> None:
    run = run_of(*spawning())
    words = said(material_of_runs(stopped(run), run_elsewhere(run, 1)), "alarm")
    assert "the run is not complete" in words
    assert "the runs were not interleaved" in words


@pytest.mark.parametrize("processes", [20, 25])
def test_enough_processes_are_no_reason_for_distrust(processes: int) -> None:
    cells = [Cell(contender="fast", cost=growing(100.0, 1.0), generations=processes, rounds=1)]
    assert "processes a cell" not in said(dataset_of(*cells), "alarm")


def test_each_run_has_its_own_choice_and_its_name_stands_out() -> None:
    one = everything_run("alpha", "beta")
    other = run_elsewhere(everything_run("beta", "alpha"), 1, commit="fedcba98")
    dataset = material_of_runs(one, other)
    row = table_named(answer(dataset), "chooser").rows[0]
    chosen = row.fields[1]
    titles = [chosen.lines[place] for place in sorted(chosen.titles)]
    assert titles == ["alpha abc123", "beta fedcba98"]
    firsts = [one.lines[0] for one in row.fields[2:]]
    assert firsts.count("first") == 2


def test_many_contenders_have_a_row_each_and_the_loads_are_columns() -> None:
    names = [f"m{number}" for number in range(9)]
    cells = [
        cell for place, name in enumerate(names, 1) for cell in sizes(name, "spawn", 99.0 * place, 10, 1000)
    ]
    section = answer(dataset_of(*cells))
    chooser, others = table_named(section, "chooser"), table_named(section, "by-model")
    assert chooser.columns == ("load", "choose")
    assert others.columns == ("model", "Many short tasks")
    assert [row.fields[0].lines for row in others.rows] == [(name,) for name in names]
    assert [row.fields[1].lines[0] for row in others.rows][:3] == ["first", "×2.00", "×3.00"]
    assert [row.fields[1].order for row in others.rows] == list(range(9))
    assert others.reading
