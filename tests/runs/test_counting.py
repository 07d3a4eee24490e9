"""How far the counting of instructions is: told as its processes end, and no longer than until one fails."""

from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest

from concbench.runs.counting import PROCESS_NS, wait_for
from concbench.runs.watching import Silent


class Hears(Silent):
    """Keeps what is done."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def did(self, nanoseconds: int) -> None:
        self.done.append(nanoseconds)


def future(*, fails: bool = False, ends: bool = True) -> "Future[Any]":
    made: Future[Any] = Future()
    if fails:
        made.set_exception(ValueError("no count"))
    elif ends:
        made.set_result(1)
    return made


def test_each_process_that_ended_is_told_of() -> None:
    answers, watcher = SimpleQueue[None](), Hears()
    for _ in range(3):
        answers.put(None)
    wait_for([future(), future()], answers, watcher)
    assert watcher.done == [PROCESS_NS] * 3


def test_nobody_waits_for_the_other_count_where_one_has_failed() -> None:
    with pytest.raises(ValueError, match="no count"):
        wait_for([future(fails=True), future(ends=False)], SimpleQueue(), Hears())
