"""Pages about runs that lack something: each is a page all the same, and says what is missing."""

from dataclasses import replace
from pathlib import Path

import pytest

from concbench.report.page.build import page_of
from concbench.results.reader import Run
from tests.report.made_up import Cell, always, growing, run_elsewhere, run_of
from tests.report.pages import (
    EXHAUSTED,
    NOT_EXPRESSIBLE,
    Element,
    depths,
    everything,
    everything_run,
    material_of_runs,
    parsed,
    sizes,
    svgs_in,
    timers,
)
from tests.report.traces import trace
from tests.results.examples import header_with, made_header, plain

SECTIONS = [
    "answer",
    "scaling",
    "accuracy",
    "memory",
    "depth",
    "map",
    "rank",
    "lanes",
    "figures",
    "method",
    "references",
]


def page(*runs: Run) -> Element:
    html = page_of(material_of_runs(*runs))
    svgs_in(html)
    return parsed(html)


def sections(root: Element) -> list[str]:
    return [section["id"] for section in root.all("section")]


def said_in(root: Element, section: str) -> str:
    (found,) = [one for one in root.all("section") if one["id"] == section]
    return found.text


def test_a_run_of_everything_has_every_section() -> None:
    assert sections(page(everything_run("alpha", "beta"))) == SECTIONS


def test_where_nothing_was_measured_the_page_says_so_and_why() -> None:
    outcomes = [
        Cell(contender=name, cost=always(0.0), tasks=tasks, outcome=outcome)
        for name, outcome in (("alpha", NOT_EXPRESSIBLE), ("beta", EXHAUSTED))
        for tasks in (10, 100)
    ]
    root = page(run_of(*outcomes))
    assert "Nothing was measured" in said_in(root, "answer")
    assert "spawn: nothing was timed" in said_in(root, "scaling")
    assert "nobody can be ranked" in said_in(root, "rank")
    assert "exhausted at 900" in said_in(root, "map")
    figures = said_in(root, "figures")
    assert "no call stack" in figures
    assert "no more threads: bye" in figures
    assert {"accuracy", "memory", "depth"}.isdisjoint(sections(root))
    assert "0 samples" in root.all("header")[0].text
    assert root.all("svg") == []


def test_a_run_that_was_stopped_at_once_has_a_page() -> None:
    run = everything_run("alpha", "beta")
    root = page(replace(run, records=()))
    assert "the run is not complete" in said_in(root, "answer")
    assert "no block of it was completed" in said_in(root, "figures")
    assert "not determined" in root.all("header")[0].text


def test_a_run_without_contenders_has_a_page() -> None:
    header = made_header(contenders=[], cells=[])
    root = page(Run(path=Path("empty.jsonl"), header=header, records=(), torn=None))
    assert "Nothing was measured" in said_in(root, "answer")


def test_one_model_has_no_rank_and_nothing_is_said_of_its_being_first() -> None:
    root = page(everything_run("alpha"))
    assert "nobody can be ranked" in said_in(root, "rank")
    assert "most punctual" not in said_in(root, "answer")


def test_one_size_says_nothing_of_growth_and_how_to_measure_it() -> None:
    root = page(run_of(Cell(contender="alpha", cost=growing(100.0, 1.0))))
    assert "Nothing was measured at two sizes" in said_in(root, "scaling")
    assert "-p tasks=10,100,1000" in said_in(root, "scaling")


@pytest.mark.parametrize(
    ("left", "section", "loads"),
    [
        ("timers", "accuracy", ["A few timers", "Many timers, punctual", "Many timers, cheap"]),
        pytest.param("parked", "memory", ["Many idle tasks"], marks=pytest.mark.nightly),
        pytest.param("chain", "depth", ["Deep calls"], marks=pytest.mark.nightly),
    ],
)
def test_what_was_not_measured_has_no_section_and_is_named_at_the_top(
    left: str, section: str, loads: list[str]
) -> None:
    cells = [cell for cell in everything("alpha") if cell.workload != left]
    root = page(run_of(*cells))
    assert sections(root) == [one for one in SECTIONS if one != section]
    named = ", ".join(f"“{load}”" for load in loads)
    assert f"This run has no figures for: {named}." in said_in(root, "answer")


def test_a_run_without_traces_says_how_to_have_some() -> None:
    root = page(run_of(*sizes("alpha", "spawn", 100.0, 10, 1000)))
    assert "concbench trace timers --tasks 4" in said_in(root, "lanes")


def test_traces_that_cannot_be_drawn_are_told_of() -> None:
    root = page(run_of(*sizes("alpha", "spawn", 100.0, 10, 1000), traces=[trace("alpha", 10)]))
    assert "The traces of made-up.jsonl cannot be drawn" in said_in(root, "lanes")
    assert "has no lanes" in said_in(root, "lanes")


def test_several_interpreters_are_contenders_of_their_own() -> None:
    cells = [*sizes("a-3.12", "spawn", 100.0, 10, 1000), *sizes("a-3.13", "spawn", 50.0, 10, 1000)]
    about = {name: {"model": "asyncio", "python": name[2:]} for name in ("a-3.12", "a-3.13")}
    root = page(run_of(*cells, about=about))
    text = said_in(root, "answer")
    assert "asyncio 3.12" in text
    assert "asyncio 3.13" in text
    assert "3.12; 3.13" in root.all("header")[0].text


def test_a_workload_of_a_plugin_with_parameters_of_its_own_has_its_sweep_and_its_lateness() -> None:
    cells = [
        Cell(contender="alpha", cost=growing(100.0, 1.0), workload="own", late=300, more=(("speed", speed),))
        for speed in (1, 10, 100)
    ]
    root = page(run_of(*cells))
    assert "own: cost against speed" in said_in(root, "scaling")
    assert "own: lateness against its price" in said_in(root, "accuracy")


@pytest.mark.parametrize("tasks", ["many", True, 2.5])
def test_a_number_of_tasks_that_is_none_does_not_hinder_the_rest(tasks: object) -> None:
    run = run_of(*timers("alpha", 1000)[:1], *sizes("alpha", "spawn", 100.0, 10, 1000))
    cells = [
        cell | {"params": {"tasks": tasks}} if cell["workload"] == "timers" else cell
        for cell in plain(run.header)["cells"]
    ]
    root = page(replace(run, header=header_with(run.header, cells=cells)))
    assert "accuracy" in sections(root)


def test_only_weighed_is_no_time() -> None:
    cells = [
        Cell(contender="alpha", cost=always(0.0), workload="parked", tasks=tasks, rounds=0, heavy=[200] * 7)
        for tasks in (10, 1000)
    ]
    root = page(run_of(*cells))
    assert "parked: nothing was timed" in said_in(root, "scaling")
    assert "only weighed" in " ".join(one.attributes.get("title", "") for one in root.all("td"))
    assert "memory" in sections(root)


def test_a_torn_line_is_told_of() -> None:
    torn = replace(
        run_of(*sizes("alpha", "spawn", 100.0, 10, 1000)),
        torn="line 9 was never finished: 3 bytes that begin 'abc'",
    )
    assert "line 9 was never finished" in said_in(page(torn), "method")


def test_runs_of_other_workloads_stand_side_by_side() -> None:
    one = run_of(*depths("alpha", 10.0, 0.5))
    other = run_elsewhere(run_of(*sizes("alpha", "spawn", 10.0, 10, 1000)), 1, commit="abcdef")
    root = page(one, other)
    assert {"depth", "scaling"} <= set(sections(root))
    assert "chain" in said_in(root, "map")
    assert "spawn" in said_in(root, "map")
