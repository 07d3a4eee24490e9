"""Recording pairs for replays: as many rounds as were asked for, whatever is told in them."""

from concbench.commands.comparing import Steadfast


def test_every_cell_has_as_many_rounds_as_were_asked_for() -> None:
    asked = Steadfast({"one": 3, "two": 1, "none": 0})
    rounds = [asked.open_cells() for _ in range(5)]
    assert rounds == [{"one", "two"}, {"one"}, {"one"}, set(), set()]
