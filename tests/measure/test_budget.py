"""A comparison's driver says before the first pair where its budget brings no verdict, and spends it well."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from concbench.drive import legs
from concbench.drive.pairs import LOOKED_AT, PairDriver
from concbench.results.records import PairRecord
from concbench.results.values import Record as Read
from tests.drive.test_pairs import Rounds, cell_of, plan_of

from .fakes import ANSWERS, Record, Silence, Yard

NEEDED = 16


class SlowYard(Yard):
    """A yard whose workers take so long for a slice, by the cell's number of tasks."""

    def __init__(self, slices: dict[int, float] | None = None, once_ns: dict[int, int] | None = None) -> None:
        super().__init__()
        self.slices, self.once_ns = slices or {}, once_ns or {}

    def answer(self, link: Any, message: Record, seconds: float) -> Record:
        answered = super().answer(link, message, seconds)
        tasks = message.get("params", {}).get("tasks", 0)
        if message["op"] == "slice":
            self.seconds += self.slices.get(tasks, 0.0)
        if message["op"] == "witness":
            answered["once_ns"] = self.once_ns.get(tasks, ANSWERS["witness"]["once_ns"])
        return answered


def driven(
    budget: float,
    yard: Yard | None = None,
    *,
    cells: int = 1,
    looks: tuple[int, ...] = (NEEDED,),
    pairs: int = 3,
    idle: int = 0,
    seed: int = 1,
) -> tuple[list[str | Read], Counter[str]]:
    """Return what is said and recorded, in its order, and how many pairs each cell had."""
    yard, plan = yard or Yard(), plan_of([cell_of("a", number + 1) for number in range(cells)], seed)
    both = {**plan.contenders, **{f"idle{number}": plan.contenders["a"] for number in range(idle)}}
    plan = replace(plan, contenders=both)
    told: list[str | Read] = []
    PairDriver(
        plan,
        yard.launch,
        told.append,
        Silence(),
        Rounds(plan, pairs).open_cells,
        budget=budget,
        seconds=2.0,
        clock=lambda: yard.seconds,
        looks=looks,
        warn=told.append,
    ).run()
    return told, Counter(one.cells[0].split("/")[0] for one in told if isinstance(one, PairRecord))


def told_of(budget: float, **more: Any) -> list[str]:
    return [one for one in driven(budget, **more)[0] if isinstance(one, str)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing but runs and starts be foretold: the workers of these tests take 10 ms for any answer."""
    monkeypatch.setattr(legs, "A_TURN", 0.01)


@pytest.mark.usefixtures("quick")
def test_it_is_said_before_the_first_pair_with_a_budget_that_would_do() -> None:
    told, _ = driven(0.2)
    (said,) = (place for place, one in enumerate(told) if isinstance(one, str))
    assert not any(isinstance(one, PairRecord) for one in told[:said])
    words = str(told[said])
    assert words.startswith(f"within this budget nothing may be decided: a verdict takes {NEEDED} pairs, and")
    assert "by what running each once took" in words
    proposed = float(words.partition("--budget ")[2].partition("s ")[0])
    assert told_of(proposed) == []


@pytest.mark.parametrize(("budget", "looks"), [(1e9, (NEEDED,)), (1e-3, ())])
def test_where_it_will_do_or_nothing_need_be_decided_nothing_is_said(
    budget: float, looks: tuple[int, ...]
) -> None:
    assert told_of(budget, looks=looks) == []


@pytest.mark.parametrize("budget", [0.5, 1.0])
def test_models_that_have_no_cell_take_no_time(budget: float) -> None:
    assert told_of(budget, idle=4) == told_of(budget)


@pytest.mark.usefixtures("quick")
def test_a_look_in_the_first_pair_is_not_taken_for_one_in_every_pair() -> None:
    looked = {seed: not Random(f"{seed}/look/a/0").randrange(LOOKED_AT) for seed in range(30)}
    with_look, without = (next(seed for seed in looked if looked[seed] == one) for one in (True, False))
    budgets = [0.1 * tenths for tenths in range(1, 60)]
    proposals = [[told_of(budget, seed=seed)[:1] for budget in budgets] for seed in (with_look, without)]
    enough = [next(at for at, said in enumerate(one) if not said) for one in proposals]
    assert enough[0] == enough[1] > 0


@pytest.mark.usefixtures("quick")
def test_a_cell_that_is_too_dear_does_not_starve_the_others() -> None:
    slow = {2: 10 * 10**9}
    told, pairs = driven(60.0, SlowYard({2: 10.0}, slow), cells=3, pairs=100)
    (words,) = (one for one in told if isinstance(one, str))
    assert f"the {NEEDED} pairs that a verdict takes fit for 2 of 3, by what running" in words
    assert "and may stay unsure: w[tasks=2]/a. --budget " in words
    assert pairs["w[tasks=1]"] >= NEEDED <= pairs["w[tasks=3]"]
    assert pairs["w[tasks=2]"] == 0


def test_what_the_first_pair_shows_to_be_clearly_wrong_is_corrected() -> None:
    told, pairs = driven(60.0, SlowYard({2: 1.0}), cells=3, pairs=100)
    (words,) = (one for one in told if isinstance(one, str))
    assert "fit for 2 of 3, by what the first pair took" in words
    assert sum(isinstance(one, PairRecord) for one in told[: told.index(words)]) == 3
    assert pairs["w[tasks=1]"] >= NEEDED <= pairs["w[tasks=3]"]
    assert pairs["w[tasks=2]"] == 1


def test_so_is_a_budget_that_does_after_all() -> None:
    dear = dict.fromkeys((1, 2, 3), 10**9)
    told, pairs = driven(30.0, SlowYard(once_ns=dear), cells=3, pairs=100)
    words = [one for one in told if isinstance(one, str)]
    assert words[0].startswith("within this budget nothing may be decided")
    assert words[1:] == ["the first pair took less than that: the budget does for all"]
    assert min(pairs.values()) >= NEEDED


def test_no_pair_begins_at_a_cell_that_would_not_end_in_time() -> None:
    yard = SlowYard({2: 10.0}, {2: 10 * 10**9})
    driven(60.0, yard, cells=3, pairs=1000)
    assert yard.seconds <= 60.0
