"""The probe: what is read around a timed region, in which order, and that memory is this process's own."""

import gc
import os
import sys
import time
from itertools import count
from mmap import mmap
from typing import Any

import pytest

from concbench.measure import probe
from concbench.measure.counters import Counters

pytestmark = pytest.mark.measured_side


def test_the_clock_is_read_innermost_and_the_garbage_is_collected_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    readings = iter([100, 350])

    def clock() -> int:
        said.append("clock")
        return next(readings)

    def read() -> Counters:
        said.append("read")
        return Counters(*[len(said)] * 6)

    def run(batch: str) -> str:
        said.append(batch)
        return batch

    monkeypatch.setattr(probe, "read", read)
    monkeypatch.setattr(gc, "collect", lambda: said.append("collect"))
    figures, returned = probe.timed(run, ["one", "two"], clock=clock)
    assert said == ["collect", "read", "clock", "one", "two", "clock", "read"]
    assert returned == ["one", "two"]
    assert figures == dict.fromkeys(Counters._fields, 5) | {"wall_ns": 250}


def test_counters_never_go_back() -> None:
    first = probe.read()
    sum(range(10**5))
    second = probe.read()
    assert all(new >= old for new, old in zip(second, first, strict=True))


def test_collections_during_the_calls_are_counted_and_those_before_are_not() -> None:
    counted, _ = probe.timed(lambda _batch: gc.collect(), range(3))
    idle, _ = probe.timed(lambda _batch: None, range(3))
    assert counted["gc"] - idle["gc"] == 3


def test_the_collector_is_enabled_during_the_calls() -> None:
    _, enabled = probe.timed(lambda _batch: gc.isenabled(), [0])
    assert enabled == [True]


def test_a_sleep_is_a_voluntary_switch_and_takes_no_cpu_to_speak_of() -> None:
    figures, _ = probe.timed(time.sleep, [0.005] * 4)
    assert figures["voluntary"] >= 4
    assert figures["cpu_ns"] < figures["wall_ns"]


def test_a_busy_loop_takes_cpu_time_mostly_of_the_user() -> None:
    figures, _ = probe.timed(lambda n: sum(range(n)), [10**6])
    assert figures["cpu_ns"] > 0
    assert figures["user_ns"] + figures["system_ns"] > 0


linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the peak can be read")


@linux
def test_resident_memory_grows_with_what_is_touched_and_shrinks_again() -> None:
    def resident() -> int:
        seen = probe.resident_bytes()
        assert seen is not None
        return seen

    before = resident()
    with mmap(-1, 64 << 20) as ballast:
        ballast.write(b"x" * (64 << 20))
        during = resident()
    assert during - before > 60 << 20
    assert resident() < during - (60 << 20)


@linux
def test_the_peak_can_be_set_back_to_what_is_resident_now() -> None:
    with mmap(-1, 64 << 20) as ballast:
        ballast.write(b"x" * (64 << 20))
    high = probe.peak_bytes()
    if not probe.reset_peak():
        pytest.skip("this system does not let the peak be reset")
    assert probe.peak_bytes() < high - (32 << 20)


@pytest.mark.parametrize(
    "pids", [[0], [-1], [True], ["1"], [1.0], [10**30], [1], [os.getpid()], [os.getppid()]]
)
def test_what_can_be_no_helper_is_refused_in_words(pids: list[Any]) -> None:
    with pytest.raises(TypeError, match="processes of the session names"):
        probe.helpers_named(pids)


@pytest.mark.parametrize("pids", [5, None, True])
def test_what_names_nobody_is_refused_in_words(pids: Any) -> None:
    with pytest.raises(TypeError, match=f"processes of the session must return process ids, not {pids}"):
        probe.helpers_named(pids)


def test_helpers_without_end_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(TypeError, match="is no process id"):
        probe.helpers_named(count(probe.MOST_PID))


def test_a_helper_that_is_named_twice_is_one() -> None:
    pid = 2**22
    assert probe.helpers_named([pid, pid]) == (pid,)
