"""tree: its shapes and leaves, and its cheats: each is caught by the check that is named, or by none."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index, polling
from concbench.models.base import Factory, Model
from concbench.workloads.base import NotExpressible
from concbench.workloads.between_tasks import tree
from concbench.workloads.between_tasks.leaves import LEAVES, found_by, value_of
from tests.measure.cheats import HONEST, lending, replays_once_it_is_trusted
from tests.measure.cheats_in_wording import reworded, with_params
from tests.measure.cheats_of_steps import coroutines_that_skip, wakes_early
from tests.workloads.dishonest import Cheat, assert_as_said

pytestmark = pytest.mark.measured_side

WORKLOAD = tree.WORKLOAD
POLLING, GENERATORS, ASYNCIO, THREADS = (
    HONEST[dialect] for dialect in ("polling", "delegating", "coroutine", "blocking")
)
TWIGS = {leaf: tree.Params(branch=3, depth=2, leaf=leaf, rounds=2, work=10) for leaf in LEAVES}
TWIGS["five"] = tree.Params(branch=5, depth=1, leaf="sleep", rounds=1)
TWIGS["long"] = tree.Params(branch=5, depth=1, leaf="sleep", rounds=1, delay=0.3)
"""So long that a busy machine does not make up for who wakes early."""


async def awaited_in_turn(factories: Sequence[Factory]) -> list[Any]:
    """Pretend to fan out: await each child as one calls a function."""
    return [await factory() for factory in factories]


async def tasks_in_turn(factories: Sequence[Factory]) -> list[Any]:
    """Pretend to fan out: make a task of each child when the one before has ended."""
    return [await asyncio.create_task(factory()) for factory in factories]


async def half(factories: Sequence[Factory]) -> list[Any]:
    """Pretend to have run all: run every second child, and return its result for its neighbour."""
    made = [asyncio.create_task(factory()) for factory in factories[::2]]
    results = [await one for one in made]
    return [results[place // 2] for place in range(len(factories))]


async def without_waiting(factories: Sequence[Factory]) -> list[Any]:
    """Pretend to fan in: make all, and come back when the first has ended."""
    made = [asyncio.create_task(factory()) for factory in factories]
    return [await made[0]] * len(made)


async def backwards(factories: Sequence[Factory]) -> list[Any]:
    """Lose the order of results, which nobody promised to sum up in order."""
    async with asyncio.TaskGroup() as group:
        made = [group.create_task(factory()) for factory in factories]
    return [one.result() for one in reversed(made)]


def generators_in_turn(factories: Sequence[Factory]) -> Any:
    """Pretend to fan out: delegate to each child when the one before has ended."""
    results = []
    for factory in factories:
        results.append((yield from factory()))
    return results


def calls_in_turn(factories: Sequence[Factory]) -> list[Any]:
    """Pretend threads: call each child."""
    return [factory() for factory in factories]


class JoinInTurn(polling.Join):
    """Pretend to fan out: poll each child to its end before the next one's first poll."""

    def run(self) -> None:
        child = next(iter(self.pending))
        child.run()
        if child.ready:
            del self.pending[child]
        if not self.pending:
            self.result = [child.result for child in self.children]
            self.ready = True


def joining(model: Model, join: Any) -> Model:
    return lending(model, **{"Join" if model.dialect == "polling" else "join": join})


def remembering(honest: Model) -> Model:
    """Pretend to grow each tree: return from the second on what the join of as many returned before."""
    known: dict[int, list[Any]] = {}

    async def join(factories: Sequence[Factory]) -> list[Any]:
        if len(factories) not in known:
            known[len(factories)] = [await asyncio.create_task(factory()) for factory in factories]
        return known[len(factories)]

    return lending(honest, join=join)


def smaller() -> Any:
    """Pretend b children: make one less (which a dishonest judge would not miss)."""
    short = reworded(WORKLOAD, lambda version: with_params(version, branch=lambda p: p.branch - 1))
    return replace(short, judge=lambda _results, _params: None)


