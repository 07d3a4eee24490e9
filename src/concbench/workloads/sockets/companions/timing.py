"""What a companion tells of how long things took: phases with their CPU time, and latencies."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter_ns, process_time_ns
from typing import Any

from concbench.workloads.latency import quantiles, sampled


class Phases:
    """How long each phase took, in ns, and how much CPU time of this process (``cpu``): by their names."""

    def __init__(self) -> None:
        self.wall: dict[str, int] = {}
        self.cpu: dict[str, int] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        wall, cpu = perf_counter_ns(), process_time_ns()
        yield
        self.wall[name] = perf_counter_ns() - wall
        self.cpu[name] = process_time_ns() - cpu

    def told(self, *holding: str) -> dict[str, Any]:
        """Return them as parts of a report: ``traffic_ns``, ``traffic_cpu_ns`` …, and how busy it was then.

        ``companion_busy`` is the largest share of a core that this process took in one of the phases in which
        it might hold a server up: ``traffic``, if no others are named.
        """
        shares = [self.cpu[name] / max(1, self.wall[name]) for name in holding or ("traffic",)]
        busy = {"companion_busy": round(max(shares), 4)}
        walls = {f"{name}_ns": ns for name, ns in self.wall.items()}
        cpus = {f"{name}_cpu_ns": ns for name, ns in self.cpu.items()}
        return walls | cpus | busy


def told(latencies_ns: Sequence[int]) -> dict[str, Any]:
    """Return latencies as parts of a report: p50, p90, p99, the longest, and a sample in ascending order.

    The sample (``latency_ns``) is all of them, or their percentiles where there are more than 101.
    """
    ordered = sorted(latencies_ns)
    return {**quantiles("latency", ordered), "latency_ns": sampled(ordered)}


def sharp_timers() -> None:
    """Have the system wake this process when it asks to be: Linux rounds by 50 µs otherwise."""
    with suppress(OSError):
        Path("/proc/self/timerslack_ns").write_text("1")


def options_of(one: socket.socket) -> dict[str, int]:
    """Return what the system made of a connection's options."""
    return {
        "nodelay": int(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0),
        "sndbuf": one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
        "rcvbuf": one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
    }
