"""The state of a run: which cells of a point are measured."""

from concbench.drive.state import State
from tests.measure.fakes import ids, plan_of, witnessed


def test_cells_that_were_witnessed_and_are_not_settled_are_measured() -> None:
    (point,) = plan_of("abc", timed=1, weighed=0).points
    first, second, _third = ids(point.cells)
    state = State(witnessed={first: witnessed(3), second: witnessed(5)})
    assert ids(state.active(point)) == [first, second]
    assert state.turns_ns(point) == [3, 5]
    state.settled[first] = "timeout"
    assert (ids(state.active(point)), state.turns_ns(point)) == ([second], [5])
