"""Ticks: after so much CPU time of a thread it gets a signal, at which whoever traces it finds it stopped.

The timers are those of timer_create(2), one for each thread and on its own CPU clock, called by number, since
C libraries differ in where they have them. They look at the clock at the ticks of the system, so a thread is
found where such a tick has found it: on a CPU, in whatever it was doing. Without a tracer the signal is
ignored.
"""

import os
import platform
import signal
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from concbench.measure.failures import outcome

SIGNAL = signal.SIGPROF
TO_A_THREAD = 4
"""SIGEV_THREAD_ID"""

_timers: list[int] = []


class TimerCalls(NamedTuple):
    """The numbers of the system calls."""

    create: int
    settime: int
    delete: int


CALLS: Mapping[str, TimerCalls] = {"x86_64": TimerCalls(222, 223, 226), "aarch64": TimerCalls(107, 110, 111)}


def tick(threads: Mapping[str, int], every_ns: int) -> dict[str, Any]:
    """Let each of these threads of the process get ticks, or, where there are none, none get any more.

    The first comes after the ns that are told of the thread. Returns nothing, or the outcome that says why it
    cannot be done.
    """
    from ctypes import CDLL, byref, c_int, c_long, create_string_buffer, get_errno  # noqa: PLC0415

    calls = CALLS.get(platform.machine())
    if calls is None:
        return outcome("unavailable", f"the system calls of {platform.machine()} are not known to it")
    call = CDLL(None, use_errno=True).syscall
    call.restype = c_long
    while _timers:
        call(c_long(calls.delete), c_long(_timers.pop()))
    signal.signal(SIGNAL, signal.SIG_IGN)
    for thread, first_ns in ((int(number), first_ns) for number, first_ns in threads.items()):
        spec = create_string_buffer(struct.pack("4q", 0, every_ns, 0, first_ns))
        timer = c_int()
        event = create_string_buffer(struct.pack("qiii44x", 0, SIGNAL, TO_A_THREAD, thread))
        clock = (~thread << 3) | 6
        if call(c_long(calls.create), c_long(clock), event, byref(timer)) < 0:
            return outcome("unavailable", f"a thread gets no timer here ({os.strerror(get_errno())})")
        _timers.append(timer.value)
        call(c_long(calls.settime), c_long(timer.value), c_long(0), spec, None)
    return {}
