"""Parameters as words: nothing is lost, so that no two cells are called the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.workloads.spelling import spell, spelled


@given(value=st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_spelled_without_loss(value: float) -> None:
    assert float(spell(value)) == value


def test_a_number_that_no_float_can_hold_is_spelled_by_its_digits() -> None:
    assert spell(10**400) == str(10**400)


def test_parameters_are_one_word_in_the_order_of_their_declaration() -> None:
    assert spelled({"tasks": 10, "delay": 0.02, "how": "fast"}) == "tasks=10,delay=0.02,how=fast"
    assert spelled({}) == ""


@pytest.mark.parametrize(("one", "other"), [
    ({"x": "a,b=c"}, {"x": "a", "b": "c"}),
    ({"x": "1"}, {"x": 1}),
    ({"x": "True"}, {"x": "\"True\""}),
    ({"x": "nan"}, {"x": float("nan")}),
    ({"x": "None"}, {"x": None}),
    ({"x=1,y": 2}, {"x": 1, "y": 2}),
    ({"x": ""}, {"x": "\"\""}),
    ({"x": "a,\nb=c"}, {"x": "a", "\nb": "c"}),
])  # fmt: skip
def test_other_parameters_are_spelled_otherwise(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert spelled(one) != spelled(other)


names = st.text('ab,="1', min_size=1, max_size=4)
values = st.one_of(st.text('ab,="1.', max_size=7), st.integers(-2, 20), st.none())


@given(st.dictionaries(names, values, max_size=3), st.dictionaries(names, values, max_size=3))
def test_any_two_sets_of_parameters_are_told_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (spelled(one) == spelled(other)) is (list(one.items()) == list(other.items()))


def test_ordinary_texts_are_spelled_as_they_are() -> None:
    ordinary = {"how": "a,b", "path": "it's", "url": "http://x/?a=1", "kind": "<f>", "of": "f(x)"}
    assert spelled(ordinary) == "how=a,b,path=it's,url=http://x/?a=1,kind=<f>,of=f(x)"
