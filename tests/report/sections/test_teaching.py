"""What a loop costs: loops of tutorials beside asyncio, and the sentence that says what each pays."""

from typing import Any

from concbench.analysis.dataset import Dataset
from concbench.report.blocks import Answers, Words
from concbench.report.sections.answer import answer
from concbench.report.sections.teaching import teaching
from tests.report.made_up import Cell, always, dataset_of, growing
from tests.report.pages import example, of_kind, sizes, timers


def said(dataset: Dataset) -> str:
    section = teaching(dataset)
    assert section is not None
    return " ".join(words.text for words in of_kind(section, Words) if words.kind == "lead")


def test_a_sentence_says_who_is_punctual_who_is_cheap_and_what_each_pays() -> None:
    polling = timers("polling", 100, cpu=always(2_000_000.0))
    asleep = timers("asyncio", 2_000_000, cpu=always(500.0))
    words = said(dataset_of(*polling, *asleep))
    assert words.startswith("With 1\N{NARROW NO-BREAK SPACE}000 tasks asleep, polling is the most punctual")
    assert "asyncio needs least CPU" in words
    assert words.endswith("and is 3.96 ms late.")


def test_one_that_is_both_is_said_to_be_both() -> None:
    cells = [*timers("polling", 100, cpu=always(500.0)), *timers("asyncio", 2000, cpu=always(900.0))]
    assert "polling is the most punctual (198 ns late) and the cheapest in CPU" in said(dataset_of(*cells))


def test_the_sentence_names_who_is_as_good() -> None:
    section = teaching(example())
    assert section is not None
    (block,) = of_kind(section, Answers)
    (punctual,) = [one for one in block.groups[0].loads if one.title == "Many timers, punctual"]
    first, *others = punctual.said[0].who.split(" or ")
    assert others
    assert f"{first} is the most punctual" in said(example())
    assert f"; alike: {', '.join(others)}" in said(example())


def asking(tells: str, metric: str, axis: str = "delay") -> dict[str, Any]:
    about = {"title": f"{tells} naps", "metric": metric, "goal": "least", "price": ""}
    return {**about, "axis": axis, "bound": 0, "rank": 0.5, "tells": tells}


def test_a_workload_of_ones_own_may_tell_the_sentence_along_another_parameter_than_tasks() -> None:
    questions = [asking("punctual", "wall"), asking("cheap", "cpu")]
    cells = [Cell(contender=name, cost=growing(cost, 1.0), workload="naps", cpu=always(cost), tasks=100)
             for name, cost in (("polling", 100.0), ("asyncio", 900.0))]  # fmt: skip
    naps: dict[str, Any] = {"workloads": {"naps": {"questions": questions, "lanes": ""}}}
    assert said(dataset_of(*cells, **naps)).startswith(
        "With delay 0.02, polling is the most punctual (103 ns"
    )


def test_threads_are_no_part_of_the_lesson_and_loops_that_teach_no_part_of_the_answer() -> None:
    cells = [
        cell for name in ("polling", "asyncio", "threads") for cell in sizes(name, "spawn", 100.0, 10, 1000)
    ]
    section = teaching(dataset_of(*cells))
    assert section is not None
    for found, expected in (
        (section, {"polling", "asyncio"}),
        (answer(dataset_of(*cells)), {"asyncio", "threads"}),
    ):
        (block,) = of_kind(found, Answers)
        (one,) = block.groups[0].loads
        assert {row.models[0] for row in one.table.rows} == expected


def test_there_is_no_lesson_without_them_nor_where_all_are_such() -> None:
    assert teaching(dataset_of(*sizes("asyncio", "spawn", 100.0, 10, 1000))) is None
    assert teaching(dataset_of(*sizes("polling", "spawn", 100.0, 10, 1000))) is None


def test_without_asyncio_nothing_is_said_to_stand_beside_it() -> None:
    cells = [cell for name in ("polling", "threads") for cell in sizes(name, "spawn", 100.0, 10, 1000)]
    section = teaching(dataset_of(*cells))
    assert section is not None
    assert section.line.startswith("the loops of tutorials: ")
    (block,) = of_kind(section, Answers)
    assert "asyncio" not in block.groups[0].loads[0].table.caption


def test_nobody_is_the_cheapest_where_there_is_nobody_to_compare_with() -> None:
    def lost_once(generation: int, _round: int) -> float:
        return 900.0 if generation else 0.0

    polling = timers("polling", 100, cpu=always(2_000_000.0))
    section = teaching(dataset_of(*polling, *timers("asyncio", 2_000_000, cpu=lost_once)))
    assert section is not None
    assert not [one for one in of_kind(section, Words) if one.kind == "lead"]
