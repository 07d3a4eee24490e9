"""What a mark stands for is said on demand: whose figure, of what, how sure, and of how much."""

import re

import pytest

from concbench.analysis.laws import crossings_of, laws_of
from concbench.analysis.memory import weights_of
from concbench.analysis.sweeps import sweeps_of
from concbench.models.index import MEMBERS
from concbench.report.charts.accuracy import price_chart
from concbench.report.charts.hover import in_lines, tell
from concbench.report.charts.lanes import lanes_svg
from concbench.report.charts.memory import memory_chart
from concbench.report.charts.scaling import cost_chart, whole_chart
from concbench.report.charts.style import drawing, new_figure
from concbench.report.charts.svg import svg_of
from concbench.report.page.dress import Dress
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import drawn, example_page, parsed, sizes, timers
from tests.report.traces import IDLE


def told(svg: str) -> list[str]:
    """Return the words of a picture's marks, after what is said of all marks of their line."""
    titles = [(one.text or "").split("\n") for one in drawn(svg).iter() if one.tag.endswith("}title")]
    return [f"{about} | {words}" for about, *lines in titles for words in lines or [about]]


def line_of(*words: str) -> str:
    with drawing():
        figure = new_figure(200)
        axes = figure.add_subplot()
        tell(axes.plot([1, 2, 3], [1, 3, 2], marker="o"), words, "all" if len(words) > 1 else "")
        return svg_of(figure, "x", "x")


@pytest.mark.parametrize("word", ["plain", "<b>&amp;\"'", r"$\frac{"])
def test_each_mark_has_its_words_as_they_are(word: str) -> None:
    svg = line_of("first", word, "last")
    assert told(svg) == [f"all | {one}" for one in ("first", word, "last")]
    (line,) = [one for one in drawn(svg).iter() if len(one) and one[0].tag.endswith("}title")]
    assert [one.tag.rpartition("}")[2] for one in line] == ["title", "use", "use", "use"]
    assert "told:" not in svg


def test_a_line_as_a_whole_has_words_too() -> None:
    svg = line_of("all of it")
    (path,) = [one for one in drawn(svg).iter() if one.tag.endswith("}path") and len(one)]
    assert path[0].text == "all of it"


def test_words_stay_with_their_marks_on_the_page() -> None:
    svg = line_of("first", "second", "last")
    assert told(str(Dress().drawn(svg))) == told(svg) == ["all | first", "all | second", "all | last"]
    assert told(str(Dress().drawn(line_of("all of it")))) == ["all of it | all of it"]


def test_a_cost_tells_its_cell_its_interval_and_how_often_it_was_measured() -> None:
    dataset = dataset_of(*sizes("a", "spawn", 100.0, 10, 1000), *sizes("b", "spawn", 300.0, 10, 1000))
    (sweep,) = sweeps_of(dataset)
    found = told(cost_chart(dataset, sweep, laws_of(dataset, sweep), crossings_of(dataset, sweep), "c"))
    assert len(found) == 4
    assert re.fullmatch(
        r"a, spawn: per task; 7 processes \| tasks 10: \d+ \[\d+–\d+\] ns, 21 samples", found[0]
    )
    whole = told(whole_chart(dataset, sweep, "w"))
    assert len(whole) == 8
    assert re.fullmatch(
        r"a, spawn: CPU time of a run, median; 7 processes \| tasks 10: [\d.]+ .., 21 samples", whole[0]
    )


def test_of_many_those_that_are_drawn_thinly_tell_as_much() -> None:
    names = [*MEMBERS["event-loop"], *MEMBERS["library"]]
    dataset = dataset_of(*(cell for name in names for cell in sizes(name, "spawn", 100.0, 10, 1000)))
    (sweep,) = sweeps_of(dataset)
    found = told(cost_chart(dataset, sweep, laws_of(dataset, sweep), [], "c"))
    assert [one.partition(",")[0] for one in found] == [name for name in names for _ in range(2)]
    whole = {one.partition(",")[0] for one in told(whole_chart(dataset, sweep, "w"))}
    assert 1 < len(whole) < len(names)  # there only those that are drawn strongly


def test_what_marks_do_not_have_in_common_is_said_of_each() -> None:
    assert in_lines("a", ["1; x", "2; x"]) == ["a; x", "1", "2"]
    assert in_lines("a", ["1; x", "2; y"]) == ["a", "1; x", "2; y"]
    assert in_lines("a", ["1", "2"]) == ["a", "1", "2"]
    assert in_lines("a", ["1; x"]) == ["a", "1; x"]


def test_lateness_and_memory_tell_theirs() -> None:
    dataset = dataset_of(*timers("asyncio", 2000))
    found = told(price_chart(dataset, dataset.points("timers"), "p"))
    assert len(found) == len(dataset.points("timers"))
    assert found[0].startswith("asyncio, timers; 7 processes | tasks 10: median wake-up 2.00")
    parked = Cell(contender="a", cost=always(10.0), workload="parked", tasks=1000, heavy=[200] * 7)
    (heavy,) = told(memory_chart(weights_of(dataset_of(parked)), "m"))
    assert heavy.startswith("a, parked, 1\N{NARROW NO-BREAK SPACE}000 tasks: 200 ")


def test_every_chart_of_a_report_has_words_for_its_marks() -> None:
    figures = parsed(example_page()).all("figure")
    silent = [
        figure.all("figcaption")[0].text
        for figure in figures
        for svg in figure.all("svg")
        if not svg.all("title")
    ]
    assert len(figures) > 8
    assert silent == []


def test_a_lane_tells_how_often_its_task_ran_and_for_how_much_of_the_time() -> None:
    assert told(lanes_svg([IDLE])) == [
        "asyncio, task 0 | from 10.0 ns to 510 ns: 2 bars, 4% of the time between, resumed 1 ×",
        "asyncio, task 1 | from 20.0 ns to 1.19 µs: 2 bars, 18% of the time between, resumed 1 ×",
    ]
