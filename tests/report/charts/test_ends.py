"""Names at the ends of curves: close to where these end, and none above another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.report.charts.ends import FEW, NAME, CurveEnd, end_name, name_ends, spread, strong_of
from concbench.report.charts.palette import Look
from concbench.report.charts.style import drawing, new_figure
from concbench.report.charts.svg import svg_of
from tests.report.made_up import dataset_of
from tests.report.pages import drawn, sizes

GAP = 0.05


@given(st.lists(st.floats(0, 1), max_size=20))
def test_names_are_apart_on_the_axes_and_in_the_order_of_their_curves(wanted: list[float]) -> None:
    places = spread(wanted, GAP)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    assert all(places[b] - places[a] >= GAP - 1e-9 for a, b in pairwise(order))


@given(st.lists(st.integers(0, 19), unique=True))
def test_names_that_have_room_stand_where_their_curves_end(steps: list[int]) -> None:
    wanted = [step * (1 + GAP) * GAP for step in steps]
    if all(place <= 1 for place in wanted):
        assert spread(wanted, GAP) == wanted


def test_more_than_there_is_room_for_stay_in_order() -> None:
    assert spread([0.5] * 30, GAP) == sorted(spread([0.5] * 30, GAP))


def test_of_many_in_each_family_whoever_comes_farthest_and_then_ends_lowest_is_strong() -> None:
    ends = {
        "asyncio": (1000.0, 20.0),
        "uvloop": (1000.0, 10.0),
        "rloop": (10.0, 1.0),
        "threads": (100.0, 9.0),
        "trio": (1000.0, 3.0),
        "curio": (1000.0, 2.0),
        "thread-pool": (10.0, 1.0),
        "process-pool": (10.0, 5.0),
        "gevent": (1000.0, 9.0),
    }
    assert len(ends) > FEW
    contenders = dataset_of(*(cell for name in ends for cell in sizes(name, "spawn", 9.0, 10))).contenders
    strong = strong_of({one: ends[one.model] for one in contenders})
    assert {one.model for one in strong} == {"uvloop", "threads", "curio", "thread-pool"}


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_a_name_stands_as_high_as_its_curve_ends_whatever_the_axes_are(scale: str) -> None:
    with drawing():
        figure = new_figure(400)
        axes = figure.add_subplot()
        axes.set_yscale(scale)
        axes.set_ylim(1, 100)
        axes.set_xlim(0, 1)
        ends = {"low": (1.0, 1.0), "middle": (1.0, 30.0), "high": (1.0, 100.0)}
        name_ends(figure, axes, [CurveEnd(words, Look(0), at) for words, at in ends.items()])
        words = words_at(svg_of(figure, "x", "x"))
        top, bottom = words["high"], words["low"]
        share = axes.transLimits.transform(axes.transScale.transform((1.0, 30.0)))[1]
    assert words["middle"] == pytest.approx(bottom - share * (bottom - top), abs=2)


def words_at(svg: str) -> dict[str, float]:
    """Return how far from the top the words of a picture stand, px."""
    texts = [element for element in drawn(svg).iter() if element.tag.endswith("}text")]
    return {element.text or "": float(element.attrib["y"]) for element in texts}


@pytest.mark.parametrize("name", ["_private", "", "asyncio", "x" * 80])
def test_every_name_gets_beside_its_curve_and_none_is_long(name: str) -> None:
    assert 0 < len(end_name(name)) <= NAME
    assert end_name(name).startswith(name[:10] or "–")
