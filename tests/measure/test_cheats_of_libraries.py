"""The gallery's matrix for greenlets and libraries: what catches each cheat, or why nobody can.

Each row is tried in a process of its own, since gevent patches it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from concbench.measure.hook import SEES_ALL_THREADS
from concbench.models import index
from tests.measure.test_cheats import (
    HONEST_TOO,
    MATRIX,
    NO_SLEEP,
    NO_SUSPENSION,
    NOTHING_TO_SKIP,
    SAME_VALUE,
    Undetectable,
)

pytestmark = pytest.mark.measured_side

ROOT = Path(__file__).parents[2]
STALL = 0.3
"""Seconds until a run is stopped that never ends."""

NOBODY_LEFT = "LoopExit"
"""What gevent raises, where a thread would wait for ever: nobody is left that could go on."""

NOT_HELD = "RuntimeError"
"""What a condition raises whose lock nobody holds."""

UNSEEN = "unwatched" if SEES_ALL_THREADS else "Unwitnessable"
"""Before Python 3.12 nobody can look into trio's thread: its model is no cheat then, and has no figures."""

NAMELESS = Undetectable("the library names no task of its own, so a generator counts as one")

Row = tuple[str | Undetectable, ...]

GREENLETS: Mapping[str, Row] = {
    # cheat: (timers, spawn, parked, switch, chain)
    "one_greenlet_for_all": ("owners", "owners", NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "no_greenlets": ("owners", "owners", NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "one_greenlet_for_all_unless_wrapped": (
        "unwatched",
        "unwatched",
        NOBODY_LEFT,
        NOBODY_LEFT,
        NOBODY_LEFT,
    ),
    "greenlets_too_soon": ("spawned", "spawned", NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "sleeps_that_block": ("overlap", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    "locks_that_do_not_wait": (NOTHING_TO_SKIP, NO_SUSPENSION, NOT_HELD, "fairness", "fairness"),
    "one_after_another": ("overlap", HONEST_TOO, NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "drops_every_tenth_task": ("spawned", "spawned", NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "reports_more_than_it_did": ("spawned", "spawned", NOBODY_LEFT, NOBODY_LEFT, NOBODY_LEFT),
    "runs_twice": ("spawned", "spawned", "spawned", NOBODY_LEFT, NOBODY_LEFT),
    "wakes_early": ("deadlines", NO_SLEEP, NO_SLEEP, NO_SLEEP, NO_SLEEP),
    "replays_once_it_is_trusted": ("unwatched", "results", "results", "results", "results"),
    "behaves_only_when_watched": ("unwatched",) * 5,
    "returns_a_constant": ("results", "results", "results", "results", SAME_VALUE),
}

GENERIC = ("one_after_another", "drops_every_tenth_task", "reports_more_than_it_did", "runs_twice")
"""Cheats that the same checks catch in a library as in the loop of the standard library."""


def loops(unseen: str, replayed: str) -> dict[str, Row]:
    """Return the rows of a library with coroutines."""
    return {
        "one_task_for_all": ("owners", "owners", "completed", "owners", "owners"),
        "one_task_for_all_unless_wrapped": ("unwatched", "unwatched", "completed", "unwatched", "unwatched"),
        **{cheat: MATRIX[cheat]["coroutine"] for cheat in (*GENERIC, "returns_a_constant")},
        "replays_once_it_is_trusted": (unseen, *(replayed,) * 4),
        "behaves_only_when_watched": (unseen,) * 5,
    }


IN_A_THREAD = loops(UNSEEN, "results" if SEES_ALL_THREADS else UNSEEN)

ROWS: Mapping[str, Mapping[str, Row]] = {
    "gevent": GREENLETS,
    "trio": IN_A_THREAD,
    "anyio-trio": IN_A_THREAD,
    "anyio-asyncio": loops("unwatched", "results"),
    "tinyio": {
        "one_generator_in_turn": ("overlap", NAMELESS, "completed", "overlap", "overlap"),
        **{cheat: MATRIX[cheat]["delegating"] for cheat in (*GENERIC, "behaves_only_when_watched")},
    },
}

BY_DAY = {("gevent", "one_greenlet_for_all"), ("trio", "one_task_for_all")}


def rows() -> Iterator[ParameterSet]:
    """Yield each row; most of them are tried at night."""
    for model, cheats in ROWS.items():
        for cheat, row in cheats.items():
            marks = () if (model, cheat) in BY_DAY else (pytest.mark.nightly,)
            yield pytest.param(model, cheat, row, id=f"{model}-{cheat}", marks=marks)


@pytest.mark.parametrize(("model", "cheat", "row"), list(rows()))
def test_each_cheat_of_a_library_is_caught_as_entered(model: str, cheat: str, row: Row) -> None:
    if (reason := index.get(model).unavailable()) is not None:
        pytest.skip(reason)
    seconds = [STALL if entry == "completed" else 20.0 for entry in row]
    code = f"from tests.measure.cheats_of_libraries import tell; tell({model!r}, {cheat!r}, {seconds!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    told = json.loads(done.stdout)
    assert len(told) == len(row)
    for failed, entry in zip(told, row, strict=True):
        if isinstance(entry, Undetectable):
            assert failed == [], entry.because
        else:
            assert entry in failed
