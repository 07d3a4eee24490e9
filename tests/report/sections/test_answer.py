"""Which model for which load: the first, the others' distance, the price, and when not to trust it."""

from dataclasses import replace

import pytest

from concbench.analysis.choices import choices_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.warnings import Warned
from concbench.report.answers import answer_to
from concbench.report.blocks import Answered, Answers, Folded, LinkLine, Section, Table, Words
from concbench.report.sections.answer import answer
from concbench.results.reader import Run
from tests.report.made_up import Cell, Cost, always, dataset_of, growing, run_elsewhere, run_of
from tests.report.pages import (
    EXHAUSTED,
    everything_run,
    lines_of,
    material_of_runs,
    of_kind,
    sizes,
    timers,
)
from tests.results.examples import example, typed


def swinging(by: int) -> Cost:
    """Return a cost that is as often above 100 as below."""
    return lambda generation, _round: 100.0 + by * (-1) ** generation


def answered(dataset: Dataset, title: str) -> Answered:
    """Return the answer to a load."""
    (block,) = of_kind(answer(dataset), Answers)
    found: list[Answered] = [one for group in block.groups for one in group.loads if one.title == title]
    return found[0]


def in_words(dataset: Dataset, title: str = "Many short tasks") -> tuple[str, str]:
    """Return whom the answer to a load names, and what it says of the others."""
    (told,) = answered(dataset, title).said
    return told.who, told.how


def rows(dataset: Dataset, title: str = "Many short tasks") -> dict[str, tuple[str, ...]]:
    """Return what the table behind the answer says of each contender."""
    lines = lines_of(answered(dataset, title).table)
    return {row[0][0]: tuple(" ".join(field) for field in row[1:]) for row in lines}


def said(dataset: Dataset, kind: str) -> str:
    return " ".join(words.text for words in of_kind(answer(dataset), Words) if words.kind == kind)


def spawning(late: float = 300.0) -> list[Cell]:
    return [*sizes("fast", "spawn", 100.0, 10, 1000), *sizes("slow", "spawn", late, 10, 1000)]


def test_the_first_has_its_figure_and_the_others_their_ratio_with_an_interval() -> None:
    dataset = dataset_of(*spawning())
    assert in_words(dataset) == ("fast", "103 ns wall time per task, 51.5 ns CPU; slow ×3.00 [3.00–3.00]")
    assert rows(dataset) == {
        "fast": ("103 ns", "first", "–", "51.5 ns", "50%"),
        "slow": ("309 ns", "×3.00", "[3.00–3.00]", "154 ns", "50%"),
    }


def test_a_load_is_answered_at_the_most_tasks_and_says_which() -> None:
    one = answered(dataset_of(*spawning()), "Many short tasks")
    assert one.goal == "least time per task"
    assert one.about.startswith(
        "Here: least time per task, at spawn: tasks 1\N{NARROW NO-BREAK SPACE}000, delay 0.02. "
    )


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


def test_of_many_models_each_family_is_told_by_its_best_member_and_nobody_deploys_the_teaching_ones() -> None:
    who, how = in_words(many_models())
    assert who == "asyncio"
    told, rest = how.split("; ")[1:]
    assert [part.split(" ")[0] for part in told.split(", ")] == ["uvloop", "trio", "threads"]
    assert rest == "3 others worse"
    assert set(rows(many_models())) == set(NAMED) - {"polling", "generator"}


def test_who_cannot_be_told_from_the_first_is_as_good() -> None:
    noisy = [Cell(contender=name, cost=swinging(by), tasks=1000) for name, by in (("one", 3), ("other", -3))]
    who, how = in_words(dataset_of(*noisy))
    assert who == "no difference was found"
    assert how in [f"{names} looked best, at most ×1.07 apart" for names in ("one or other", "other or one")]
    assert sorted(place[1].split(" ")[0] for place in rows(dataset_of(*noisy)).values()) == [
        "alike,",
        "first",
    ]


def test_too_little_to_tell_is_not_determined_and_not_as_good() -> None:
    few = [
        Cell(contender=name, cost=always(cost), tasks=1000, generations=2)
        for name, cost in (("a", 9.0), ("b", 10.0))
    ]
    assert in_words(dataset_of(*few)) == ("too little was measured to tell", "a looked best; b undecided")
    assert rows(dataset_of(*few))["b"][1] == "not determined"


