"""fanout as loops that poll say it: sockets that never block, asked over and over whether something has come.

Nothing tells such a loop when a socket is ready, so each round costs a call of the system's for every worker
that waits, and a core is busy all the while. To connect need not be polled: on the loopback interface the
system does so at once, whoever accepts.
"""

from collections.abc import Generator, Iterator
from functools import partial
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory, GeneratorRuntime, PollingRuntime
from concbench.workloads.sockets.fanning import Params, Sessions, asked, workers
from concbench.workloads.sockets.orders import connected
from concbench.workloads.sockets.polled import polled
from concbench.workloads.sockets.receiving import at_hand


class PolledClient:
    """A worker as a polled object."""

    connection: Any = None
    numbers: Iterator[int] = iter(())
    result: Any
    ready: bool

    def __init__(self, now: Any, port: int, p: Params, sessions: Sessions) -> None:
        super().__init__()
        self.now, self.port, self.p = now, port, p
        self.sessions = iter(sessions)
        self.answers: list[tuple[float, float, bytes]] = []

    def run(self) -> None:
        """Look whether anything has come; when the answer is whole, go on."""
        if self.connection is None:
            self.began = self.now()
        else:
            self.answer += at_hand(self.connection, self.p.size - len(self.answer))
            if len(self.answer) < self.p.size:
                return
            self.answers.append((self.sent, self.now(), self.answer))
        self.go_on()

    def go_on(self) -> None:
        """Ask with the next number, on the next connection if there is none left for this one."""
        number = next(self.numbers, None)
        if number is not None:
            self.ask(number)
            return
        if self.connection is not None:
            self.connection.close()
        numbers = next(self.sessions, None)
        if numbers is None:
            self.result = (self.began, self.answers, self.now())
            self.ready = True
            return
        self.connection = connected(self.port)
        self.connection.setblocking(False)
        self.numbers = iter(numbers)
        self.ask(next(self.numbers))

    def ask(self, number: int) -> None:
        """Send a request: so few bytes always find room."""
        self.sent, self.answer = self.now(), b""
        self.connection.send(asked(number, self.p))


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """A state machine: what it waits for stands in its fields."""
    return workers(rt, p, partial(polled(PolledClient, rt.Task), rt.now, rt.port, p))


def generator(rt: GeneratorRuntime, p: Params) -> list[Factory]:
    """Yield, and look whether something has come."""
    now, port, size = rt.now, rt.port, p.size

    def work(sessions: Sessions) -> Generator[None, None, Any]:
        began, answers = now(), []
        for numbers in sessions:
            with connected(port) as connection:
                connection.setblocking(False)
                for number in numbers:
                    sent, answer = now(), b""
                    connection.send(asked(number, p))
                    while len(answer) < size:
                        yield
                        answer += at_hand(connection, size - len(answer))
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """The same, in a generator that is called to wait for a whole answer."""
    now, port, size = rt.now, rt.port, p.size

    def received(connection: Any) -> Generator[None, None, bytes]:
        answer = b""
        while len(answer) < size:
            yield
            answer += at_hand(connection, size - len(answer))
        return answer

    def work(sessions: Sessions) -> Generator[None, None, Any]:
        began, answers = now(), []
        for numbers in sessions:
            with connected(port) as connection:
                connection.setblocking(False)
                for number in numbers:
                    sent = now()
                    connection.send(asked(number, p))
                    answer = yield from received(connection)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)
