"""How often a benchmark is called in a pair, and the turns that both sides take at it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.pairing import SLICES, PairedCell
from concbench.drive.served.turns import AROUND_NS, FEW_SLICES, Pace, ServedTurns, pace_of

NS = st.integers(1, 10**10)


def about(once_ns: int, whole_ns: int | None = None, most: int | None = None) -> dict[str, Any]:
    return {"once_ns": once_ns, "whole_ns": whole_ns or once_ns, "around_ns": 0, "most": most, "sample": 1}


@given(NS, NS, st.none() | st.integers(1, 10**5))
def test_no_benchmark_is_called_more_often_than_it_stands(once: int, whole: int, most: int | None) -> None:
    pace = pace_of(about(once, whole, most))
    assert pace.number >= 1
    assert 1 <= pace.slices <= SLICES
    if most is not None:
        assert pace.calls() <= most
        assert (pace.warm, pace.untimed) == (False, 0)


@given(NS, NS)
def test_a_slice_takes_some_milliseconds_or_one_call(once: int, whole: int) -> None:
    pace = pace_of(about(once, max(once, whole)))
    assert pace.number == 1 or pace.number * max(once, whole) <= AROUND_NS + max(once, whole)


def test_what_takes_long_has_few_slices_and_what_is_short_is_repeated() -> None:
    assert pace_of(about(10**9)) == Pace(1, FEW_SLICES, 0, warm=True)
    assert pace_of(about(1_000)) == Pace(2000, SLICES, 500, warm=True)
    assert pace_of(about(1_000, 10_000_000)).number == 2  # a setup that takes long
    assert pace_of(about(1_000, most=1)) == Pace(1, 1, 0, warm=False)
    assert pace_of(about(1_000, most=4)) == Pace(1, 4, 0, warm=False)


class Recorder:
    """A worker that is asked, and says when."""

    def __init__(self, side: int, told: list[tuple[int, dict[str, Any]]]) -> None:
        self.side, self.told, self.greeting = side, told, dict[str, Any]()

    def request(self, message: dict[str, Any], _seconds: float) -> dict[str, Any]:
        self.told.append((self.side, message))
        figures = dict.fromkeys(("wall_ns", "cpu_ns", "user_ns", "system_ns", "voluntary", "involuntary"), 1)
        return {**figures, "gc": 0, "records": {}} if message["op"] == "slice" else {}

    def close(self) -> dict[str, Any]:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError


def cell() -> PairedCell:
    return PairedCell(
        id="a.py::test_a", ids=("base", "head"), model="pytest", workload="a.py", purpose="time",
        params={}, head_params={}, smallest={}, slices=2, exact=False,
    )  # fmt: skip


def turns(pace: Pace, first: int = 0) -> tuple[ServedTurns, list[tuple[int, dict[str, Any]]]]:
    told: list[tuple[int, dict[str, Any]]] = []
    links = [Recorder(side, told) for side in (0, 1)]
    made = ServedTurns(cell(), pace, first, 1.0, "a.py::test_b")
    for side in made.order:
        made.take(links[side], side)
    return made, told


def test_both_sides_run_into_a_test_take_turns_and_run_to_its_end() -> None:
    made, told = turns(Pace(5, 2, 1, warm=True), first=1)
    assert [(side, message["op"]) for side, message in told] == [
        *((1, "begin"), (0, "begin"), (1, "warm"), (0, "warm")),
        *((1, "slice"), (0, "slice"), (0, "slice"), (1, "slice")),
        *((1, "end"), (0, "end")),
    ]
    assert told[0][1] == {"op": "begin", "test": "a.py::test_a", "next": "a.py::test_b"}
    assert told[4][1] == {"op": "slice", "number": 5, "untimed": 1}
    figures = made.figures()
    assert (figures["number"], figures["first"]) == (5, 1)
    assert [side["wall_ns"] for side in figures["sides"]] == [[1, 1], [1, 1]]


def test_a_test_that_stands_few_calls_has_none_untimed() -> None:
    _made, told = turns(Pace(1, 2, 0, warm=False))
    assert [message["op"] for _side, message in told] == ["begin"] * 2 + ["slice"] * 4 + ["end"] * 2
