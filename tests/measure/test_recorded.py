"""Records of a workload: what a run file cannot keep is told in a sentence, and ends no run."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from concbench.measure.recorded import records_of
from concbench.workloads import index

pytestmark = pytest.mark.measured_side

WORKLOAD = index.get("spawn")


def recording(made: Any) -> Any:
    return records_of(replace(WORKLOAD, records=lambda results, params: made), [], WORKLOAD.smallest)


@pytest.mark.parametrize(
    "made",
    [
        {},
        {
            "early": 3,
            "most": (1 << 63) - 1,
            "share": 0.5,
            "why": "so",
            "none": None,
            "ok": True,
            "late_ns": [1, -2.5],
        },
    ],
)
def test_numbers_text_and_lists_of_numbers_are_kept_as_they_are(made: dict[str, Any]) -> None:
    assert recording(made) is made


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (None, "records of spawn must return a dict, not None"),
        ([], "must return a dict, not a list"),
        ({1: 2}, "a name is 1, not a string"),
        ({"x": nan}, "'x' is nan, not a finite number"),
        ({"x": -inf}, "'x' is -inf, not a finite number"),
        ({"x": 1 << 63}, "'x' is 9223372036854775808, not a finite number below"),
        ({"x": 1e300}, "'x' is 1e+300, not a finite number below"),
        ({"x": "y" * 20_001}, "not a string of 20000 letters at most"),
        ({"y" * 20_001: 1}, "not a string of 20000 letters at most"),
        ({"x": object()}, "'x' is an object, not a finite number"),
        ({"x": 10**5000}, "not a finite number below"),
        ({"x": [1, "2"]}, "list of such numbers"),
        ({"x": [[1]]}, "list of such numbers"),
        ({"\x1b": {}}, r"'\x1b' is {}, not"),
        ({"early": -1}, "records of spawn: early is -1, not an integer of 0 or more"),
        ({"early": 0.5}, "early is 0.5, not an integer of 0 or more"),
        ({"lateness_p50_ns": "late"}, "lateness_p50_ns is 'late', not a number"),
        ({"lateness_max_ns": None}, "lateness_max_ns is None, not a number"),
        ({"lateness_ns": 7}, "lateness_ns is 7, not a list"),
    ],
)
def test_what_cannot_be_kept_is_told(made: Any, what: str) -> None:
    with pytest.raises(TypeError) as raised:
        recording(made)
    assert what in str(raised.value)
