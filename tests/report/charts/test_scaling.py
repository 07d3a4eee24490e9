"""Cost along a sweep: what is drawn, what is named, and what has no place."""

import re
from collections.abc import Callable

import pytest

from concbench.analysis.dataset import Dataset
from concbench.analysis.laws import crossings_of, laws_of
from concbench.analysis.sweeps import sweeps_of
from concbench.models.index import MEMBERS
from concbench.report.charts.palette import SERIES, look_of, looks_of
from concbench.report.charts.scaling import cost_chart, whole_chart
from tests.report.made_up import Cell, Cost, always, dataset_of, growing
from tests.report.pages import drawn, sizes, timers, words_in

SIZES = (10, 100, 1000)


def growing_with(power: float, at_ten: float = 100.0) -> Callable[[int], Cost]:
    """Return a cost per task that grows with a power of the tasks, and a little with generations."""
    return lambda tasks: growing(at_ten * (tasks / 10) ** power, at_ten * (tasks / 10) ** power / 50)


def spawning(contender: str, cost: Callable[[int], Cost], *tasks: int) -> list[Cell]:
    return [Cell(contender=contender, cost=cost(size), tasks=size) for size in tasks or SIZES]


def costs(dataset: Dataset, name: str = "c") -> str:
    (sweep,) = sweeps_of(dataset)
    return cost_chart(dataset, sweep, laws_of(dataset, sweep), crossings_of(dataset, sweep), name)


def whole(dataset: Dataset) -> str:
    (sweep,) = sweeps_of(dataset)
    return whole_chart(dataset, sweep, "w")


def number_of(model: str, dataset: Dataset) -> int:
    """Return the number of a model's colour."""
    (place,) = [contender.place for contender in dataset.contenders if contender.model == model]
    return look_of(place).number


def strokes(svg: str, number: int) -> list[str]:
    """Return the styles of the lines of a series."""
    styles = [element.get("style", "") for element in drawn(svg).iter()]
    own = f"stroke: var(--series-{number})"
    return [style for style in styles if "fill: none" in style and own in style and "width: 1.8" in style]


def rings(svg: str) -> int:
    """Return how many rings mark a crossing: uses of a round marker in ink."""
    elements = list(drawn(svg).iter())
    round_ = {
        f"#{element.get('id')}"
        for element in elements
        if " C " in element.get("d", "") and "stroke: var(--ink)" in element.get("style", "")
    }
    return sum(element.get("{http://www.w3.org/1999/xlink}href") in round_ for element in elements)


