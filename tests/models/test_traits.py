"""Traits: what tasks run on, as models say it, as they said it before, and as it shows."""

import resource
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.execution import cell_of, lent_from
from concbench.models import index
from concbench.models.base import Model
from concbench.traits import Traits, traits_of
from concbench.workloads.basics import timers
from tests.models.apart import tried

pytestmark = pytest.mark.measured_side


def saying(**fields: Any) -> Traits:
    """Return the traits of a model that says ``fields`` and nothing else of what it runs on."""
    plain = {"name": "own", "summary": "", "cost": "", "source": "", "version": str, "open": index.get}
    return Model(**{"dialect": "coroutine", **plain, **fields}).traits


def test_models_that_know_of_no_traits_get_those_of_their_dialect() -> None:
    assert saying() == Traits(runs_on="loop")
    assert saying(dialect="blocking") == Traits(runs_on="threads", reuses=True)


def test_what_stood_for_traits_before_still_does() -> None:
    told = {"single_threaded": False, "pooled": False, "workers": 4}
    assert saying(dialect="blocking", **told) == Traits(runs_on="threads", pinnable=False, workers=4)
    threads = index.get("threads")
    assert replace(threads, pooled=True).traits == replace(threads.traits, reuses=True)
    assert replace(threads, name="other").traits == threads.traits


def test_a_model_of_an_older_checkout_has_the_traits_that_its_fields_say() -> None:
    assert traits_of(SimpleNamespace(dialect="blocking")) == Traits(runs_on="threads", reuses=True)
    older = SimpleNamespace(dialect="coroutine", single_threaded=False, pooled=None, workers=2)
    assert traits_of(older) == Traits(pinnable=False, workers=2)
    assert traits_of(index.get("polling")) == Traits(polls=True)


def test_greenlets_are_not_preempted_and_processes_share_nothing() -> None:
    runs_on: Any
    for runs_on, preempted, shares in (
        ("loop", False, True),
        ("greenlets", False, True),
        ("threads", True, True),
        ("processes", True, False),
        ("interpreters", True, False),
    ):
        traits = Traits(runs_on=runs_on)
        assert (traits.preempted, traits.shares_memory) == (preempted, shares)


def check_polls(name: str) -> None:
    model = index.get(name)
    if (reason := model.unavailable()) is not None:
        pytest.skip(reason)
    with model.open() as session:
        lent = lent_from(session)
        cell = cell_of(timers.WORKLOAD, timers.Params(tasks=2, delay=0.05), model, lent)
        let_go = []
        for _ in range(3):  # what the machine reads from its disk meanwhile is waited for, too
            ready = lent.ready(cell.batches(1))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
            lent.carry_out(ready)
            let_go.append(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before)
    assert (min(let_go) == 0) == model.traits.polls


@pytest.mark.parametrize("name", index.names())
def test_who_polls_never_lets_go_of_the_cpu_while_all_tasks_sleep_and_all_others_do(name: str) -> None:
    tried(check_polls, name)