def test_the_price_is_named_beside_the_choice() -> None:
    burning = [
        Cell(contender="burns", cost=growing(100.0, 1.0), cpu=always(100.0), tasks=1000),
        Cell(contender="sleeps", cost=growing(200.0, 1.0), cpu=always(20.0), tasks=1000),
    ]
    who, how = in_words(dataset_of(*burning))
    assert who == "burns"
    assert how.startswith("103 ns wall time per task, 100 ns CPU (×5.00 that of sleeps); sleeps ×")


def test_lateness_is_compared_by_difference_and_early_is_as_bad_as_late() -> None:
    dataset = dataset_of(*timers("punctual", 100), *timers("early", -5000), *timers("late", 9000))
    who, how = in_words(dataset, "Many timers, punctual")
    assert who == "punctual"
    assert how.split("; ")[1] == "early +9.70 [9.70–9.70] µs, late +17.6 [17.6–17.6] µs"
    told = rows(dataset, "Many timers, punctual")
    assert told["punctual"][:2] == ("198 ns", "first")
    assert told["early"][1:3] == ("+9.70 µs", "[9.70–9.70] µs")
    assert told["late"][1:3] == ("+17.6 µs", "[17.6–17.6] µs")


def test_who_has_no_figure_has_an_outcome_and_its_reason_on_demand() -> None:
    cells = [*spawning(), Cell(contender="gone", cost=always(0.0), tasks=1000, outcome=EXHAUSTED)]
    *_, row = answered(dataset_of(*cells), "Many short tasks").table.rows
    assert row.fields[2].lines == ("exhausted at 900",)
    assert row.fields[2].hover == "no more threads: bye"
    assert row.fields[2].faint
    assert in_words(dataset_of(*cells))[1].endswith("; gone exhausted at 900")


def test_the_order_of_a_column_is_the_order_of_the_places() -> None:
    table = answered(dataset_of(*spawning()), "Many short tasks").table
    assert [row.fields[2].order for row in table.rows] == [0.0, 1.0]


def test_the_first_sentence_counts_who_is_first_or_as_good() -> None:
    assert said(dataset_of(*spawning()), "lead") == ("Of 1 load, fast is first at 1.")
    alone = sizes("fast", "spawn", 100.0, 10, 1000)
    assert said(dataset_of(*alone), "lead") == ""


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


def test_each_run_has_its_own_answer() -> None:
    one = everything_run("alpha", "beta")
    other = run_elsewhere(everything_run("beta", "alpha"), 1, commit="fedcba98")
    (block,) = of_kind(answer(material_of_runs(one, other)), Answers)
    first = block.groups[0].loads[0]
    assert [told.who for told in first.said] == ["alpha abc123", "beta fedcba98"]
    assert len(first.table.rows) == 4


def test_contenders_have_a_row_each_and_the_loads_are_columns() -> None:
    names = [f"m{number}" for number in range(9)]
    cells = [
        cell for place, name in enumerate(names, 1) for cell in sizes(name, "spawn", 99.0 * place, 10, 1000)
    ]
    (folded,) = of_kind(answer(dataset_of(*cells)), Folded)
    (table,) = of_kind(Section("", "", folded.blocks), Table)
    assert folded.line == "Every model at every load: a table of 9\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}1"
    assert table.columns == ("model", "Many short tasks")
    assert [row.fields[0].lines for row in table.rows] == [(name,) for name in names]
    assert [row.fields[1].lines[0] for row in table.rows][:3] == ["first: 102 ns", "×2.00", "×3.00"]
    assert [row.fields[1].order for row in table.rows] == list(range(9))
    assert table.reading


def probably(cost: float) -> Cost:
    """Return a cost that is probably more than 100: so says its interval, and no more."""
    return lambda generation, _round: cost + (3, -2, 9, 1, 14, 2, 6)[generation]


def test_who_is_probably_first_is_said_to_be_so_and_nobody_is_passed_over() -> None:
    cells = [
        Cell(contender="one", cost=always(100.0), tasks=1000),
        Cell(contender="other", cost=probably(102.0), tasks=1000),
        Cell(contender="gone", cost=always(0.0), tasks=1000, outcome=EXHAUSTED),
    ]
    who, how = in_words(dataset_of(*cells))
    assert who == "probably one"
    assert how.endswith("; other probably ×1.07 [1.02–1.12]; gone exhausted at 900")


def below_zero_once(generation: int, _round: int) -> float:
    return -1.0 if generation == 3 else 40.0


def below_zero_and_dear(generation: int, _round: int) -> float:
    return -1.0 if generation == 3 else 400.0


