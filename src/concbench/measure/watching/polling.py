"""Watching ``polling``: a polled object has a stand-in with the same face."""

import gc
from collections import Counter
from collections.abc import Collection
from types import CodeType, FrameType
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Alive, Watching
from concbench.models.base import Factory


class WatchedObject:
    """A polled task's stand-in."""

    def __init__(self, ledger: Ledger, index: int, task: Any) -> None:
        self._ledger, self._index, self._task = ledger, index, task
        self._step = ledger.start
        self._result: Any = None

    def run(self) -> None:
        """Let the task take a step."""
        self._step(self._index, self)
        self._step = self._ledger.resume
        self._task.run()
        if self._task.ready:
            self._result = self._ledger.finish(self._index, self._task.result)
        else:
            self._ledger.suspend(self._index)

    @property
    def ready(self) -> bool:
        """Whether the task has ended."""
        return bool(self._task.ready)

    @property
    def result(self) -> Any:
        """What it returned."""
        return self._result if self._task.ready else self._task.result


class Polling(Watching):
    """Objects with ``run()``, ``ready`` and ``result``."""

    bears = ("Join",)

    def task(self, ledger: Ledger, _file: str, index: int, factory: Factory) -> WatchedObject:
        """Make the object, and its stand-in."""
        ledger.spawn(index)
        return WatchedObject(ledger, index, factory())

    def primitives(self, ledger: Ledger, file: str, rt: Any) -> dict[str, Any]:
        """Return a Join whose tasks are watched."""
        return {"Join": lambda factories: rt.Join(self.children(ledger, file, factories))}

    def code_of(self, factory: Factory) -> Any:
        """Return the code of ``run``."""
        return getattr(type(factory()).run, "__code__", None)

    def alive(self, codes: Collection[CodeType]) -> Alive:
        """Return how many objects there are whose ``run`` has one of these codes: nothing shows a start."""
        kinds = Counter(map(type, gc.get_objects()))
        made = sum(
            number
            for kind, number in kinds.items()
            if getattr(getattr(kind, "run", None), "__code__", None) in codes
        )
        return Alive(made, None)

    def subject(self, frame: FrameType) -> Any:
        """Return the polled object: the first argument of ``run``."""
        return frame.f_locals[frame.f_code.co_varnames[0]]

    def goes_on(self, subject: Any, _instruction: int) -> bool:
        """Say whether the object is not ready."""
        return not subject.ready


WATCHING = Polling("polling")
