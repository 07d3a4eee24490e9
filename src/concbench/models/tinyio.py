"""tinyio: a small event loop, whose tasks are generators that say what they wait for by ``yield``.

A bare ``yield`` goes to the back of the queue; what is yielded (another generator, a list of them, a wait
for an event) is waited for, asleep. So a task is composed as in the tutorial's third system, by ``yield
from``, on a loop that uses no CPU while all wait: its dialect is ``delegating``. Where the wording of that
dialect looks at a flag in each round, as busy loops have to (``parked``), there is one of tinyio's own, with
its event. The loop is written for clarity, and pays at each step: it drains a socket, which is a system call,
looks at its heap of timers, and makes an object for the queue.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory, Model
from concbench.models.capabilities import Capability
from concbench.models.packages import lacking, released


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyioRuntime(DelegatingRuntime):
    """``delegating``, and ``Event`` (``set()``, ``yield from wait()``) for wordings of tinyio's own."""

    Event: Callable[[], Any]


class _Session:
    def __init__(self) -> None:
        import tinyio  # noqa: PLC0415

        self.rt = TinyioRuntime(sleep=tinyio.sleep, Event=tinyio.Event)
        self._run = tinyio.Loop().run

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        results: list[Any] = self._run(_gather(factories))
        return results


def _gather(factories: Sequence[Factory]) -> Generator[Any, Any, list[Any]]:
    results: list[Any] = yield [factory() for factory in factories]
    return results


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: make a loop, which is there for all runs; it holds nothing open between them."""
    yield _Session()


MODEL = Model(
    name="tinyio",
    dialect="delegating",
    family="library",
    summary="generators that yield what they wait for, on a tiny event loop",
    cost="a read of a socket and a look at the timers per step, in plain Python; idle tasks use no CPU",
    source="tinyio: a list of tasks that is yielded, in a Loop that is kept",
    version=lambda: released("tinyio"),
    open=open_session,
    lends=frozenset({Capability.SLEEP}),
    unavailable=lambda: lacking("tinyio"),
)
