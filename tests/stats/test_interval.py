"""What an interval says, and when it refuses to say anything."""

import pytest

from concbench.stats.interval import Interval, NotDetermined, check_confidence, enough_processes, finite

INTERVAL = Interval(low=1.0, middle=2.0, high=3.0, confidence=0.95, n=6)


@pytest.mark.parametrize(
    ("value", "excluded"), [(0.99, True), (1.0, False), (2.0, False), (3.0, False), (3.01, True)]
)
def test_an_interval_excludes_what_lies_beyond_its_ends(value: float, excluded: bool) -> None:
    assert INTERVAL.excludes(value) is excluded


@pytest.mark.parametrize("confidence", [-0.1, 0.0, 1.0, 95.0, float("nan")])
def test_a_confidence_that_is_no_fraction_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        check_confidence(confidence)


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_is_not_finite_is_named_with_its_place(strange: float) -> None:
    with pytest.raises(NotDetermined) as caught:
        finite([1.0, 2.0, strange])
    assert caught.value.reason.startswith(f"value 2 of 3 is {strange}")
    assert "measure that cell again" in caught.value.reason


def test_a_table_is_no_list_of_values() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 3\)"):
        finite([[1, 2, 3], [4, 5, 6]])


def test_five_processes_are_too_few_and_six_are_enough() -> None:
    with pytest.raises(NotDetermined, match="5 processes are too few for an interval: measure at least 6"):
        enough_processes(finite(range(5)))
    assert enough_processes(finite(range(6))).size == 6
