"""What every client of ``fanout`` is given and is judged by: parameters, requests, answers, figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeAlias

from concbench.models.base import Dialect, Factory
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import Companion, Preset, at_least
from concbench.workloads.latency import latency, quantile
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.orders import companion

Sessions: TypeAlias = Sequence[Sequence[int]]
"""The numbers that a worker asks with, by connection."""

SURE_DELAY, SURE_TASKS = 0.02, 5
"""From which delay (s) and number of workers on two requests surely overlap (see ``timers``)."""

LONGEST, LARGEST = 3600.0, 1 << 24

CLOCKS = 0.0002
"""How far (s) the clocks of two processes may seem apart."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: workers, each with one request in flight. ``rounds``: requests of each. ``delay``: s.

    ``size``: bytes of an answer. ``kept``: 1, a worker keeps its connection; 0, it has one for each request.
    """

    tasks: int = 100
    rounds: int = 2
    delay: float = 0.02
    size: int = 256
    kept: int = 1

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, rounds=self.rounds)
        at_least(0.001, delay=self.delay)
        at_least(32, size=self.size)
        if self.delay > LONGEST or self.size > LARGEST:
            raise ValueError(f"delay must be at most {LONGEST:g} s, and size {LARGEST} bytes")
        if self.kept not in (0, 1):
            raise ValueError(f"kept must be 0 or 1, not {self.kept}")

    @property
    def microseconds(self) -> int:
        """The delay as it is asked for."""
        return round(1e6 * self.delay)

    @property
    def sure(self) -> bool:
        """Whether requests surely overlap."""
        return self.tasks >= SURE_TASKS and self.delay >= SURE_DELAY

    def sessions(self, salt: int) -> list[Sessions]:
        """Return what each worker asks."""
        firsts = range(salt, salt + self.tasks * self.rounds, self.rounds)
        each = [range(first, first + self.rounds) for first in firsts]
        return [[numbers] if self.kept else [(number,) for number in numbers] for numbers in each]


def workers(rt: Any, p: Params, work: Any) -> list[Factory]:
    """Return the workers, if the system lets a process have so many connections."""
    require_room(p.tasks)
    return [partial(work, sessions) for sessions in p.sessions(rt.salt)]


def asked(number: int, p: Params) -> bytes:
    """Return a request: a number, how long the answer is, and after how many µs it is to come."""
    return b"".join((number.to_bytes(8, "big"), p.size.to_bytes(4, "big"), p.microseconds.to_bytes(4, "big")))


def server(_p: Params) -> Companion:
    """Return the server beside the cell."""
    return companion("fanout")


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """So many workers; two of them at least are at work at once, so a pool of one cannot do it."""
    return Spawned(p.tasks), Overlap(1, room=2 if p.sure else 1)


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Every request was answered by the server, in time, and the server never had too many at once."""
    if len(results) != p.tasks:
        return f"{len(results)} results instead of {p.tasks}"
    for index, (result, sessions) in enumerate(zip(results, p.sessions(salt), strict=True)):
        numbers = [number for session in sessions for number in session]
        if (wrong := _wrong_worker(result, numbers, p)) is not None:
            return f"task {index} {wrong}"
    most = in_flight(results)
    if most > p.tasks:
        return f"the server had {most} requests at once, and at most {p.tasks} are allowed"
    if most < 2 and p.sure:
        return "the server never had two requests at once, and the workload promises that they overlap"
    return None


def _wrong_worker(result: Any, numbers: Sequence[int], p: Params) -> str | None:
    """Return what is wrong with a worker's answers, each with the times (s) before and after it; or None."""
    if type(result) is not tuple or len(result) != 3 or type(result[1]) is not list:
        return f"returned {result!r} instead of (began, answers, ended)"
    began, answers, ended = result
    if len(answers) != len(numbers):
        return f"has {len(answers)} answers instead of {len(numbers)}"
    last = began
    for number, one in zip(numbers, answers, strict=True):
        if type(one) is not tuple or [type(part) for part in one] != [float, float, bytes]:
            return f"has {one!r} in place of an answer"
        sent, came, answer = one
        if answer != proper(number, answer, p):
            return f"was not answered so by the server: {answer[:40]!r} …"
        if not (last <= sent and came - sent >= p.microseconds / 1e6 - CLOCKS):
            return f"has an answer after {came - sent:.6f} s, and the server waits {p.delay:g} s"
        last = came
    return None if last <= ended else "ended before its last answer had come"


def proper(number: int, answer: bytes, p: Params) -> bytes:
    """Return the answer to a request as the server gives it, if it saw what this one's head says."""
    from concbench.workloads.sockets.companions.answers import HEAD  # noqa: PLC0415
    from concbench.workloads.sockets.companions.answers import answer as made  # noqa: PLC0415

    return made(asked(number, p), answer[: HEAD.size])


def heads(results: Sequence[Any]) -> list[tuple[int, int]]:
    """Return what the server saw: how many requests it had, and how late (ns) each answer was."""
    from concbench.workloads.sockets.companions.answers import HEAD  # noqa: PLC0415

    return [HEAD.unpack_from(answer) for _, answers, _ in results for _, _, answer in answers]


def in_flight(results: Sequence[Any]) -> int:
    """Return the most requests that the server had at once."""
    return max(inside for inside, _late in heads(results))


def records(results: Sequence[Any], p: Params) -> dict[str, Any]:
    """Return latencies, what the server saw, and a connection's set-up, traffic and teardown (median)."""
    late = sorted(late for _inside, late in heads(results))
    answers = [one for _, told, _ in results for one in told]
    figures = latency([came - sent for sent, came, _ in answers])
    figures |= {"in_flight": in_flight(results), "server_late_p50_ns": round(quantile(late, 0.5))}
    figures |= {"server_late_max_ns": late[-1], "connections": p.tasks * (1 if p.kept else p.rounds)}
    if p.kept:
        phases = {
            "setup_ns": [told[0][0] - began for began, told, _ in results],
            "traffic_ns": [told[-1][1] - told[0][0] for _, told, _ in results],
            "teardown_ns": [ended - told[-1][1] for _, told, ended in results],
        }
        figures |= {name: round(1e9 * quantile(sorted(each), 0.5)) for name, each in phases.items()}
    return figures


def points(preset: Preset) -> list[Params]:
    """The number in flight, in steps; beyond ``quick`` also a connection for each request."""
    if preset == "quick":
        return [Params(tasks=tasks) for tasks in (10, 100)]
    counts = {"standard": (1, 10, 100, 400), "thorough": (1, 10, 100, 400)}[preset]
    rounds = {"standard": 2, "thorough": 5}[preset]
    return [Params(tasks=tasks, rounds=rounds, kept=kept) for kept in (1, 0) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One worker alone, a few, a connection for each request, and a random shape."""
    drawn = Params(rng.randint(5, 30), rng.randint(1, 3), rng.uniform(0.02, 0.03), rng.randint(32, 5000))
    return [Params(1, 2, 0.005), Params(8, 2), Params(6, 3, kept=0), drawn]
