"""A client: one contender's worker that is asked one thing after another, and replaced when it is lost."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from concbench.drive.plan import Contender
from concbench.drive.workers.lastwords import with_words
from concbench.drive.workers.launch import Link, WorkerLost
from concbench.outcomes import IN_DOUBT

Message = dict[str, Any]


class WorkerClient:
    """Starts the worker when it is first asked, and ends it with the ``with`` block."""

    def __init__(self, start: Callable[[Contender], Link], contender: Contender) -> None:
        self.contender = contender
        self._start = start
        self._link: Link | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    @property
    def at_work(self) -> bool:
        """Whether there is a worker that was started and has not been lost."""
        return self._link is not None

    def greet(self) -> Message:
        """Return what the worker says of itself, or the outcome of one that does not come up."""
        try:
            return self._at_work().greeting
        except WorkerLost as lost:
            return _outcome_of(lost)

    def ask(self, message: Message, seconds: float) -> Message:
        """Return the worker's answer; where it has none, the outcome that says why."""
        try:
            link = self._at_work()
            unavailable = link.greeting["unavailable"]
            if unavailable is not None:
                return {"outcome": "unavailable", "reason": unavailable}
            answer = link.request(message, seconds)
        except WorkerLost as lost:
            answer = _outcome_of(lost)
        if answer.get("outcome") in IN_DOUBT:
            self._let_go()
        return answer

    def close(self) -> str | None:
        """Let the worker end in order; return what went wrong with that, or what it left behind, or None."""
        link, self._link = self._link, None
        if link is None:
            return None
        try:
            left = link.close().get("left")
        except WorkerLost as lost:
            return with_words(lost.reason, lost.last_words)
        return f"left {left} when its model was closed" if left else None

    def _at_work(self) -> Link:
        if self._link is None:
            self._link = self._start(self.contender)
        return self._link

    def _let_go(self) -> None:
        if self._link is not None:
            self._link.kill()
            self._link = None


def _outcome_of(lost: WorkerLost) -> Message:
    return {"outcome": lost.outcome, "reason": with_words(lost.reason, lost.last_words)}
