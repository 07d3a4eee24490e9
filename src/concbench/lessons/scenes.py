"""The scenes of the lesson: what a program is watched at, by ``seen``, on the stage."""

from collections.abc import Callable, Generator
from socket import socket, socketpair
from typing import Any

Seen = Callable[[str, Any], Any]
Work = Generator[Any, Any, Any]


def polled(step: Any, seen: Seen) -> list[Any]:
    """Three objects that sleep."""
    return [seen(f"Sleep {ms} ms", step.Sleep(ms / 1000)) for ms in (30, 10, 20)]


def sleepers(step: Any, seen: Seen) -> list[Work]:
    """The tutorial's third example: ``foo`` calls ``bar``, which sleeps and returns 123."""

    def bar(seconds: float) -> Work:
        yield from step.sleep(seconds)
        return 123

    def foo(seconds: float) -> Work:
        return (yield from bar(seconds))

    return [seen(f"foo {ms} ms", foo(ms / 1000)) for ms in (30, 10, 20)]


def gate(step: Any, seen: Seen) -> list[Work]:
    """Two visitors wait at a gate, which a porter opens after 20 ms."""
    opened = step.Event()

    def visitor() -> Work:
        yield from opened.wait()

    def porter() -> Work:
        yield from step.sleep(0.02)
        yield from opened.set()

    return [seen("visitor 1", visitor()), seen("visitor 2", visitor()), seen("porter", porter())]


def talk(step: Any, seen: Seen) -> list[Work]:
    """Two clients, each with a server of its own, say something after 10 and after 20 ms."""
    pairs = [socketpair() for _ in range(2)]

    def client(connection: socket, seconds: float) -> Work:
        with connection:
            yield from step.sleep(seconds)
            connection.sendall(b"hello")
            yield from step.ready(connection)
            return connection.recv(5)

    servers = [seen(f"server {number}", step.echo(pair[0])) for number, pair in enumerate(pairs, 1)]
    clients = [
        seen(f"client {number}", client(pair[1], number / 100)) for number, pair in enumerate(pairs, 1)
    ]
    return [*servers, *clients]


def family(step: Any, seen: Seen) -> list[Work]:
    """A parent starts two children, and joins the slow one first."""

    def child(seconds: float) -> Work:
        yield from step.sleep(seconds)
        return seconds

    def parent() -> Work:
        works = [seen("slow child", child(0.02)), seen("quick child", child(0.01))]
        slow, quick = yield "start", works
        return (yield from step.join(slow)), (yield from step.join(quick))

    return [seen("parent", parent())]


def limit(step: Any, seen: Seen) -> list[Work]:
    """A task waits at a gate that nobody opens; another one cancels it after 15 ms, and a third joins it."""

    def patient() -> Work:
        try:
            yield from step.Event().wait()
        finally:
            yield  # cleans up

    def impatient(task: Any) -> Work:
        yield from step.sleep(0.015)
        yield "cancel", task

    def parent() -> Work:
        (task,) = yield "start", [seen("patient", patient())]
        yield "start", [seen("impatient", impatient(task))]
        try:
            yield from step.join(task)
        except step.Cancelled:
            return "cancelled"

    return [seen("parent", parent())]
