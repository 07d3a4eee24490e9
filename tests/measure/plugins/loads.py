"""Workloads for pools and companions: tasks that compute, and tasks that ask an echo server beside them."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from concbench.workloads.base import (
    Companion,
    NotExpressible,
    Promise,
    Workload,
    at_least,
    judge_equal,
    numbers,
)

ELSEWHERE: dict[Any, Any] = {
    dialect: NotExpressible("it is written for two dialects")
    for dialect in ("polling", "generator", "delegating")
}


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many there are. ``work``: what each does of it: steps of a sum, or round trips."""

    tasks: int = 4
    work: int = 1000

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, work=self.work)


def computing(rt: Any, p: Params) -> list[Any]:
    """Add up numbers."""

    def compute(number: int) -> int:
        total = number
        for _ in range(p.work):
            total = (total * 5 + 1) & 0xFFFFFFFF
        return total

    return [partial(compute, number) for number in numbers(rt.salt, p.tasks)]


async def _computed(make: Any) -> int:
    return int(make())


def computing_coroutines(rt: Any, p: Params) -> list[Any]:
    """Add up numbers, in coroutines that never wait."""
    return [partial(_computed, one) for one in computing(rt, p)]


def judge_computed(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Compute once more."""
    return judge_equal(results, [one() for one in computing(Salted(salt), p)])


@dataclass(frozen=True)
class Salted:
    """What of a runtime the tasks need."""

    salt: int


ECHO = """
import selectors, socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
ready = selectors.DefaultSelector()
ready.register(listener, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in ready.select():
        if key.fileobj is listener:
            ready.register(listener.accept()[0], selectors.EVENT_READ)
        elif data := key.fileobj.recv(4096):
            key.fileobj.sendall(data)
        else:
            ready.unregister(key.fileobj)
            key.fileobj.close()
"""


def echo_blocking(rt: Any, p: Params) -> list[Any]:
    """Send a line and wait for it, again and again."""

    def ask(number: int) -> int:
        line, back = f"{number}\n".encode(), b""
        with socket.create_connection(("127.0.0.1", rt.port)) as connection:
            for _ in range(p.work):
                connection.sendall(line)
                back = connection.recv(4096)
        return int(back)

    return [partial(ask, number) for number in numbers(rt.salt, p.tasks)]


def echo_coroutine(rt: Any, p: Params) -> list[Any]:
    """Send a line and await it, again and again."""

    async def ask(number: int) -> int:
        line, back = f"{number}\n".encode(), b""
        reader, writer = await asyncio.open_connection("127.0.0.1", rt.port)
        for _ in range(p.work):
            writer.write(line)
            back = await reader.readline()
        writer.close()
        return int(back)

    return [partial(ask, number) for number in numbers(rt.salt, p.tasks)]


def judge_echo(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Each task got its own number back."""
    return judge_equal(results, numbers(salt, p.tasks))


def load(name: str, versions: Any, judge: Any, *, exact: bool = True, **more: Any) -> Workload[Params]:
    return Workload(
        name=name,
        version="1",
        summary="tasks that compute, or ask",
        reading="What a task takes.",
        params=Params,
        versions={**ELSEWHERE, **versions},
        promise=lambda p, _dialect: Promise(tasks=p.tasks, exact=exact),
        judge=judge,
        points=lambda _preset: [Params(tasks=2), Params()],
        small=lambda rng: [Params(tasks=rng.randint(1, 4), work=3)],
        smallest=Params(tasks=1, work=1),
        brief=Params(),
        **more,
    )


WORKLOADS = [
    load("computing", {"blocking": computing, "coroutine": computing_coroutines}, judge_computed),
    load(
        "asking",
        {"blocking": echo_blocking, "coroutine": echo_coroutine},
        judge_echo,
        exact=False,  # who waits at a socket of its own is not seen to
        companion=lambda _p: Companion(ECHO),
    ),
]
