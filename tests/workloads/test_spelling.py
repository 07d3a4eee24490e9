"""Parameters as words: nothing is lost, so that no two cells are called the same."""

from hypothesis import given
from hypothesis import strategies as st

from concbench.workloads.base import spell, spelled


@given(value=st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_spelled_without_loss(value: float) -> None:
    assert float(spell(value)) == value


def test_a_number_that_no_float_can_hold_is_spelled_by_its_digits() -> None:
    assert spell(10**400) == str(10**400)


def test_parameters_are_one_word_in_the_order_of_their_declaration() -> None:
    assert spelled({"tasks": 10, "delay": 0.02, "how": "fast"}) == "tasks=10,delay=0.02,how=fast"
    assert spelled({}) == ""
