"""Estimates, from made-up times of turns and of starts."""

from concbench.drive.estimates import Estimates
from concbench.drive.plan import Plan
from concbench.drive.state import State
from tests.measure.fakes import plan_of, witnessed

TURN, START = 10, 7


def state_of(plan: Plan) -> State:
    """Return the state of a run whose cells have all been witnessed."""
    return State(witnessed={cell.id: witnessed(TURN) for cell in plan.cells()})


def test_a_block_of_turns_takes_as_long_as_its_rounds() -> None:
    plan = plan_of("abc", timed=1, weighed=0)
    (point,) = plan.points
    state = state_of(plan)
    rounds = plan.effort.most_rounds
    assert Estimates(plan, state, 1).block_ns(point) == rounds * 3 * TURN
    state.settled[point.cells[0].id] = "crashed"
    assert Estimates(plan, state, 1).block_ns(point) == rounds * 2 * TURN


def test_a_block_of_weighings_has_a_start_for_each_and_several_go_at_once() -> None:
    plan = plan_of("ab", timed=0, weighed=1)
    for at_once in (1, 2):
        estimates = Estimates(plan, state_of(plan), at_once)
        estimates.started("a", START)
        assert estimates.block_ns(plan.points[0]) == 2 * (TURN + START) // at_once


def test_a_start_that_was_not_seen_is_taken_to_last_as_long_as_any() -> None:
    plan = plan_of("abc")
    estimates = Estimates(plan, state_of(plan), 1)
    assert estimates.start_ns("a") == 0
    estimates.started("a", START)
    estimates.started("b", 2 * START)
    assert [estimates.start_ns(name) for name in "abc"] == [START, 2 * START, 2 * START]


def test_what_is_missing_is_all_but_the_blocks_that_are_complete() -> None:
    plan = plan_of("ab", timed=1, weighed=1, generations=2)
    state = state_of(plan)
    estimates = Estimates(plan, state, 1)
    estimates.started("a", START)
    timed, weighed = (estimates.block_ns(point) for point in plan.points)
    assert estimates.missing_ns() == 2 * (timed + weighed + 2 * START)
    state.blocks.add((0, 0))
    assert estimates.missing_ns() == timed + 2 * weighed + 2 * START


def test_apart_every_point_has_a_start_for_each() -> None:
    plan = plan_of("ab", timed=2, weighed=0, generations=1, apart=True)
    state = state_of(plan)
    estimates = Estimates(plan, state, 1)
    estimates.started("a", START)
    assert estimates.missing_ns() == 2 * estimates.block_ns(plan.points[0]) + 2 * 2 * START
