"""Memory: what an idle task weighs, and a million of them, marked as an extrapolation."""

from concbench.report.blocks import Picture
from concbench.report.sections.weight import weight
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import EXHAUSTED, lines_of, of_kind, table_named, words_in


def parked(contender: str, heavy: int, tasks: int = 1001) -> Cell:
    return Cell(contender=contender, cost=always(10.0), workload="parked", tasks=tasks,
                heavy=[heavy + generation for generation in range(7)])  # fmt: skip


def test_where_nobody_was_weighed_there_is_no_section() -> None:
    assert weight(dataset_of(Cell(contender="a", cost=always(1.0)))) is None


def test_a_million_is_a_million_times_the_measured_and_marked() -> None:
    section = weight(dataset_of(parked("generator", 1024)))
    assert section is not None
    table = table_named(section, "weights")
    ((name, measured, million, limit),) = lines_of(table)
    assert name == ("generator",)
    assert measured[0].startswith("1.00 [1.00–1.01] KiB")
    assert million[0] == "≈ 979 [973–986] MiB"
    assert limit == ("none known",)
    assert "≈: extrapolated" in table.caption
    assert "extrapolation and no measurement" in table.reading


def test_a_million_that_were_weighed_are_no_extrapolation() -> None:
    section = weight(dataset_of(parked("generator", 1024, tasks=1_000_001)))
    assert section is not None
    ((_name, _measured, million, _limit),) = lines_of(table_named(section, "weights"))
    assert million[0].startswith("979 [")


def test_who_ran_out_before_a_million_says_so() -> None:
    gone = Cell(contender="threads", cost=always(0.0), workload="parked", tasks=5000, outcome=EXHAUSTED)
    section = weight(dataset_of(parked("threads", 9000), gone))
    assert section is not None
    ((*_, limit),) = lines_of(table_named(section, "weights"))
    assert limit == ("it ran out at 900 tasks in this run: no more threads",)


def test_the_picture_names_everybody_and_how_many_were_parked() -> None:
    section = weight(dataset_of(parked("generator", 200), parked("threads", 9000)))
    assert section is not None
    (picture,) = of_kind(section, Picture)
    assert picture.caption == "parked: bytes per idle task, 1\N{NARROW NO-BREAK SPACE}000 of them"
    assert {"generator", "threads"} <= set(words_in(picture.svgs[0]))


def test_other_numbers_of_tasks_are_all_named() -> None:
    section = weight(dataset_of(parked("a", 200, tasks=11), parked("b", 300, tasks=1001)))
    assert section is not None
    (picture,) = of_kind(section, Picture)
    assert "10 or 1\N{NARROW NO-BREAK SPACE}000 of them" in picture.caption


def test_a_silent_connection_and_a_parked_task_are_weighed_apart() -> None:
    held = Cell(contender="generator", cost=always(10.0), workload="idle", tasks=101,
                heavy=[5000 + generation for generation in range(7)])  # fmt: skip
    section = weight(dataset_of(parked("generator", 200), held))
    assert section is not None
    captions = [picture.caption for picture in of_kind(section, Picture)]
    assert captions == [
        "parked: bytes per idle task, 1\N{NARROW NO-BREAK SPACE}000 of them",
        "idle: bytes per idle task, 100 of them",
    ]
    assert len(lines_of(table_named(section, "weights"))) == 1
    assert len(lines_of(table_named(section, "weights1"))) == 1