def test_those_whose_cost_is_lost_in_noise_are_named() -> None:
    fast, slow, lost = (
        Cell(contender=name, cost=cost, workload="switch", tasks=1000)
        for name, cost in (("fast", always(80)), ("slow", always(160)), ("lost", below_zero_and_dear))
    )
    how = in_words(dataset_of(fast, slow, lost), "Much switching")[1]
    assert how.endswith("; slow ×2.00 [2.00–2.00]; lost lost in noise")


def test_nobody_is_first_while_somebody_below_the_noise_may_need_less() -> None:
    fast, slow, lost = (
        Cell(contender=name, cost=cost, workload="switch", tasks=1000)
        for name, cost in (("fast", always(80)), ("slow", always(160)), ("lost", below_zero_once))
    )
    dataset = dataset_of(fast, slow, lost)
    who, how = in_words(dataset, "Much switching")
    assert who == "not decided"
    assert how.startswith(
        "lost (about 40.0 ns) was lost in noise in some processes, and may need less; of the rest fast, 80"
    )
    assert how.count("lost in noise") == 1
    assert answered(dataset, "Much switching").said[0].look is None
    assert rows(dataset, "Much switching")["lost"][:2] == ("about 40.0 ns", "lost in noise")
    assert "first" not in said(dataset, "lead")


def test_whoever_goes_on_too_soon_is_said_to_do_so() -> None:
    dataset = dataset_of(*timers("soon", 100), *timers("late", 9000))
    (choice,) = [one for one in choices_of(dataset) if one.load.title == "Many timers, punctual"]
    assert set(choice.early.values()) <= {0.0}
    told = answer_to(replace(choice, early={choice.first: 0.4, choice.rivals[0].contender: 0.9}))
    assert ", soon goes on before its time in 40%; late +" in told.how


def test_loops_that_teach_are_said_to_stand_elsewhere() -> None:
    cells = [
        cell for name in ("polling", "asyncio", "trio") for cell in sizes(name, "spawn", 100.0, 10, 1000)
    ]
    words = said(dataset_of(*cells), "plain")
    assert "polling: no choice for a service; “What a loop costs” has them." in words


def test_where_only_loops_that_teach_were_measured_it_is_said() -> None:
    taught = [*sizes("polling", "spawn", 100.0, 10, 1000), *sizes("generator", "spawn", 300.0, 10, 1000)]
    assert "Only loops that teach were measured" in said(dataset_of(*taught), "plain")
    both = [*taught, *sizes("asyncio", "spawn", 300.0, 10, 1000)]
    assert "Only loops that teach" not in said(dataset_of(*both), "plain")


def test_the_first_sentence_tells_apart_who_is_alone_from_who_is_not_told_apart() -> None:
    alone = sizes("fast", "switch", 100.0, 10, 1000)
    assert said(dataset_of(*spawning(), *alone), "lead") == (
        "Of 2 loads, fast is first at 1. At 1 there was nobody to compare with."
    )


