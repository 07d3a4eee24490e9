"""Names at the ends of curves: close to where these end, and none above another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from concbench.report.charts.ends import spread

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
