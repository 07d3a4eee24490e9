"""A run that its library cannot leave and enter again: it stays in a thread, and serves batches from inside.

``trio.run`` and ``anyio.run`` start a loop, run one coroutine function to its end, and close the loop. Called
for each batch, most of what is timed is that start. So the one call is made when the model is opened, in a
thread of its own, and its main task takes batches from there: a lock that is released hands one over, another
gives back its results. While it waits for the next batch its loop stands still. Within a batch all is as in
any ``trio.run``: tasks switch in one thread, by the library's own loop, and its own epoll wakes timers. What
it costs instead is two hand-overs between threads for each batch (docs/METHODOLOGY.md has the figures).

The main thread stays free to be interrupted, as whoever limits a run's time wants it. The batch is
cancelled then, in the library's own way, once something is wanted of the run again: what is done aside, or
its end.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from concbench.models.base import Factory

Main = Callable[[Sequence[Factory]], Awaitable[list[Any]]]
"""Runs a batch, as the library's users would, and returns the tasks' results."""


Cancel = Callable[[], object]
"""Called in any thread, it cancels what a batch is at."""

ENDING_S = 1.0
"""A batch that was interrupted has so long to end, once it has been cancelled."""


class Inside:
    """Batches that are handed to a run from outside; ``main`` carries one out.

    ``cancelling``, called in the run's main task between two batches, returns what cancels later ones, or
    None where nothing can.
    """

    def __init__(self, main: Main, cancelling: Callable[[], Cancel | None] = lambda: None) -> None:
        self._main, self._cancelling = main, cancelling
        self._cancel: Cancel | None = None
        self._asked, self._answered = Lock(), Lock()
        self._asked.acquire()
        self._answered.acquire()
        self._batch: Sequence[Factory] | None = None
        self._results: list[Any] = []
        self._error: BaseException | None = None

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Have a batch carried out inside, and return its results, or raise what was raised there."""
        self._batch = factories
        self._asked.release()
        self._answered.acquire()
        self._batch = None
        if self._error is not None:
            self.raise_what_was_raised()
        results, self._results = self._results, []
        return results

    def aside(self, function: Callable[[], Awaitable[Any]]) -> Any:
        """Have a function awaited by the main task, whose children the tasks of later batches are.

        Nothing is done where a batch was interrupted and does not end, though it has been cancelled.
        """
        if not self._is_idle():
            return None
        main, self._main = self._main, self._await_one
        try:
            return self.run([function])
        finally:
            self._main = main

    async def _await_one(self, functions: Sequence[Factory]) -> Any:
        returned = await functions[0]()
        self._cancel = self._cancelling()
        return returned

    def _is_idle(self) -> bool:
        """Say whether no batch is at work; one that was interrupted is cancelled, and has a moment to end."""
        if self._batch is not None and self._cancel is not None:
            self._cancel()
            self._cancel = None
            if self._answered.acquire(timeout=ENDING_S):
                self._batch, self._results, self._error = None, [], None
        return self._batch is None

    def raise_what_was_raised(self) -> None:
        """Raise the error that ended the last batch, if one did."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    async def serve(self) -> None:
        """Say that the loop is up, and carry out batches until there are no more: this is the main task."""
        self._cancel = self._cancelling()
        while True:
            self._answered.release()
            self._asked.acquire()  # nothing else runs in this loop, so it may stand still
            if self._batch is None:
                return
            try:
                self._results = await self._main(self._batch)
            except GeneratorExit:  # the loop has broken down, and lets go of its tasks
                raise
            except BaseException as error:  # noqa: BLE001  (raised again where the batch comes from)
                self._error = error

    def live(self, enter: Callable[[Any], object]) -> None:
        """Be the thread: enter the library's run. Where it breaks down, each further batch is told so."""
        try:
            enter(self.serve)
        except BaseException as error:  # noqa: BLE001  (raised again in the thread that batches come from)
            serving = self._batch is not None
            self._tell(error)
            while serving:
                self._asked.acquire()
                serving = self._batch is not None
                if serving:
                    self._tell(error)

    def _tell(self, error: BaseException) -> None:
        self._error = error
        self._answered.release()

    @contextmanager
    def opened(self, enter: Callable[[Any], object]) -> Iterator[Callable[[Sequence[Factory]], list[Any]]]:
        """Start the run by ``enter(serve)``, wait until it is up, and lend the way to have batches run.

        In the end what its last steps raise is raised. A run whose batch was interrupted, and goes on though
        it has been cancelled, is left behind: nobody knows when it will end.
        """
        thread = Thread(target=self.live, args=(enter,), daemon=True)
        thread.start()
        self._answered.acquire()
        self.raise_what_was_raised()
        try:
            yield self.run
        finally:
            if self._is_idle():
                self._asked.release()
                thread.join()
                self.raise_what_was_raised()
