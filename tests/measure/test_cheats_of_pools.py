"""The gallery's pools as a matrix: each cheat in each kind of pool, and what catches it, or why nothing can.

Entries of the second kind are run every night, and nothing must fail, as in the matrix of ``test_cheats``.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from concbench.measure.execution import WrongTime, cell_of
from concbench.measure.hook import SEES_ALL_THREADS, Unwitnessable
from concbench.measure.turns import take_turn
from concbench.measure.witness import WrongHelpers, bear_witness
from concbench.models import index
from concbench.models.base import Model, Session
from concbench.workloads.base import Workload
from concbench.workloads.basics import spawn, timers
from concbench.workloads.catalogue import Catalogue
from tests.measure import cheats_of_pools
from tests.measure.test_cheats import Undetectable

pytestmark = pytest.mark.measured_side
POOLS = index.MEMBERS["pool"]
HELPED = ("process-pool", "interpreter-pool")
WORKERS = timers.SURE_TASKS

WORKLOADS: Mapping[str, tuple[Workload[Any], Any]] = {
    "timers": (timers.WORKLOAD, timers.Params(tasks=WORKERS, delay=0.04)),
    "spawn": (spawn.WORKLOAD, spawn.Params(tasks=12)),
}


HONEST_TOO = Undetectable("tasks that never wait may all run in one worker, in honest pools too")
ENOUGH = Undetectable("two at once are enough, since threads may start late; it takes its time")
NOTHING_GAINED = Undetectable("it pays for its fresh workers by the clock")
POLICY = Undetectable("the policy is that of the worker's process, and nobody looks into helpers")
NOT_SEEN = Undetectable("of helpers' tasks that nobody wrapped only results are seen")

MATRIX: Mapping[str, Mapping[str, tuple[str | Undetectable, str | Undetectable]]] = {
    # cheat: {pool: (timers, spawn)}
    "RemembersResults": {
        "thread-pool": ("unwatched", "results"),
        "process-pool": (NOT_SEEN, "results"),
        "interpreter-pool": (NOT_SEEN, "results"),
    },
    "RunsAtPrepare": dict.fromkeys(("process-pool", "interpreter-pool"), ("spawned", "spawned")),
    "RunsAtPrepareUnwatched": dict.fromkeys(("process-pool", "interpreter-pool"), (NOT_SEEN, NOT_SEEN)),
    "RunsAtHome": dict.fromkeys(("process-pool", "interpreter-pool"), ("unwitnessable", "unwitnessable")),
    "RunsAtHomeUnwatched": dict.fromkeys(("process-pool", "interpreter-pool"), ("unwatched", "unwatched")),
    "RunsInRawThreadsUnwatched": dict.fromkeys(HELPED, (NOT_SEEN, NOT_SEEN)),
    "CollectsNoGarbageInHelpers": dict.fromkeys(HELPED, (POLICY, POLICY)),
    "OneForAll": dict.fromkeys(POOLS, ("overlap", HONEST_TOO)),
    "OneWorker": dict.fromkeys(POOLS, ("overlap", HONEST_TOO)),
    "TwoWorkers": dict.fromkeys(POOLS, (ENOUGH, HONEST_TOO)),
    "HalfOfThem": dict.fromkeys(POOLS, ("spawned", "spawned")),
    "HidesHelpers": {"process-pool": ("helpers", "helpers")},
    "HidesOneHelper": {"process-pool": ("helpers", HONEST_TOO)},
    "FreshEachRun": dict.fromkeys(POOLS, (NOTHING_GAINED, NOTHING_GAINED)),
}


def entries() -> Iterator[ParameterSet]:
    """Yield every entry; that a cheat is caught by the same check once more is seen at night."""
    for cheat, rows in MATRIX.items():
        seen = set()
        for pool, row in rows.items():
            for workload, entry in reversed(list(zip(WORKLOADS, row, strict=True))):
                at_night = isinstance(entry, Undetectable) or entry in seen
                marks = [pytest.mark.nightly] if at_night else []
                yield pytest.param(pool, cheat, workload, entry, id=f"{cheat}-{pool}-{workload}", marks=marks)
                seen.add(entry)


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[str, Any]]:
    """Yield the sessions of the pools that can be had here, all of them open."""
    there = [name for name in POOLS if index.get(name).unavailable() is None]
    with ExitStack() as opened:
        yield {name: opened.enter_context(pool_called(name).open()) for name in there}


def pool_called(name: str) -> Model:
    """Return a pool with workers for all tasks of ``timers``."""
    return Catalogue().model(f"{name}:{WORKERS}")


def cheating(pools: dict[str, Any], pool: str, cheat: str) -> tuple[Model, Session]:
    """Return a pool that cheats whenever it is opened, and a session of it; or skip the test."""
    honest, kind, remembered = pool_called(pool), getattr(cheats_of_pools, cheat), dict[str, Any]()
    if pool not in pools:
        pytest.skip(str(honest.unavailable()))

    @contextmanager
    def opened() -> Iterator[Session]:
        with honest.open() as session:
            yield kind(session, honest, remembered)

    return replace(honest, open=opened), kind(pools[pool], honest, remembered)


def found_in(pools: dict[str, Any], pool: str, cheat: str, workload: str) -> set[str]:
    """Return the checks that fail where a pool cheats."""
    model, session = cheating(pools, pool, cheat)
    kind, params = WORKLOADS[workload]
    try:
        return set(bear_witness(cell_of(kind, params, model, session), seconds=20).failures)
    except WrongHelpers as wrong:
        return {wrong.check}
    except Unwitnessable:
        return {"unwitnessable"}


@pytest.mark.parametrize(("pool", "cheat", "workload", "entry"), list(entries()))
def test_a_cheating_pool_is_caught_or_it_is_said_why_not(
    pools: dict[str, Any], pool: str, cheat: str, workload: str, entry: str | Undetectable
) -> None:
    found = found_in(pools, pool, cheat, workload)
    if isinstance(entry, Undetectable):
        assert found - ({"helpers"} if cheat == "HidesOneHelper" else set()) == set()
    elif (cheat, pool) == ("RemembersResults", "thread-pool") and not SEES_ALL_THREADS:
        assert found == {"unwitnessable"}  # no figures either: it may have used older threads
    else:
        assert entry in found


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("workload", ["spawn", pytest.param("timers", marks=pytest.mark.nightly)])
def test_an_honest_pool_is_not(pools: dict[str, Any], pool: str, workload: str) -> None:
    assert found_in(pools, pool, "Cheat", workload) == set()


@pytest.mark.parametrize(
    "cheat", ["RemembersResults", pytest.param("RunsAtPrepareUnwatched", marks=pytest.mark.nightly)]
)
@pytest.mark.parametrize("pool", ["process-pool", "interpreter-pool"])
def test_times_that_are_no_times_of_the_run_are_no_sample(
    pools: dict[str, Any], pool: str, cheat: str
) -> None:
    model, session = cheating(pools, pool, cheat)
    cell = cell_of(*WORKLOADS["timers"], model, session)
    with pytest.raises(WrongTime, match="reports a time outside of the run"):
        take_turn(cell, number=1, long_first=False)


def test_every_cheat_of_pools_has_its_row() -> None:
    kinds = {name for name, one in vars(cheats_of_pools).items() if isinstance(one, type)}
    own = {name for name in kinds if getattr(cheats_of_pools, name).__module__ == cheats_of_pools.__name__}
    assert set(MATRIX) == own - {"Cheat"}
