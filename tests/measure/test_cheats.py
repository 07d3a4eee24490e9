"""The gallery as a matrix: every cheat at every workload, and which check catches it or why none can.

Each entry is either the name of the check that must fail, or ``Undetectable``, with the reason; those are
run too, every night, and nothing must fail, so that the reason cannot outlive the fact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from concbench.measure import witness
from concbench.measure.checks import EVERY_CHECK
from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models.base import Model
from concbench.workloads.base import Workload
from concbench.workloads.basics import chain, parked, spawn, switch, timers
from concbench.workloads.between_tasks import semaphore
from tests.measure import (
    cheats,
    cheats_in_wording,
    cheats_of_loops,
    cheats_of_sessions,
    cheats_of_steps,
    cheats_of_tasks,
)
from tests.measure.cheats import HONEST

pytestmark = [
    pytest.mark.measured_side,
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]

SECONDS_TO_STALL = 0.05
"""More than any of these cells takes, when it is run honestly."""

ROOMS = (cheats, cheats_of_tasks, cheats_of_steps, cheats_of_sessions, cheats_of_loops)

WORKLOADS: Mapping[str, tuple[Workload[Any], Any]] = {
    "timers": (timers.WORKLOAD, timers.Params(tasks=10, delay=0.04)),
    "spawn": (spawn.WORKLOAD, spawn.Params(tasks=12)),
    "parked": (parked.WORKLOAD, parked.Params(tasks=11)),
    "switch": (switch.WORKLOAD, switch.Params(tasks=12, suspensions=5)),
    "chain": (chain.WORKLOAD, chain.Params(tasks=12, depth=3, suspensions=5)),
}

LOADS: Mapping[str, tuple[Workload[Any], Any]] = {
    "semaphore": (semaphore.WORKLOAD, semaphore.Params(tasks=6, slots=2, rounds=3)),
}
"""Workloads whose cheats are told beside their own tests, but for wordings that break a promise of theirs."""


@dataclass(frozen=True, slots=True)
class Undetectable:
    """Not caught at this workload, because …"""

    because: str


NO_STACK = Undetectable("an object that is polled has no calls to suspend in: there is no such cell")
HONEST_TOO = Undetectable("a task that never suspends ends before the next one starts, in honest models too")
IS_THE_MODEL = Undetectable("a loop that steps every task by hand is what this model is")
NO_SLEEP = Undetectable("this workload never sleeps, so there is nothing to cut short, and nothing is")
NO_CLOCK = Undetectable("this workload never looks at a clock")
NO_SUSPENSION = Undetectable("this workload never suspends")
OWN_YIELD = Undetectable("the yield stands in the task's own code, which a model cannot change")
NOTHING_TO_SKIP = Undetectable("what suspends here is not what this model lends wrongly")
SAME_VALUE = Undetectable("all tasks return 123, so it is the right result")
NOTHING_GAINED = Undetectable("who waits for a time or a gate is not done sooner by being asked more often")
ONE_STEP = Undetectable("a task of one step cannot change hands")
WITHIN_POLICY = Undetectable("the stated tolerance is 2 ms, since event loops round deadlines to ticks")
INSTRUMENTS_SHOW = Undetectable("whoever looks for a hook finds it; timed runs are judged by results alone")
SMALL_ENOUGH = Undetectable("at this size it is honest; `run` bears witness at its own sizes")
NO_CONTEXT = Undetectable("no workload has context variables, so which context a step runs in shows nowhere")
ONE_RUN = Undetectable("a sample of this workload is one run, so no batch lies there when another is made")

MATRIX: Mapping[str, Mapping[str, tuple[str | Undetectable, ...]]] = {
    # cheat: {dialect: (timers, spawn, parked, switch, chain)}
    "one_after_another": {
        "polling": ("overlap", HONEST_TOO, "completed", "overlap", NO_STACK),
        "delegating": ("overlap", HONEST_TOO, "completed", "overlap", "overlap"),
        "coroutine": ("overlap", HONEST_TOO, "completed", "overlap", "overlap"),
        "blocking": ("overlap", HONEST_TOO, "completed", "completed", "completed"),
    },
    "one_object_for_all": {
        "polling": (IS_THE_MODEL, IS_THE_MODEL, IS_THE_MODEL, IS_THE_MODEL, NO_STACK),
    },
    "one_generator_for_all": {
        "delegating": (IS_THE_MODEL, IS_THE_MODEL, IS_THE_MODEL, IS_THE_MODEL, IS_THE_MODEL),
    },
    "one_coroutine_for_all": {
        "coroutine": ("owners", "owners", "owners", "owners", "owners"),
    },
    "one_coroutine_for_all_unless_wrapped": {
        "coroutine": ("unwatched",) * 5,
    },
    "no_coroutine_for_all_unless_wrapped": {
        "coroutine": ("unwatched",) * 5,
    },
    "one_of_nobody_s_excuses_all": {
        "coroutine": ("unwatched",) * 5,
    },
    "one_thread_for_all_unless_wrapped": {
        "blocking": ("unwatched", "unwatched", "completed", "completed", "completed"),
    },
    "one_thread_for_all": {
        "blocking": ("owners", "owners", "completed", "completed", "completed"),
    },
    "hands_tasks_on": {
        "coroutine": ("owners", ONE_STEP, "owners", "owners", "owners"),
    },
    "drops_every_tenth_task": {
        "polling": ("started", "started", "completed", "started", NO_STACK),
        "delegating": ("started", "started", "completed", "started", "started"),
        "coroutine": ("started", "started", "completed", "started", "started"),
        "blocking": ("spawned", "spawned", "completed", "completed", "completed"),
    },
    "reports_more_than_it_did": {
        "polling": ("spawned", "spawned", "completed", "spawned", NO_STACK),
        "delegating": ("spawned", "spawned", "completed", "spawned", "spawned"),
        "coroutine": ("spawned", "spawned", "completed", "spawned", "spawned"),
        "blocking": ("spawned", "spawned", "completed", "completed", "completed"),
    },
    "runs_twice": {
        "polling": ("spawned", "spawned", "spawned", "spawned", NO_STACK),
        "delegating": ("spawned", "spawned", "spawned", "spawned", "spawned"),
        "coroutine": ("spawned", "spawned", "spawned", "spawned", "spawned"),
        "blocking": ("spawned", "spawned", "spawned", "completed", "completed"),
    },
    "objects_too_soon": {
        "polling": ("finished", "started", "finished", "finished", NO_STACK),
    },
    "generators_too_soon": {
        "delegating": ("finished", "started", "finished", "finished", "finished"),
    },
    "coroutines_too_soon": {
        "coroutine": ("finished", "started", "finished", "finished", "finished"),
    },
    "threads_too_soon": {
        "blocking": ("finished", "spawned", "finished", "finished", "finished"),
    },
    "hangs_at_the_end": {
        "polling": ("completed", "completed", "completed", "completed", NO_STACK),
        "delegating": ("completed", "completed", "completed", "completed", "completed"),
        "coroutine": ("completed", "completed", "completed", "completed", "completed"),
        "blocking": ("completed", "completed", "completed", "completed", "completed"),
    },
    "swallows_the_interruption": {
        "delegating": ("completed", "completed", "completed", "completed", "completed"),
    },
    "wakes_early": {
        "polling": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_STACK),
        "delegating": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "coroutine": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "blocking": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    },
    "lends_a_fast_clock": {
        "polling": ("deadlines", NO_CLOCK, NO_CLOCK, NO_CLOCK, NO_STACK),
        "delegating": ("deadlines", NO_CLOCK, NO_CLOCK, NO_CLOCK, NO_CLOCK),
        "coroutine": ("deadlines", NO_CLOCK, NO_CLOCK, NO_CLOCK, NO_CLOCK),
        "blocking": ("deadlines", NO_CLOCK, NO_CLOCK, NO_CLOCK, NO_CLOCK),
    },
    "wakes_a_millisecond_early": {
        "polling": (WITHIN_POLICY, NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_STACK),
        "delegating": (WITHIN_POLICY, NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "coroutine": (WITHIN_POLICY, NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "blocking": (WITHIN_POLICY, NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    },
    "objects_that_block": {
        "polling": ("overlap", NO_SUSPENSION, OWN_YIELD, OWN_YIELD, NO_STACK),
    },
    "generators_that_block": {
        "delegating": ("overlap", NO_SUSPENSION, OWN_YIELD, OWN_YIELD, OWN_YIELD),
    },
    "coroutines_that_swallow": {
        "coroutine": (NOTHING_TO_SKIP, NO_SUSPENSION, NOTHING_TO_SKIP, "fairness", "fairness"),
    },
    "generators_that_swallow": {
        "delegating": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "fairness", "fairness"),
    },
    "makes_up_its_lateness": {
        "polling": ("reported", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_STACK),
        "delegating": ("reported", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "coroutine": ("reported", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
        "blocking": ("reported", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    },
    "returns_a_lazy_list": {
        "polling": ("results", "results", "results", "results", NO_STACK),
        "delegating": ("results",) * 5,
        "coroutine": ("results",) * 5,
        "blocking": ("results",) * 5,
    },
    "returns_lazy_results": {
        "polling": ("results", "results", "results", "results", NO_STACK),
        "delegating": ("results",) * 5,
        "coroutine": ("results",) * 5,
        "blocking": ("results",) * 5,
    },
    "replays_once_it_is_trusted": {
        "polling": ("unwatched", "results", "results", "results", NO_STACK),
        "delegating": ("unwatched", "results", "results", "results", "results"),
        "coroutine": ("unwatched", "results", "results", "results", "results"),
        "blocking": ("unwatched", "results", "results", "results", "results"),
    },
    "runs_tasks_before_the_clock_starts": {
        "polling": ("unwatched", "unwatched", "unwatched", "unwatched", NO_STACK),
        "delegating": ("unwatched",) * 5,
        "coroutine": ("unwatched",) * 5,
        "blocking": ("unwatched",) * 5,
    },
    "fills_its_lists_when_it_is_let_go": {
        "polling": ("results", "results", "results", "results", NO_STACK),
        "delegating": ("results",) * 5,
        "coroutine": ("results",) * 5,
        "blocking": ("results",) * 5,
    },
    "runs_batches_when_its_primitives_are_copied": {
        "polling": (ONE_RUN, "unwatched", "unwatched", "unwatched", NO_STACK),
        "delegating": (ONE_RUN, "unwatched", "unwatched", "unwatched", "unwatched"),
        "coroutine": (ONE_RUN, "unwatched", "unwatched", "unwatched", "unwatched"),
        "blocking": (ONE_RUN, "unwatched", "unwatched", "unwatched", "unwatched"),
    },
    "makes_tasks_when_its_primitives_are_copied": {
        "delegating": (ONE_RUN, "unwatched", "unwatched", "unwatched", "unwatched"),
        "coroutine": (ONE_RUN, "unwatched", "unwatched", "unwatched", "unwatched"),
    },
    "coroutines_that_skip": {
        "coroutine": ("overlap", NO_SUSPENSION, NOTHING_TO_SKIP, "suspensions", "suspensions"),
    },
    "threads_that_do_not_wait": {
        "blocking": (NOTHING_TO_SKIP, NO_SUSPENSION, NOTHING_TO_SKIP, "fairness", "fairness"),
    },
    "fires_timers_early": {
        "coroutine": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    },
    "keeps_a_clock_that_runs_ahead": {
        "coroutine": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    },
    "drops_every_second_call": {
        "coroutine": ("completed",) * 5,
    },
    "takes_the_last_first": {
        "coroutine": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "overlap", "overlap"),
    },
    "runs_tasks_to_their_end": {
        "coroutine": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "overlap", "overlap"),
    },
    "makes_futures_that_are_done": {
        "coroutine": ("started",) * 5,
    },
    "makes_futures_that_are_done_unless_wrapped": {
        "coroutine": ("unwatched",) * 5,
    },
    "forgets_contexts": {
        "coroutine": (NO_CONTEXT,) * 5,
    },
    "objects_that_starve": {
        "polling": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "fairness", NO_STACK),
    },
    "generators_that_starve": {
        "delegating": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "fairness", "fairness"),
    },
    "coroutines_that_starve": {
        "coroutine": (NOTHING_GAINED, NO_SUSPENSION, NOTHING_GAINED, "fairness", "fairness"),
    },
    "returns_a_constant": {
        "polling": ("results", "results", "results", "results", NO_STACK),
        "delegating": ("results", "results", "results", "results", SAME_VALUE),
        "coroutine": ("results", "results", "results", "results", SAME_VALUE),
        "blocking": ("results", "results", "results", "results", SAME_VALUE),
    },
    "loses_the_order": {
        "polling": ("results", "results", "results", "results", NO_STACK),
        "delegating": ("results", "results", "results", "results", SAME_VALUE),
        "coroutine": ("results", "results", "results", "results", SAME_VALUE),
        "blocking": ("results", "results", "results", "results", SAME_VALUE),
    },
    "behaves_only_when_watched": {
        "polling": ("unwatched", "unwatched", "unwatched", "unwatched", NO_STACK),
        "delegating": ("unwatched", "unwatched", "unwatched", "unwatched", "unwatched"),
        "coroutine": ("unwatched", "unwatched", "unwatched", "unwatched", "unwatched"),
        "blocking": ("unwatched", "unwatched", "unwatched", "unwatched", "unwatched"),
    },
    "behaves_whenever_anyone_looks": {
        "polling": (INSTRUMENTS_SHOW, INSTRUMENTS_SHOW, INSTRUMENTS_SHOW, INSTRUMENTS_SHOW, NO_STACK),
        "delegating": (INSTRUMENTS_SHOW,) * 5,
        "coroutine": (INSTRUMENTS_SHOW,) * 5,
        "blocking": (INSTRUMENTS_SHOW,) * 5,
    },
    "behaves_at_small_sizes": {
        "polling": (SMALL_ENOUGH, SMALL_ENOUGH, SMALL_ENOUGH, SMALL_ENOUGH, NO_STACK),
        "delegating": (SMALL_ENOUGH,) * 5,
        "coroutine": (SMALL_ENOUGH,) * 5,
        "blocking": (SMALL_ENOUGH,) * 5,
    },
}

WORDINGS: Mapping[str, Mapping[str, str | Undetectable]] = {
    # cheating wording: {dialect: entry}; each belongs to one workload
    "fewer_frames": dict.fromkeys(("delegating", "coroutine", "blocking"), "frames"),
    "fewer_switches": dict.fromkeys(("polling", "delegating", "coroutine", "blocking"), "suspensions"),
    "fewer_resumes": dict.fromkeys(("delegating", "coroutine", "blocking"), "suspensions"),
    "fewer_tasks": dict.fromkeys(("polling", "delegating", "coroutine", "blocking"), "spawned"),
    "short_sleep": dict.fromkeys(("polling", "delegating", "coroutine", "blocking"), "deadlines"),
    "more_slots": dict.fromkeys(("coroutine", "blocking"), "at-most"),
    "keeper_that_looks_too_late": {"delegating": "gathered"},
    "keeper_that_looks_twice": {"delegating": "gathered"},
    "keeper_that_never_looks": dict.fromkeys(("polling", "delegating", "coroutine", "blocking"), "gathered"),
}

CATCHES_ALONE = {
    "completed": ("hangs_at_the_end", "delegating", "switch"),
    "spawned": ("runs_twice", "delegating", "spawn"),
    "started": ("drops_every_tenth_task", "delegating", "spawn"),
    "finished": ("generators_too_soon", "delegating", "switch"),
    "owners": ("one_coroutine_for_all", "coroutine", "chain"),
    "overlap": ("one_after_another", "delegating", "timers"),
    "gathered": ("keeper_that_never_looks", "blocking", "parked"),
    "suspensions": ("coroutines_that_skip", "coroutine", "switch"),
    "fairness": ("generators_that_starve", "delegating", "switch"),
    "frames": ("fewer_frames", "blocking", "chain"),
    "deadlines": ("short_sleep", "coroutine", "timers"),
    "at-most": ("more_slots", "coroutine", "semaphore"),
    "reported": ("makes_up_its_lateness", "coroutine", "timers"),
    "results": ("returns_a_constant", "coroutine", "spawn"),
    "unwatched": ("behaves_only_when_watched", "blocking", "switch"),
}
"""For each check a cheat that no other check sees: take the check away, and the cheat passes as honest."""


def entries() -> Iterator[ParameterSet]:
    """Yield every entry; that a cheat is caught by the same check at a further workload is seen at night."""
    seen = set()
    for name, rows in MATRIX.items():
        for dialect, row in rows.items():
            for workload, entry in zip(WORKLOADS, row, strict=True):
                if entry is NO_STACK:
                    continue
                later = isinstance(entry, Undetectable) or (name, dialect, entry) in seen
                seen.add((name, dialect, entry))
                about = f"{name}-{dialect}-{workload}"
                marks = [pytest.mark.nightly] if later else []
                yield pytest.param(name, dialect, workload, entry, id=about, marks=marks)


ENTRIES = list(entries())
WORDING_ENTRIES = [
    pytest.param(name, dialect, entry, id=f"{name}-{dialect}")
    for name, row in WORDINGS.items()
    for dialect, entry in row.items()
]


def cheating_model(name: str, dialect: str) -> Model:
    (make,) = [vars(room)[name] for room in ROOMS if name in vars(room)]
    model: Model = make(HONEST[dialect])
    return model


def cheating_wording(name: str) -> Workload[Any]:
    if name == "fewer_switches":
        return cheats_in_wording.fewer_suspensions(switch.WORKLOAD)
    if name == "fewer_resumes":
        return cheats_in_wording.fewer_suspensions(chain.WORKLOAD)
    workload: Workload[Any] = getattr(cheats_in_wording, name)()
    return workload


def witnessed(
    workload: Workload[Any], params: Any, model: Model, *, without: str = "", seconds: float = 20.0
) -> witness.Testimony:
    with model.open() as session:
        return bear_witness(cell_of(workload, params, model, session), seconds=seconds, without=[without])


def witnessed_cheat(
    name: str, dialect: str, workload: str, without: str = "", stall: float = SECONDS_TO_STALL
) -> witness.Testimony:
    true_workload, params = {**WORKLOADS, **LOADS}[workload]
    if name in WORDINGS:
        return witnessed(cheating_wording(name), params, HONEST[dialect], without=without)
    entry = MATRIX[name][dialect][list(WORKLOADS).index(workload)]
    if workload == "timers" and entry not in ("deadlines", "finished"):
        params = short_timers(entry)
    seconds = stall if entry == "completed" else 20.0
    return witnessed(true_workload, params, cheating_model(name, dialect), without=without, seconds=seconds)


def short_timers(entry: str | Undetectable) -> timers.Params:
    """Return timers that are as short as what is to be seen of them allows.

    Who wakes early is not among them: it must not be held up by a busy machine for as long as its delay.
    """
    if isinstance(entry, Undetectable) or entry == "overlap":
        return timers.Params(tasks=timers.SURE_TASKS, delay=timers.SURE_DELAY)
    return timers.Params(tasks=10, delay=timers.SURE_DELAY / 4)


def assert_as_entered(testimony: witness.Testimony, entry: str | Undetectable) -> None:
    if isinstance(entry, Undetectable):
        assert testimony.failures == {}, entry.because
        assert set(testimony.checks) == set(EVERY_CHECK)
    else:
        assert entry in testimony.failures


@pytest.mark.parametrize(("name", "dialect", "workload", "entry"), ENTRIES)
def test_each_cheat_is_caught_as_entered(
    name: str, dialect: str, workload: str, entry: str | Undetectable
) -> None:
    assert_as_entered(witnessed_cheat(name, dialect, workload), entry)


@pytest.mark.parametrize("dialect", ["polling", "delegating", "coroutine", "blocking"])
@pytest.mark.parametrize("tasks", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_one_task_or_two_cannot_make_up_their_lateness_either(dialect: str, tasks: int) -> None:
    params = timers.Params(tasks=tasks, delay=timers.SURE_DELAY)
    said = witnessed(timers.WORKLOAD, params, cheating_model("makes_up_its_lateness", dialect))
    assert set(said.failures) == {"reported"}


@pytest.mark.parametrize(("name", "dialect", "entry"), WORDING_ENTRIES)
def test_each_cheating_wording_is_caught_as_entered(
    name: str, dialect: str, entry: str | Undetectable
) -> None:
    assert_as_entered(witnessed_cheat(name, dialect, cheating_wording(name).name), entry)


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_without_any_one_check_a_cheat_passes_as_honest(check: str) -> None:
    name, dialect, workload = CATCHES_ALONE[check]
    assert check in witnessed_cheat(name, dialect, workload).failures
    # Longer than a busy machine stands still: a task that it held up would not have finished either.
    blind = witnessed_cheat(name, dialect, workload, without=check, stall=6 * SECONDS_TO_STALL)
    assert blind.failures == {}
    assert check not in blind.checks


def test_the_matrix_has_an_entry_for_every_cell() -> None:
    assert {len(row) for rows in MATRIX.values() for row in rows.values()} == {len(WORKLOADS)}
    holes = {(dialect, workload) for rows in MATRIX.values() for dialect, row in rows.items()
             for workload, entry in zip(WORKLOADS, row, strict=True) if entry is NO_STACK}  # fmt: skip
    assert holes == {("polling", "chain")}
    assert "polling" not in chain.WORKLOAD.versions or not callable(chain.WORKLOAD.versions["polling"])


def test_every_named_check_is_one_that_exists() -> None:
    entries = [entry for rows in MATRIX.values() for row in rows.values() for entry in row]
    entries += [entry for row in WORDINGS.values() for entry in row.values()]
    assert {entry for entry in entries if isinstance(entry, str)} <= set(EVERY_CHECK)
    assert set(CATCHES_ALONE) == set(EVERY_CHECK)


def test_every_cheat_of_the_gallery_is_in_the_matrix() -> None:
    makers = {
        name
        for room in ROOMS
        for name, made in vars(room).items()
        if getattr(made, "__module__", "") == room.__name__
        and getattr(made, "__annotations__", {}) == {"honest": Model, "return": Model}
    }
    assert makers <= set(MATRIX)
    assert len(makers) > 20
