"""A comparison's driver says early that its budget will be used up before anything can be decided."""

import pytest

from concbench.measure.pairs import PairDriver

from .fakes import Silence, Yard
from .test_pairs import Rounds, cell_of, plan_of

NEEDED = 16


def told_of(budget: float, *, needed: int = NEEDED, pairs: int = 3) -> list[str]:
    """Return what is said of a budget of so many s."""
    plan, yard = plan_of([cell_of("a", 1)]), Yard()
    told: list[str] = []
    PairDriver(
        plan,
        yard.launch,
        lambda _record: None,
        Silence(),
        Rounds(plan, pairs),
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
        f"within this budget nothing can be decided: {NEEDED} pairs are needed, and 0 fit"
    )
    proposed = float(words.partition("--budget ")[2].partition("s ")[0])
    assert told_of(proposed) == []


@pytest.mark.parametrize(("budget", "needed"), [(1e9, NEEDED), (1e-3, 0)])
def test_where_it_will_do_or_nothing_need_be_decided_nothing_is_said(budget: float, needed: int) -> None:
    assert told_of(budget, needed=needed) == []
