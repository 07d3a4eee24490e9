"""Ticks of a thread's CPU clock, which nobody minds where nobody traces."""

import platform
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from concbench.measure import ticking
from concbench.measure.ticking import CALLS, SIGNAL, tick

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in CALLS, reason="there are no such timers"
)


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    before = signal.getsignal(SIGNAL)
    yield
    tick({}, 1)
    signal.signal(SIGNAL, before)


def busy_until(condition: list[int], seconds: float = 10.0) -> None:
    end = time.process_time() + seconds
    while not condition and time.process_time() < end:
        pass


def test_a_thread_that_computes_gets_ticks_until_it_is_to_get_none() -> None:
    told: list[int] = []
    assert tick({str(_thread()): 1000}, 1_000_000) == {}
    signal.signal(SIGNAL, lambda *_given: told.append(1))
    busy_until(told)
    assert told
    assert tick({}, 1_000_000) == {}
    assert signal.getsignal(SIGNAL) is signal.SIG_IGN
    told.clear()
    signal.signal(SIGNAL, lambda *_given: told.append(1))
    busy_until(told, 0.02)
    assert told == []


def test_what_gets_no_timer_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "a thread gets no timer here" in tick({"1": 1000}, 1000)["reason"]
    monkeypatch.setattr(ticking, "CALLS", {})
    assert "are not known to it" in tick({}, 1000)["reason"]


def _thread() -> int:
    import threading

    return threading.get_native_id()
