"""A ticker and a hog in each dialect: ``interference`` says what they are for.

The ticker says by ``over`` that it is done. The hog looks at that between its chunks, which it computes in
its own task, giving way after each, or hands over and waits for, one after another.
"""

from collections.abc import Iterator
from functools import cache, partial
from itertools import count
from time import perf_counter as now
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.computing.handing import Call, called, handing, here
from concbench.workloads.steps import start_of


class Over:
    """What ticker and hog share: whether the ticker is done."""

    __slots__ = ("over",)

    def __init__(self) -> None:
        self.over = False


def chunks(salt: int, steps: int) -> Iterator[Call]:
    """Yield chunks without end, each of numbers of its own."""
    return (partial(called, start_of(salt + turn), steps) for turn in count())


def hand_of(rt: Any, p: Any) -> Any:
    """Return what hands a chunk over, to a pool of one; raises NotExpressible."""
    return handing(rt, p.to, 1)


def tasks_of(rt: Any, p: Any, ticker: Any, hog: Any) -> list[Factory]:
    """Return the factories of both, or of the ticker alone."""
    state = Over()
    alone: list[Factory] = [partial(ticker, state)]
    return alone if p.to == "none" else [*alone, partial(hog, state, chunks(rt.salt, p.steps))]


@cache
def ticker_class(task: Any, sleep: Any) -> Any:
    """Return the class of the polled ticker, the same for every run (see ``spawn``)."""

    class Ticker(task):  # type: ignore[misc]
        def __init__(self, salt: int, ticks: int, interval: float, state: Over) -> None:
            super().__init__()
            self.left, self.interval, self.state = ticks, interval, state
            self.ticks: list[tuple[float, float]] = []
            self.result = salt, self.ticks
            self.sleeping: Any = None

        def run(self) -> None:
            if self.sleeping is None:
                self.armed, self.sleeping = now(), sleep(self.interval)
            self.sleeping.run()
            if self.sleeping.ready:
                self.ticks.append((self.armed, now()))
                self.sleeping = None
                self.ready = self.state.over = len(self.ticks) == self.left

    return Ticker


@cache
def hog_class(task: Any) -> Any:
    """Return the class of the polled hog that computes a chunk at each poll."""

    class Hog(task):  # type: ignore[misc]
        def __init__(self, state: Over, chunks: Iterator[Call]) -> None:
            super().__init__()
            self.state, self.chunks = state, chunks
            self.done: list[Any] = []

        def run(self) -> None:
            self.done.append((now(), next(self.chunks)(), now()))
            if self.state.over:
                self.result = here(), self.done
                self.ready = True

    return Hog


@cache
def handing_class(task: Any) -> Any:
    """Return the class of the polled hog that submits its chunks."""

    class Handing(task):  # type: ignore[misc]
        def __init__(self, submit: Any, state: Over, chunks: Iterator[Call]) -> None:
            super().__init__()
            self.submit, self.state, self.chunks = submit, state, chunks
            self.done: list[Any] = []
            self.future: Any = None
            self.asked = 0.0

        def run(self) -> None:
            if self.future is not None:
                if not self.future.done():
                    return
                self.done.append((self.asked, self.future.result(), now()))
                if self.state.over:
                    self.result = here(), self.done
                    self.ready = True
                    return
            self.asked = now()
            self.future = self.submit(next(self.chunks))

    return Handing


def polling(rt: Any, p: Any) -> list[Factory]:
    """Poll the tutorial's Sleep; a chunk at each poll, or a look at its future."""
    ticker = partial(ticker_class(rt.Task, rt.Sleep), rt.salt, p.ticks, p.interval)
    if p.to in ("none", "inline"):
        return tasks_of(rt, p, ticker, hog_class(rt.Task))
    return tasks_of(rt, p, ticker, partial(handing_class(rt.Task), hand_of(rt, p)))


def yielding_hog(state: Over, chunks: Iterator[Call]) -> Any:
    """Be a hog that computes a chunk, and yields."""
    done: list[Any] = []
    while not state.over or not done:
        done.append((now(), next(chunks)(), now()))
        yield
    return here(), done


def submitting_hog(submit: Any, state: Over, chunks: Iterator[Call]) -> Any:
    """Be a hog that submits a chunk, and yields until its future is done."""
    done: list[Any] = []
    while not state.over or not done:
        asked = now()
        future = submit(next(chunks))
        yield
        while not future.done():
            yield
        done.append((asked, future.result(), now()))
    return here(), done


