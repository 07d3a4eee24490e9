"""Lateness against its price, and how it is spread: what has a place, and where."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.dataset import Dataset, gather
from concbench.models.index import MEMBERS
from concbench.report.charts.accuracy import distribution_chart, distribution_of, price_chart, thinned
from concbench.report.charts.palette import look_of
from concbench.results.lateness import Lateness
from concbench.results.measured import measured_of
from tests.report.made_up import Cell, always, dataset_of, run_of, with_samples
from tests.report.pages import drawn, timers, words_in

NARROW = "\N{NARROW NO-BREAK SPACE}"


def with_lists(*cells: Cell, late: tuple[int, ...] = (-2000, 50, 3000, 9000)) -> Dataset:
    """Return the dataset of a run whose samples list every lateness (ns)."""
    run = run_of(*cells)
    listed = with_samples(run, lambda one: one | {"records": {**one["records"], "lateness_ns": list(late)}})
    return gather([measured_of(replace(listed, path=Path("listed.jsonl")))])


def price(dataset: Dataset) -> str:
    return price_chart(dataset, dataset.points("timers"), "p")


def spread(contender: str, late: int) -> list[Cell]:
    """Return cells whose tasks cost the less CPU the more of them there are."""
    return [replace(cell, cpu=always(1e6 / cell.tasks)) for cell in timers(contender, late)]


def test_every_contender_has_its_name_and_the_numbers_of_tasks_at_its_ends() -> None:
    words = words_in(price(dataset_of(*spread("asyncio", 2000), *spread("polling", 50))))
    assert {"asyncio", "polling", "timers: lateness against its price"} <= set(words)
    assert [word for word in words if word in ("10", "100", f"1{NARROW}000")] == ["10", f"1{NARROW}000"] * 2


def test_where_numbers_of_tasks_would_stand_on_each_other_only_the_first_does() -> None:
    words = words_in(price(dataset_of(*timers("asyncio", 2000))))
    assert [word for word in words if word in ("10", f"1{NARROW}000")] == ["10"]


def test_both_axes_are_named_and_marked() -> None:
    words = words_in(price(dataset_of(*timers("asyncio", 2000))))
    assert {"CPU per task", "late, median wake-up", "0", "1 µs"} <= set(words)
    assert len([word for word in words if re.fullmatch(r"[\d.]+ (ns|µs)", word)]) >= 3


def test_a_single_point_is_a_mark() -> None:
    dataset = dataset_of(timers("asyncio", 2000)[0])
    assert [word for word in words_in(price(dataset)) if word == "10"] == ["10"]


def test_who_wakes_early_stands_below_zero() -> None:
    svg = price(dataset_of(*timers("eager", -5000)))
    assert "-1 µs" in words_in(svg)


@pytest.mark.parametrize("cpu", [0.0, None])
def test_who_has_no_price_or_no_lateness_has_no_place(cpu: float | None) -> None:
    late = 500 if cpu is not None else None
    odd = [
        Cell(contender="odd", cost=always(900.0), workload="timers", floor_ns=20_000_000, tasks=tasks,
             late=late, cpu=always(0.0) if cpu is not None else None)
        for tasks in (10, 1000)
    ]  # fmt: skip
    words = words_in(price(dataset_of(*odd, *timers("asyncio", 2000))))
    assert "asyncio" in words
    assert "odd" not in words


def test_a_distribution_is_drawn_from_all_that_was_listed() -> None:
    dataset = with_lists(*timers("asyncio", 2000))
    (point, *_) = dataset.points()
    found = distribution_of(dataset, dataset.contenders[0], point)
    assert found is not None
    assert found.values_ns == pytest.approx([-2000, 50, 3000, 9000], rel=0.003)
    assert found.share == pytest.approx([0.25, 0.5, 0.75, 1])
    words = words_in(distribution_chart(dataset, point, "d"))
    assert {"asyncio", "timers, tasks 10, delay 0.02 s: how late", "share of wake-ups"} <= set(words)
    assert {"-1 µs", "0", "1 µs", "10 µs"} <= set(words)


def test_a_distribution_goes_from_the_least_late_to_the_latest_whose_name_stands_beside_it() -> None:
    svg = distribution_chart(dataset := with_lists(*timers("asyncio", 2000)), dataset.points()[0], "d")
    own = f"fill: none; stroke: {look_of(dataset.contenders[0].place).css}"
    (curve,) = [
        path.attrib["d"] for path in drawn(svg).iter()
        if own in path.get("style", "") and path.get("d", "").count("L") > 2
    ]  # fmt: skip
    places = [(float(x), float(y)) for x, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", curve)]
    assert places == sorted(places, key=lambda place: (place[0], -place[1]))
    assert places[0][1] > places[-1][1]  # px, downwards
    (name,) = [one for one in drawn(svg).iter() if one.text == "asyncio"]
    assert float(name.attrib["x"]) > places[-1][0]
    assert float(name.attrib["y"]) == pytest.approx(places[-1][1], abs=9)


def test_of_many_the_best_of_each_family_has_marks_and_all_have_names() -> None:
    names = [*MEMBERS["event-loop"], "trio", "gevent", "threads"]
    cells = [cell for at, name in enumerate(names) for cell in timers(name, 1000 * (at + 1))]
    dataset = with_lists(*cells)
    svg = distribution_chart(dataset, dataset.points()[0], "d")
    assert set(names) <= set(words_in(svg))
    assert len([one for one in words_in(price(dataset)) if one in ("10", f"1{NARROW}000")]) <= 2 * 3


def test_who_listed_nothing_has_no_distribution() -> None:
    dataset = dataset_of(*timers("asyncio", 2000))
    assert distribution_of(dataset, dataset.contenders[0], dataset.points()[0]) is None
    assert "asyncio" not in words_in(distribution_chart(dataset, dataset.points()[0], "d"))


def test_who_failed_has_no_distribution() -> None:
    outcome = {"outcome": "crashed", "reason": "it fell", "at": None, "last_words": None}
    dataset = with_lists(
        timers("asyncio", 2000)[0],
        Cell(contender="odd", cost=always(0.0), workload="timers", outcome=outcome, floor_ns=20_000_000),
    )
    assert distribution_of(dataset, dataset.contenders[1], dataset.points()[0]) is None


@given(st.integers(1, 2000), st.integers(2, 300))
def test_a_thinned_distribution_keeps_its_ends_and_loses_no_order(size: int, most: int) -> None:
    values = np.sort(np.random.default_rng(size).normal(0, 1e6, size))
    seen = Lateness(values_ns=values, share=np.arange(1, size + 1) / size)
    kept, shares = thinned(seen, most)
    assert len(kept) == len(shares) == min(size, most)
    assert (kept[0], kept[-1], shares[-1]) == (values[0], values[-1], 1)
    assert np.all(np.diff(kept) >= 0)
    assert np.isin(kept, values).all()


@pytest.mark.parametrize("name", ["x" * 300, r"$\frac{", "<b>", "\x00\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_any_name_leaves_a_chart(name: str) -> None:
    cells = [Cell(contender=name, cost=always(9.0), workload=name, tasks=tasks, late=5) for tasks in (1, 10)]
    dataset = with_lists(*cells)
    for svg in (
        price_chart(dataset, dataset.points(), "p"),
        distribution_chart(dataset, dataset.points()[0], "d"),
    ):
        assert drawn(svg).get("viewBox", "").startswith("0 0 480 ")
        assert max(map(len, words_in(svg))) < 70
