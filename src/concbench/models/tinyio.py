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
    """``delegating``, and what wordings of tinyio's own use.

    ``Event`` (``set()``, ``yield from wait()``), ``Semaphore`` (``with (yield from semaphore()):``),
    ``result, done = yield from timeout(task, seconds)`` and ``result = yield from offload(function)``.
    """

    Event: Callable[[], Any]
    Semaphore: Callable[[int], Any]
    timeout: Callable[[Any, float], Generator[Any, Any, tuple[Any, bool]]]
    offload: Callable[[Callable[[], Any]], Generator[Any, Any, Any]]


class _Session:
    def __init__(self) -> None:
        import tinyio  # noqa: PLC0415

        self.rt = TinyioRuntime(
            sleep=tinyio.sleep,
            join=gather,
            Event=tinyio.Event,
            Semaphore=tinyio.Semaphore,
            timeout=tinyio.timeout,
            offload=tinyio.run_in_thread,
        )
        self._run = tinyio.Loop().run

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        results: list[Any] = self._run(gather(factories))
        return results


def gather(factories: Sequence[Factory]) -> Generator[Any, Any, list[Any]]:
    """Yield tasks as a list, which is to run them all, and return their results."""
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
    lends=frozenset({Capability.SLEEP, Capability.JOIN}),
    unavailable=lambda: lacking("tinyio"),
)
