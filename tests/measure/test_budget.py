"""A comparison's driver says early that its budget will be used up before anything can be decided."""

from dataclasses import replace
from random import Random

import pytest

from concbench.drive.pairs import LOOKED_AT, PairDriver
from tests.drive.test_pairs import Rounds, cell_of, plan_of

from .fakes import Silence, Yard

NEEDED = 16


def told_of(
    budget: float, *, needed: int = NEEDED, pairs: int = 3, idle: int = 0, seed: int = 1
) -> list[str]:
    """Return what is said of a budget of so many s, of a plan with so many models that have no cell."""
    yard, plan = Yard(), plan_of([cell_of("a", 1)], seed)
    both = {**plan.contenders, **{f"idle{number}": plan.contenders["a"] for number in range(idle)}}
    plan = replace(plan, contenders=both)
    told: list[str] = []
    PairDriver(
        plan,
        yard.launch,
        lambda _record: None,
        Silence(),
        Rounds(plan, pairs).open_cells,
        budget=budget,
        seconds=2.0,
        clock=lambda: yard.seconds,
        needed=needed,
        warn=told.append,
    ).run()
    return told


def test_where_the_budget_will_be_used_up_first_it_is_said_once_with_one_that_would_do() -> None:
    (words,) = told_of(1e-3)
    assert words.startswith(
        f"within this budget nothing may be decided: {NEEDED} pairs are needed, and about 0 fit, if all"
    )
    proposed = float(words.partition("--budget ")[2].partition("s ")[0])
    assert told_of(proposed) == []


@pytest.mark.parametrize(("budget", "needed"), [(1e9, NEEDED), (1e-3, 0)])
def test_where_it_will_do_or_nothing_need_be_decided_nothing_is_said(budget: float, needed: int) -> None:
    assert told_of(budget, needed=needed) == []


@pytest.mark.parametrize("budget", [0.5, 1.0])
def test_models_that_have_no_cell_take_no_time(budget: float) -> None:
    assert told_of(budget, idle=4) == told_of(budget)


def test_a_look_in_the_first_pair_is_not_taken_for_one_in_every_pair() -> None:
    looked = {seed: not Random(f"{seed}/look/a/0").randrange(LOOKED_AT) for seed in range(30)}
    with_look, without = (next(seed for seed in looked if looked[seed] == one) for one in (True, False))
    budgets = [0.1 * tenths for tenths in range(1, 30)]
    proposals = [[told_of(budget, seed=seed)[:1] for budget in budgets] for seed in (with_look, without)]
    enough = [next(at for at, said in enumerate(one) if not said) for one in proposals]
    assert enough[0] == enough[1] > 0
