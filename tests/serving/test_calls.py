"""A function that is called again and again."""

from typing import Any

import pytest

from concbench.serving.calls import FunctionCalls, Surrounded

held: list[Any] = []


class Exclusive:
    """A result of which there may be one at a time, as of a port that is listened on."""

    def __init__(self) -> None:
        assert not held, "the last one is still there"
        held.append(id(self))

    def __del__(self) -> None:
        held.remove(id(self))


@pytest.mark.parametrize(
    "case", [FunctionCalls(Exclusive, (), {}), Surrounded(lambda: Exclusive, each=2)], ids=["plain", "around"]
)
def test_a_result_is_gone_before_the_next_call_and_the_last_is_kept(case: Any) -> None:
    case.run(3)
    case.timed(3)
    case.timed(1)
    assert held == [id(case.last)]
    case.last = None
    assert held == []