def hog_of(rt: Any, p: Any) -> Any:
    """Return the hog of generators."""
    return yielding_hog if p.to in ("none", "inline") else partial(submitting_hog, hand_of(rt, p))


def generator(rt: Any, p: Any) -> list[Factory]:
    """The waiting loop stands in the ticker itself."""

    def ticker(state: Over) -> Any:
        ticks = []
        for _ in range(p.ticks):
            armed = now()
            threshold = armed + p.interval
            while now() < threshold:
                yield
            ticks.append((armed, now()))
        state.over = True
        return rt.salt, ticks

    return tasks_of(rt, p, ticker, hog_of(rt, p))


def delegating_ticker(rt: Any, p: Any) -> Any:
    """Return the ticker that waits in a sub-generator."""

    def ticker(state: Over) -> Any:
        ticks = []
        for _ in range(p.ticks):
            armed = now()
            yield from rt.sleep(p.interval)
            ticks.append((armed, now()))
        state.over = True
        return rt.salt, ticks

    return ticker


def delegating(rt: Any, p: Any) -> list[Factory]:
    """Wait in a sub-generator."""
    return tasks_of(rt, p, delegating_ticker(rt, p), hog_of(rt, p))


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's own: its ``run_in_thread``."""
    return delegated(rt, p, lambda: rt.offload if p.to == "thread" else hand_of(rt, p))


def listening(rt: Any, p: Any) -> list[Factory]:
    """The ladder's, from its selector on: submit to an executor, and wait until the future's thread rings."""
    return delegated(rt, p, lambda: rt.calling(hand_of(rt, p)))


def delegated(rt: Any, p: Any, hand: Any) -> list[Factory]:
    """Delegate to a hand-over, chunk by chunk, which ``hand()`` returns where there is one."""
    if p.to in ("none", "inline"):
        return tasks_of(rt, p, delegating_ticker(rt, p), yielding_hog)
    call = hand()

    def hog(state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            asked = now()
            told = yield from call(next(chunks))
            done.append((asked, told, now()))
        return here(), done

    return tasks_of(rt, p, delegating_ticker(rt, p), hog)


def coroutine(rt: Any, p: Any) -> list[Factory]:
    """Await the library's sleep; compute and switch, or await the library's own call elsewhere."""

    async def ticker(state: Over) -> Any:
        ticks = []
        for _ in range(p.ticks):
            armed = now()
            await rt.sleep(p.interval)
            ticks.append((armed, now()))
        state.over = True
        return rt.salt, ticks

    async def hog(state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            done.append((now(), next(chunks)(), now()))
            await rt.switch()
        return here(), done

    return tasks_of(rt, p, ticker, hog if p.to in ("none", "inline") else awaiting_hog(hand_of(rt, p)))


def awaiting_hog(hand: Any) -> Any:
    """Return the hog whose chunks somebody else computes."""

    async def hog(state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            asked = now()
            told = await hand(next(chunks))
            done.append((asked, told, now()))
        return here(), done

    return hog


def blocking_ticker(rt: Any, p: Any) -> Any:
    """Return the ticker that calls ``sleep``."""

    def ticker(state: Over) -> Any:
        ticks = []
        for _ in range(p.ticks):
            armed = now()
            rt.sleep(p.interval)
            ticks.append((armed, now()))
        state.over = True
        return rt.salt, ticks

    return ticker


def blocking(rt: Any, p: Any) -> list[Factory]:
    """A thread computes without a thought for others; or it submits, and waits for the future."""
    submit = None if p.to in ("none", "inline") else hand_of(rt, p)

    def hog(state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            done.append((now(), next(chunks)(), now()))
        return here(), done

    def handing_hog(submit: Any, state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            done.append((now(), submit(next(chunks)).result(), now()))
        return here(), done

    return tasks_of(rt, p, blocking_ticker(rt, p), hog if submit is None else partial(handing_hog, submit))


def gevent(rt: Any, p: Any) -> list[Factory]:
    """gevent's own: nobody preempts a greenlet, so a hog that computes sleeps for 0 s between its chunks."""

    def hog(state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            done.append((now(), next(chunks)(), now()))
            rt.sleep(0)
        return here(), done

    def handing_hog(hand: Any, state: Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        while not state.over or not done:
            done.append((now(), hand(next(chunks)), now()))
        return here(), done

    inline = p.to in ("none", "inline")
    return tasks_of(rt, p, blocking_ticker(rt, p), hog if inline else partial(handing_hog, hand_of(rt, p)))
