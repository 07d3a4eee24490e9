"""The slices of a pair: who goes when, after how many untimed runs, and the columns of what came of it."""

from typing import Any

import pytest

from concbench.drive.pairing import OWN_SLICES
from concbench.drive.slices import FIGURES, Turns

from .test_pairs import cell_of


class Worker:
    """Answers every request, and keeps it."""

    def __init__(self) -> None:
        self.greeting: dict[str, Any] = {}
        self.asked: list[dict[str, Any]] = []

    def request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        self.asked.append(message)
        records = {"share": 0.5, "lateness_ns": [1, 2]}
        return {**dict.fromkeys(FIGURES, len(self.asked)), "records": records}

    def close(self) -> dict[str, Any]:
        return {}

    def kill(self) -> None:
        """It has nothing to end."""


@pytest.mark.parametrize("first", [0, 1])
def test_after_a_warm_up_each_the_sides_go_a_b_b_a(first: int) -> None:
    other = 1 - first
    turns = Turns(cell_of("a", 1, slices=4), 8, first, 1.0)
    assert turns.order == [first, other, first, other, other, first, first, other, other, first]


def asked_of(slices: int, number: int) -> tuple[Turns, Worker]:
    turns, worker = Turns(cell_of("a", 1, slices=slices), number, 0, 1.0), Worker()
    for side in turns.order:
        turns.take(worker, side)
    return turns, worker


@pytest.mark.parametrize(("number", "untimed"), [(1, 1), (3, 1), (8, 2), (100, 25)])
def test_a_slice_comes_after_a_quarter_of_its_runs_untimed(number: int, untimed: int) -> None:
    _turns, worker = asked_of(4, number)
    warm, slices = worker.asked[:2], worker.asked[2:]
    assert [(one["op"], one["number"]) for one in warm] == [("warm", number)] * 2
    assert {(one["op"], one["number"], one["untimed"]) for one in slices} == {("slice", number, untimed)}


def test_a_cell_that_waits_has_nothing_untimed_before_its_slices() -> None:
    _turns, worker = asked_of(OWN_SLICES, 1)
    assert {one["untimed"] for one in worker.asked[2:]} == {0}


def test_figures_are_columns_by_side_without_the_lists_of_every_slice() -> None:
    turns, _worker = asked_of(2, 5)
    made = turns.figures()
    assert (made["number"], made["first"]) == (5, 0)
    assert [side["wall_ns"] for side in made["sides"]] == [[3, 6], [4, 5]]
    assert made["sides"][0]["records"] == [{"share": 0.5}] * 2
