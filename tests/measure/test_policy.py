"""The policy: whatever foreign code changes in a worker's process makes its cells invalid, by name."""

import faulthandler
import gc
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concbench.measure import policy as policy_module
from concbench.measure.policy import as_of_now
from concbench.measure.worker import RequestHandler
from concbench.models.base import Factory
from concbench.models.generator import MODEL
from concbench.workloads.catalogue import Catalogue
from tests.measure.cheats import running

from .odd import turn, wait_until

pytestmark = pytest.mark.measured_side
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of their own")


def toggle() -> None:
    """Switch the fault handler to what it was not."""
    if faulthandler.is_enabled():
        faulthandler.disable()
    else:
        faulthandler.enable(2)


def limit(soft: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def no_hook(*_: Any) -> None:
    """Look at nothing."""


CHANGES: dict[str, tuple[Callable[[], Any], str]] = {
    "gc off": (gc.disable, "the garbage collector is off instead of on"),
    "gc thresholds": (lambda: gc.set_threshold(10**6), "its thresholds is (1000000, "),
    "gc callback": (lambda: gc.callbacks.append(no_hook), "its callbacks is "),
    "gc debug": (lambda: gc.set_debug(gc.DEBUG_UNCOLLECTABLE), "its debugging is "),
    "switch interval": (lambda: sys.setswitchinterval(1.0), "the switch interval is 1.0 instead of 0.005"),
    "profile": (lambda: sys.setprofile(no_hook), "the profile function is <function no_hook"),
    "new threads": (
        lambda: threading.setprofile(no_hook),
        "the profile function of new threads is <function",
    ),
    "SIGALRM": (lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN), "the handler of SIGALRM is "),
    "timer": (lambda: signal.setitimer(signal.ITIMER_REAL, 1000), "the interval timer is "),
    "blocked": (lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}), "blocked signals is "),
    "clock": (lambda: setattr(time, "perf_counter_ns", time.monotonic_ns), "time.perf_counter_ns is "),
    "limit": (lambda: limit(64), "RLIMIT_NOFILE is (64, "),
    "fault handler": (toggle, "the fault handler is "),
}


@contextmanager
def undone() -> Iterator[None]:
    """Put back whatever a change did."""
    clock, limits, callbacks = (
        time.perf_counter_ns,
        resource.getrlimit(resource.RLIMIT_NOFILE),
        gc.callbacks[:],
    )
    thresholds, interval, debug = gc.get_threshold(), sys.getswitchinterval(), gc.get_debug()
    handler, mask = signal.getsignal(signal.SIGALRM), signal.pthread_sigmask(signal.SIG_BLOCK, ())
    profile, faults = sys.getprofile(), faulthandler.is_enabled()
    try:
        yield
    finally:
        gc.enable()
        gc.set_threshold(*thresholds)
        gc.set_debug(debug)
        gc.callbacks[:] = callbacks
        sys.setswitchinterval(interval)
        sys.setprofile(profile)
        threading.setprofile(profile)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        time.perf_counter_ns = clock
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        if faults != faulthandler.is_enabled():
            toggle()


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_seen_and_told_by_name(name: str) -> None:
    change, told = CHANGES[name]
    policy = as_of_now()
    assert policy.broken() is None
    with undone():
        change()
        said = policy.broken()
    assert said is not None
    assert told in said
    assert policy.broken() is None


@contextmanager
def helper(change: Callable[[], Any] = lambda: None) -> Iterator[threading.Event]:
    """Run another thread, which makes a change to itself at once, and again when the event is set."""
    done, again = threading.Event(), threading.Event()

    def run() -> None:
        change()
        done.set()
        again.wait()

    thread = threading.Thread(target=run)
    thread.start()
    done.wait()
    try:
        yield again
    finally:
        again.set()
        thread.join()
        wait_until(lambda: not Path(f"/proc/self/task/{thread.native_id}").exists())  # it ends after its code


def nicer() -> None:
    """Lower the priority of the calling thread alone (on Linux it has one of its own)."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + 1)


@LINUX
def test_the_priority_of_another_thread_is_read_where_there_is_time() -> None:
    policy = as_of_now()
    with helper(nicer):
        assert "in another thread the nice level is " in str(policy.broken())
        assert policy.broken(thorough=False) is None
    assert policy.broken() is None


@LINUX
def test_the_cpus_of_another_thread_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, read = as_of_now(), os.sched_getaffinity
    with helper():
        own = (0, os.getpid())
        monkeypatch.setattr(os, "sched_getaffinity", lambda thread: read(0) if thread in own else {99})
        assert "in another thread the CPUs is (99,) instead of (" in str(policy.broken())


@LINUX
def test_threads_that_were_there_are_held_to_what_they_were() -> None:
    with helper(nicer):
        assert as_of_now().broken() is None


def test_where_threads_are_not_told_only_the_main_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_module, "TASKS", Path("/no/such/folder"))
    policy = as_of_now()
    with helper():
        assert policy.broken() is None


def test_what_a_model_freezes_is_hidden_from_the_collector_and_told() -> None:
    policy = as_of_now().freezing()
    assert policy.broken() is None
    gc.freeze()
    try:
        assert "more objects are hidden from the garbage collector" in str(policy.broken())
    finally:
        gc.unfreeze()
    assert policy.broken() is None
    gc.freeze()  # as it was found: else each collection of the next tests would look through all modules


@pytest.mark.parametrize("operation", ["turn", "slice", "warm", "verify", "witness", "weigh", "look"])
def test_a_cell_whose_run_switches_the_collector_off_is_invalid(operation: str) -> None:
    def switch_off(run: Callable[..., list[Any]], factories: Sequence[Factory]) -> list[Any]:
        gc.disable()
        return run(factories)

    model = running(MODEL, switch_off)
    more = {"op": operation, "untimed": 1, "seconds": 60.0, "smallest": {"tasks": 2}}
    with undone(), model.open() as session:
        answer = RequestHandler(Catalogue(), model, session).answer({**turn(tasks=3, number=1), **more})
    assert answer["outcome"] == "invalid"
    assert (
        "policy: the code under measurement changed its process: the garbage collector is off"
        in (answer["reason"])
    )


class Mute:
    def __repr__(self) -> str:
        raise LookupError("no words")


def test_what_cannot_be_spelled_is_told_by_its_type() -> None:
    odd = {"the garbage collector": Mute(), "the CPUs": tuple(range(500))}
    told = replace(as_of_now(), promised=odd).broken()
    assert told is not None
    assert "the garbage collector is on instead of a Mute" in told
    assert len(told) < 400
