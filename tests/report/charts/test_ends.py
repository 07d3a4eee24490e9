"""Names at the ends of curves: close to where these end, and none above another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from concbench.report.charts.ends import FEW, spread, strong_of
from tests.report.made_up import dataset_of
from tests.report.pages import sizes

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