def test_of_several_runs_answers_are_counted_apart_from_loads() -> None:
    run = run_of(*spawning())
    words = said(material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98")), "lead")
    assert words.startswith("Of 2 answers to 1 load, fast ")


def test_a_column_of_cpu_is_sorted_by_the_share_of_a_core() -> None:
    table = answered(dataset_of(*spawning()), "Many short tasks").table
    assert [row.fields[5].order for row in table.rows] == pytest.approx([0.5, 0.5])


def test_whoever_needs_least_cpu_is_not_said_to_need_more_than_another() -> None:
    def often(cost: float, *, rarely: float) -> Cost:
        return lambda generation, _round: rarely if generation < 3 else cost

    cells = [
        *timers("first", 100, cpu=often(1000.0, rarely=10.0)),
        *timers("other", 100, cpu=always(800.0)),
        *timers("last", 100, cpu=always(9000.0)),
    ]
    who, how = in_words(dataset_of(*cells), "Many timers, cheap")
    assert "first" in f"{who} {how}"
    assert "the CPU of" not in how


def test_a_load_that_only_loops_that_teach_did_is_not_said_to_have_no_figures() -> None:
    cells = [*sizes("asyncio", "spawn", 300.0, 10, 1000), *sizes("polling", "switch", 100.0, 10, 1000)]
    words = said(dataset_of(*cells), "plain")
    assert "Only loops that teach have figures for: “Much switching”." in words
    assert words.count("“Much switching”") == 1


def test_a_part_that_the_page_does_not_have_is_not_pointed_to() -> None:
    gone = Cell(contender="polling", cost=always(0.0), tasks=1000, outcome=EXHAUSTED)
    words = said(dataset_of(gone, *sizes("trio", "spawn", 100.0, 10, 1000)), "plain")
    assert "polling: no choice for a service." in words
    both = dataset_of(*sizes("polling", "spawn", 99.0, 10, 1000), *sizes("trio", "spawn", 100.0, 10, 1000))
    assert "“What a loop costs” has them" in said(both, "plain")


def test_what_several_runs_lack_is_said_of_all() -> None:
    run = run_of(*spawning())
    runs = material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98"))
    assert "These runs have no figures for: " in said(runs, "plain")


def test_who_was_lost_is_told_where_nobody_was_told_apart_too() -> None:
    noisy = [Cell(contender=name, cost=swinging(by), tasks=1000) for name, by in (("one", 3), ("other", -3))]
    gone = Cell(contender="gone", cost=always(0.0), tasks=1000, outcome=EXHAUSTED)
    who, how = in_words(dataset_of(*noisy, gone))
    assert who == "no difference was found"
    assert how.endswith(" looked best, at most ×1.07 apart; gone exhausted at 900")


def test_variants_of_asyncio_are_chosen_only_where_nobody_else_can_be() -> None:
    costs = {"asyncio-py": 50.0, "asyncio-gather": 90.0, "asyncio": 100.0, "trio": 200.0}
    cells = {name: sizes(name, "spawn", cost, 10, 1000) for name, cost in costs.items()}
    dataset = dataset_of(*(one for some in cells.values() for one in some))
    assert in_words(dataset)[0] == "asyncio"
    assert set(rows(dataset)) == {"asyncio", "trio"}
    assert "asyncio-py, asyncio-gather: asyncio once more, to be compared with it." in said(dataset, "plain")
    alone = dataset_of(*cells["asyncio-py"], *cells["asyncio-gather"])
    assert in_words(alone)[0] == "asyncio-py"


def test_who_is_as_good_or_not_told_apart_has_a_bound() -> None:
    cells = [
        Cell(contender="one", cost=swinging(1), tasks=1000),
        Cell(contender="near", cost=swinging(-1), tasks=1000),
        Cell(contender="wild", cost=lambda generation, _round: 200.0 + 150 * (-1) ** generation, tasks=1000),
        Cell(contender="far", cost=always(900.0), tasks=1000),
    ]
    _who, how = in_words(dataset_of(*cells))
    own, unsure, behind = how.split("; ")
    assert own.endswith(", at most ×1.02 apart")
    assert unsure.startswith("wild undecided, up to ×")
    assert behind.startswith("far ×")
    (told,) = answered(dataset_of(*cells), "Many short tasks").said
    assert (told.look is not None, told.sure) == (True, False)
    without = [cell for cell in cells if cell.contender != "wild"]
    assert answered(dataset_of(*without), "Many short tasks").said[0].sure


def test_the_figure_of_the_first_is_the_median_that_all_tables_have() -> None:
    cells = [
        Cell(contender="one", cost=lambda number, _round: 900.0 if number == 3 else 100.0, tasks=1000),
        Cell(contender="other", cost=always(2000.0), tasks=1000),
    ]
    dataset = dataset_of(*cells)
    assert in_words(dataset)[1].startswith("100 ns wall time per task")
    assert rows(dataset)["one"][:2] == ("100 ns", "first")
    (found,) = [cell.summary.wall for cell in dataset.cells if cell.contender.label == "one"]
    assert found is not None
    assert found.middle == pytest.approx(100.0)


def test_loads_of_services_come_first_and_each_family_is_linked_to() -> None:
    cells = [
        one for name in ("a", "b") for kind in ("spawn", "ring") for one in sizes(name, kind, 99.0, 10, 1000)
    ]
    told = answer(dataset_of(*cells))
    (block,) = of_kind(told, Answers)
    assert [group.title for group in block.groups] == ["between-tasks", "basics"]
    beware, picker = of_kind(told, LinkLine)
    assert picker.picks
    assert picker.links == (("between-tasks (1)", "load-in-between-tasks"), ("basics (1)", "load-in-basics"))
    assert [group.name for group in block.groups] == [name for _words, name in picker.links]
    ((words, place),) = beware.links
    assert (words.split(", ")[-1], place) == ("one machine", "distrust")


def test_a_load_leads_to_its_growth_where_that_is_drawn() -> None:
    grown = answered(dataset_of(*spawning()), "Many short tasks")
    assert grown.workload == "spawn"
    assert grown.links.links == (("how spawn grows", "growth-0"), ("every figure", "figures"))
    once = [Cell(contender=name, cost=always(9.0), tasks=1000) for name in ("a", "b")]
    assert answered(dataset_of(*once), "Many short tasks").links.links == (("every figure", "figures"),)


def test_beside_other_work_it_is_said_that_threads_may_use_more_cpus() -> None:
    busy = typed(example("warning", name=Warned.HIGH_LOAD.label))
    for cpus, told in (([1], True), ([0, 1], False)):
        run = run_of(*spawning(), about={"fast": {"cpus": cpus}, "slow": {"cpus": [0, 1]}})
        beside = Run(path=run.path, header=run.header, records=(busy, *run.records), torn=None)
        assert ("are kept on one" in said(material_of_runs(beside), "alarm")) == told
        assert "are kept on one" not in said(material_of_runs(run), "alarm")


def test_nobody_wins_because_the_other_was_lost_in_noise() -> None:
    other = Cell(contender="other", cost=below_zero_once, workload="switch", tasks=1000)
    first = Cell(contender="first", cost=always(80), workload="switch", tasks=1000)
    dataset = dataset_of(first, other)
    told = answered(dataset, "Much switching").said[0]
    assert (told.who, told.look, told.sure) == ("not decided", None, False)
    assert "nobody to compare with" not in said(dataset, "lead")


def test_who_is_alone_has_nobody_to_compare_with() -> None:
    dataset = dataset_of(*sizes("one", "spawn", 100.0, 10, 1000))
    (told,) = answered(dataset, "Many short tasks").said
    assert told.how.endswith("; nobody to compare with")
    assert not told.sure


def test_first_is_whoever_needs_least_where_all_were_measured() -> None:
    slow_first = lambda generation, _round: 900.0 if generation < 3 else 100.0 + generation  # noqa: E731
    whole = Cell(contender="whole", cost=slow_first, tasks=1000)
    late = Cell(contender="late", cost=always(120.0), tasks=1000, lost=(0, 1, 2))
    choice = next(one for one in choices_of(dataset_of(whole, late)) if one.load.title == "Many short tasks")
    assert choice.first.label == "whole"


def test_bold_is_only_who_is_ahead_of_everybody_for_sure() -> None:
    cells = [
        Cell(contender="one", cost=always(100.0), tasks=1000),
        Cell(contender="other", cost=probably(102.0), tasks=1000),
        Cell(contender="far", cost=always(900.0), tasks=1000),
    ]
    (told,) = answered(dataset_of(*cells), "Many short tasks").said
    assert told.look is not None
    assert not told.sure
    assert said(dataset_of(*cells), "lead") == "Of 1 load, decided in part at 1."
    assert answered(dataset_of(cells[0], cells[2]), "Many short tasks").said[0].sure


def test_one_of_many_that_looks_worse_makes_nobody_probably_first() -> None:
    alike = [Cell(contender=name, cost=swinging(1), tasks=1000) for name in ("a", "b", "c", "d")]
    leaning = Cell(
        contender="e", cost=lambda generation, _round: 102.0 + (3, -2, 9, 1, 14, 2, 6)[generation], tasks=1000
    )
    who, how = in_words(dataset_of(*alike, leaning))
    assert who == "too little was measured to tell"
    assert "e probably ×" in how


def test_a_wide_interval_is_not_alike() -> None:
    wild = Cell(contender="wild", cost=lambda generation, _round: 104.0 + 80 * (-1) ** generation, tasks=1000)
    who, how = in_words(dataset_of(Cell(contender="one", cost=always(100.0), tasks=1000), wild))
    assert who == "too little was measured to tell"
    assert "undecided, up to ×" in how


def test_runs_of_several_machines_are_said_to_be_so() -> None:
    run = run_of(*spawning())
    other = run_elsewhere(run, 1, machine="b")
    words = said(material_of_runs(run, other, different_machines=True), "alarm")
    assert "it was several machines" in words
    assert "it was one machine" in said(material_of_runs(run, run_elsewhere(run, 1)), "alarm")


def test_a_run_without_figures_at_the_common_point_is_answered_at_its_own() -> None:
    here = run_of(*spawning())
    there = run_elsewhere(run_of(*sizes("fast", "spawn", 9.0, 500), *sizes("slow", "spawn", 30.0, 500)), 1)
    one = answered(material_of_runs(here, there), "Many short tasks")
    assert len(one.said) == 2
    assert one.said[1].how.startswith("at tasks 500: ")