def curves(svg: str) -> tuple[list[float], list[float]]:
    """Return the heights (px, downwards) of asyncio's CPU and wall time."""
    own = f"stroke: var(--series-{looks_of(['asyncio'])['asyncio'].number})"
    found: dict[bool, list[float]] = {}
    for element in drawn(svg).iter():
        style = element.get("style", "")
        if "fill: none" in style and own in style and "width: 1.8" in style:
            heights = [float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", element.get("d", ""))]
            found.setdefault("dasharray" in style, heights)
    return found[False], found[True]


def test_every_contender_is_a_line_with_its_name_and_the_exponent_of_the_whole_run() -> None:
    dataset = dataset_of(*spawning("flat", growing_with(0)), *spawning("steep", growing_with(0.5)))
    svg = costs(dataset)
    words = words_in(svg)
    assert "time per task" in words
    assert [word for word in words if "n^" in word] == ["flat n^1.00", "steep n^1.50"]
    assert [len(strokes(svg, number_of(name, dataset))) for name in ("flat", "steep")] == [1, 1]


def test_the_sizes_are_marked_and_the_axis_is_named() -> None:
    words = words_in(costs(dataset_of(*spawning("flat", growing_with(0)))))
    assert [word for word in ("10", "100", "1\N{NARROW NO-BREAK SPACE}000") if word in words] == [
        "10", "100", "1\N{NARROW NO-BREAK SPACE}000",
    ]  # fmt: skip
    assert "tasks" in words


def test_a_flat_curve_has_an_axis_of_time_with_two_marks_at_least() -> None:
    words = words_in(costs(dataset_of(*spawning("flat", growing_with(0)))))
    assert len([word for word in words if re.fullmatch(r"[\d.]+ (ns|µs)", word)]) >= 2


def test_a_crossing_is_a_ring_and_where_there_is_none_there_is_none() -> None:
    crossing = dataset_of(*spawning("flat", growing_with(0, 300.0)), *spawning("steep", growing_with(0.5)))
    apart = dataset_of(*spawning("flat", growing_with(0, 50.0)), *spawning("steep", growing_with(0.5)))
    assert rings(costs(crossing)) == 1
    assert rings(costs(apart)) == 0


def test_a_band_is_drawn_where_there_are_intervals() -> None:
    cells = spawning("flat", growing_with(0))
    few = [Cell(contender="flat", cost=always(100.0), tasks=tasks, generations=3) for tasks in SIZES]
    assert "fill-opacity: 0.16" in costs(dataset_of(*cells))
    assert "fill-opacity: 0.16" not in costs(dataset_of(*few))


def test_a_band_that_reaches_down_to_zero_goes_to_the_bottom_of_the_chart() -> None:
    wild = [
        Cell(contender="wild", cost=growing(-200.0, 100.0), tasks=tasks, floor_ns=1_000_000)
        for tasks in SIZES
    ]
    svg = costs(dataset_of(*wild))
    paths = [element.get("d", "") for element in drawn(svg).iter()]
    (band,) = [path for path in paths if path.count(" L ") == 2 * len(SIZES) + 1]
    lowest = max(float(y) for y in re.findall(r"[ML] [\d.]+ (-[\d.]+)", band))
    (height,) = re.findall(r'viewBox="0 0 360 ([\d.]+)"', svg)
    level = (re.match(r"M [\d.]+ ([\d.]+) L [\d.]+ \1", path.strip()) for path in paths)
    heights = {float(found[1]) for found in level if found} - {float(height)}  # without the figure's edge
    bottom = max(heights)  # the axis itself
    assert float(height) + lowest == pytest.approx(bottom, abs=0.1)


def test_of_a_curve_of_two_sizes_no_law_is_told() -> None:
    words = words_in(costs(dataset_of(*spawning("flat", growing_with(0), 10, 1000))))
    assert "flat" in words
    assert not any("n^" in word for word in words)


def test_time_that_is_not_above_the_floor_has_no_place_nor_law_and_its_contender_keeps_its_name() -> None:
    early = [Cell(contender="early", cost=always(-5.0), tasks=tasks, floor_ns=10_000) for tasks in SIZES]
    dataset = dataset_of(*early, *spawning("flat", growing_with(0)))
    svg = costs(dataset)
    assert "early" in words_in(svg)
    assert [len(strokes(svg, number_of(name, dataset))) for name in ("early", "flat")] == [0, 1]


def test_who_did_nothing_of_it_is_left_out() -> None:
    outcome = {"outcome": "timeout", "reason": "too slow", "at": None, "last_words": None}
    failed = [Cell(contender="slow", cost=always(0.0), tasks=tasks, outcome=outcome) for tasks in SIZES]
    words = words_in(costs(dataset_of(*spawning("flat", growing_with(0)), *failed)))
    assert not [word for word in words if "slow" in word]


def test_a_whole_run_shows_cpu_and_wall_of_each_contender() -> None:
    dataset = dataset_of(*timers("asyncio", 1000), *timers("polling", 10))
    svg = whole(dataset)
    for model in ("asyncio", "polling"):
        dashed = ["stroke-dasharray" in style for style in strokes(svg, number_of(model, dataset))]
        assert sorted(dashed) == [False, True]  # CPU, and wall
    words = words_in(svg)
    assert "CPU time; wall in dashes" in words
    assert not {"asyncio", "polling"} & set(words)  # beside its twin


def test_a_sleeper_s_cpu_lies_below_its_wall_time() -> None:
    svg = whole(dataset_of(*timers("asyncio", 1000)))
    solid, dashed = curves(svg)
    assert min(solid) > max(dashed)


@pytest.mark.parametrize("name", ["x" * 300, r"$\frac{", "_hidden", "<b>", "\x00\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_any_name_leaves_a_chart(name: str) -> None:
    cells = [
        Cell(contender=name, cost=growing(9.0, 0.1), workload=name, tasks=tasks, more=((name, "x"),))
        for tasks in SIZES
    ]
    dataset = dataset_of(*cells)
    for svg, width in ((costs(dataset), 360), (whole(dataset), 230)):
        assert max(map(len, words_in(svg))) < 70
        assert f'viewBox="0 0 {width} ' in svg


def test_twins_are_equally_high_however_many_names_stand_beside_one_of_them() -> None:
    for number in (2, 20):
        dataset = dataset_of(*(cell for at in range(number) for cell in spawning(f"m{at}", growing_with(0))))
        boxes = [drawn(svg).attrib["viewBox"].split() for svg in (costs(dataset), whole(dataset))]
        assert len({box[3] for box in boxes}) == 1


def test_sizes_have_room_for_their_words_on_the_narrower_chart_too() -> None:
    dataset = dataset_of(*spawning("flat", growing_with(0), 1, 10, 100, 1000, 4000))
    for svg in (costs(dataset), whole(dataset)):
        thousand, most = (f"{size}\N{NARROW NO-BREAK SPACE}000" for size in (1, 4))
        assert most in words_in(svg)
        assert thousand not in words_in(svg)


def test_of_many_only_crossings_of_those_that_are_drawn_strongly_are_marked() -> None:
    few = [*spawning("asyncio", growing_with(0, 300.0)), *spawning("uvloop", growing_with(0.5))]
    others = ("rloop", "zuvloop", "asyncio-gather", "asyncio-eager", "asyncio-py", "trio", "threads")
    many = [cell for name in others for cell in spawning(name, growing_with(0, 9e5))]
    assert rings(costs(dataset_of(*few))) == 1
    dataset = dataset_of(*few, *many)
    assert crossings_of(dataset, sweeps_of(dataset)[0])
    assert rings(costs(dataset)) == 0  # uvloop, which comes out above, is not the best of its family


def test_two_charts_on_a_page_share_no_id() -> None:
    dataset = dataset_of(*sizes("a", "spawn", 100.0, *SIZES))
    first, second = (set(re.findall(r'\bid="([^"]+)"', costs(dataset, name))) for name in ("s0c", "s1c"))
    assert first
    assert not first & second


def test_of_many_contenders_the_best_of_each_family_are_drawn_strongly_and_all_are_named() -> None:
    names = [*MEMBERS["event-loop"], "trio", "gevent", "threads", "thread-pool"]
    cells = [
        cell for at, name in enumerate(names) for cell in spawning(name, growing_with(0, 100.0 + 10 * at))
    ]
    svg = costs(dataset_of(*cells))
    strong = [style for number in range(len(SERIES)) for style in strokes(svg, number)]
    assert len(strong) == 4  # an event loop, a library, threads, a pool
    assert {f"{name} n^1.00" for name in names} <= set(words_in(svg))