def computing_less() -> Any:
    """Pretend to compute: do half of the steps."""
    return reworded(WORKLOAD, lambda version: with_params(version, work=lambda p: p.work // 2))


ONE_BY_ONE = "a leaf that never waits is over before the next one begins, in honest models too"
NO_ORDER = "a sum is the same in any order, and nothing is gained by losing it"


def cheat(leaf: str, model: Model, check: str | None = None, **more: Any) -> Cheat:
    return Cheat(more.pop("workload", WORKLOAD), TWIGS[leaf], model, check, **more)


CHEATS = {
    "awaits children in turn": cheat("none", joining(ASYNCIO, awaited_in_turn), "owners"),
    "calls children in turn": cheat("none", joining(THREADS, calls_in_turn), "owners"),
    "makes tasks in turn": cheat("switch", joining(ASYNCIO, tasks_in_turn), "overlap"),
    "makes tasks in turn that sleep": cheat("five", joining(ASYNCIO, tasks_in_turn), "overlap"),
    "delegates in turn": cheat("switch", joining(GENERATORS, generators_in_turn), "overlap"),
    "polls in turn": cheat("switch", joining(POLLING, JoinInTurn), "overlap"),
    "makes tasks in turn that never wait": cheat("cpu", joining(ASYNCIO, tasks_in_turn), because=ONE_BY_ONE),
    "leaves that do not hand over": cheat("switch", coroutines_that_skip(ASYNCIO), "overlap"),
    "wakes leaves early": cheat("long", wakes_early(ASYNCIO), "deadlines"),
    "runs half": cheat("none", joining(ASYNCIO, half), "results", alone=False),
    "does not wait for all": cheat("switch", joining(ASYNCIO, without_waiting), "results", alone=False),
    "remembers trees": cheat("none", remembering(ASYNCIO), "spawned", alone=False),
    "replays a run": cheat("none", replays_once_it_is_trusted(ASYNCIO), "results", alone=False),
    "computes less": cheat("cpu", ASYNCIO, "results", workload=computing_less()),
    "makes a child less": cheat("none", ASYNCIO, "spawned", workload=smaller()),
    "loses the order": cheat("none", joining(ASYNCIO, backwards), because=NO_ORDER),
}


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_caught_by_its_check_or_by_none_and_the_reason_holds(name: str) -> None:
    assert_as_said(CHEATS[name])


@pytest.mark.parametrize("join", [half, without_waiting])
def test_a_timed_run_shows_by_its_sums_that_leaves_were_missing(join: Any) -> None:
    with joining(ASYNCIO, join).open() as session, pytest.raises(WrongResult):
        cell_of(WORKLOAD, TWIGS["switch"], ASYNCIO, session).timed(1)


def test_a_timed_run_is_too_short_where_leaves_wake_early() -> None:
    with wakes_early(ASYNCIO).open() as session, pytest.raises(WrongResult, match="cannot take less"):
        cell_of(WORKLOAD, TWIGS["long"], ASYNCIO, session).timed(1)


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("model", [POLLING, GENERATORS, ASYNCIO, THREADS], ids=lambda model: model.name)
def test_every_leaf_under_a_model_of_each_dialect_keeps_what_is_promised(model: Model, leaf: str) -> None:
    p = TWIGS[leaf]
    with model.open() as session:
        cell = cell_of(WORKLOAD, p, model, session)
        if (leaf, model) == ("switch", THREADS):
            with pytest.raises(NotExpressible, match="hands over"):
                bear_witness(cell)
            return
        testimony = bear_witness(cell, seconds=20)
    assert testimony.failures == {}
    assert testimony.counts["node"] == 1 + 2 * (3 + 9)


def test_a_tree_has_as_many_nodes_as_its_shape_says() -> None:
    p = tree.Params(branch=6, depth=3)
    assert (p.inner, p.leaves) == (1 + 6 + 36, 216)
    assert (tree.Params(branch=1, depth=4).inner, tree.Params(branch=1, depth=4).leaves) == (4, 1)


def test_one_of_ten_leaves_looks_a_value_up_and_waits() -> None:
    assert tree.Params(branch=6, depth=3, leaf="memo").sleepers == 22
    find, memo = found_by("memo", 10), dict[int, int]()
    assert [find(1 << 40, place, memo)[1] for place in range(21)] == [place % 10 == 0 for place in range(21)]


@pytest.mark.parametrize("leaf", LEAVES)
def test_no_two_leaves_return_the_same_and_the_judge_knows_what(leaf: str) -> None:
    find, memo, number = found_by(leaf, 7), dict[int, int](), Random(3).getrandbits(41)
    found = [find(number, place, memo)[0] for place in range(40)]
    assert found == [value_of(leaf, 7, number, place) for place in range(40)]
    assert len(set(found)) == 40


def test_an_unknown_leaf_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"leaf must be one of none, switch, sleep, memo, cpu, not 'fig'"):
        tree.Params(leaf="fig")


@pytest.mark.parametrize(
    ("branch", "depth"), [(6, 2**63 - 1), (1, 2**63 - 1), (2**63 - 1, 1), (1000, 3), (1, 10**6)]
)
def test_more_nodes_than_anybody_waits_for_are_refused_before_they_are_counted(
    branch: int, depth: int
) -> None:
    with pytest.raises(ValueError, match="branch and depth must be such that a tree has at most 1000000"):
        tree.Params(branch=branch, depth=depth)
    assert tree.Params(branch=1, depth=10**6 - 1).inner == 10**6 - 1
    assert tree.Params(branch=999, depth=2).leaves == 999**2


def test_pools_and_flat_generators_have_no_tree_and_say_why() -> None:
    reasons = {name: WORKLOAD.impossible(index.get(name)) for name in ("generator", "thread-pool")}
    assert reasons["thread-pool"] == "thread-pool lends no join"
    assert "a task can make no others" in str(reasons["generator"])


def test_the_nodes_of_a_polled_tree_are_of_the_same_classes_in_every_run() -> None:
    with POLLING.open() as session:
        made = [WORKLOAD.factories("polling", session.rt, TWIGS["none"])[0]() for _ in range(2)]
    assert len({type(root.top) for root in made}) == 1
    assert len({root.grove.leaf for root in made}) == 1
