"""A gallery of cheats, third room: sessions that do the work when they are looked at, or let go of.

The clock runs from the first run of a sample to its last. What a session does when its ``rt`` or ``run`` is
asked for, or when a ``run`` is thrown away, comes before or after.
"""

import gc
from collections.abc import Sequence
from typing import Any

from concbench.measure.recipes import Batch
from concbench.models.base import Factory, Model, Session
from tests.measure.cheats import Run, played_by


class _LetGo:
    """A way to run whose first run is honest; the lists of the others are filled when it is thrown away."""

    def __init__(self, run: Run) -> None:
        self._run, self._runs = run, 0
        self._todo: list[tuple[Sequence[Factory], list[Any]]] = []

    def __call__(self, factories: Sequence[Factory]) -> list[Any]:
        self._runs += 1
        if self._runs == 1:
            return self._run(factories)
        self._todo.append((factories, []))
        return self._todo[-1][1]

    def __del__(self) -> None:
        for factories, results in self._todo:
            results[:] = self._run(factories)


class _Fresh:
    """A session that has another ``run`` whenever somebody looks."""

    def __init__(self, session: Session) -> None:
        self.rt, self._run = session.rt, session.run

    @property
    def run(self) -> _LetGo:
        return _LetGo(self._run)


def fills_its_lists_when_it_is_let_go(honest: Model) -> Model:
    """Pretend to have run: return empty lists, and fill them when the harness lets go of ``run``."""
    return played_by(honest, _Fresh)


class _Ahead:
    """Runs the batches that lie there, but for the last, which may not be complete."""

    def __init__(self, session: Session) -> None:
        self._run = session.run
        self._ready = dict[int, tuple[list[Factory], list[Any]]]()

    def look(self) -> None:
        for one in [one for one in gc.get_objects() if type(one) is Batch][:-1]:
            if id(one.factories) not in self._ready:
                self._ready[id(one.factories)] = one.factories, self._run(one.factories)

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        known = self._ready.pop(id(factories), None)
        return known[1] if known is not None and known[0] is factories else self._run(factories)


class _Looked(_Ahead):
    """Does so when its primitives are asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rt, self.looks = session.rt, 0

    @property
    def rt(self) -> Any:
        self.looks += 1
        self.look()
        return self._rt


def runs_batches_when_its_primitives_are_asked_for(honest: Model, made: list[Any]) -> Model:
    """Pretend to run: at each look at ``rt`` run the batches that lie there. ``made`` keeps the sessions."""

    def trick(session: Session) -> _Looked:
        looked = _Looked(session)
        made.append(looked)
        return looked

    return played_by(honest, trick)


class _Reread(_Ahead):
    """Does so when its primitives are copied, to have a salt put in."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        kind, look = type(session.rt), self.look

        class Nosy(kind):  # type: ignore[misc,valid-type]
            __slots__ = ()

            def __getattribute__(self, name: str) -> Any:
                if name == "now":
                    look()
                return super().__getattribute__(name)

        fields = {name: getattr(session.rt, name) for name in kind.__dataclass_fields__}
        self.rt = Nosy(**fields)


def runs_batches_when_its_primitives_are_copied(honest: Model) -> Model:
    """Pretend to run: when the primitives are copied for the next batch, run those before it."""
    return played_by(honest, _Reread)


class _Making(_Ahead):
    """Makes the tasks of the batches that lie there, and leaves them to be run in time."""

    def look(self) -> None:
        for one in [one for one in gc.get_objects() if type(one) is Batch][:-1]:
            if id(one.factories) not in self._ready:
                self._ready[id(one.factories)] = one.factories, [factory() for factory in one.factories]

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        made = self._ready.pop(id(factories), None)
        if made is None or made[0] is not factories:
            return self._run(factories)
        return self._run([lambda task=task: task for task in made[1]])  # type: ignore[misc]


def makes_tasks_when_its_primitives_are_copied(honest: Model) -> Model:
    """Run what was made before the clock starts: the making is no part of the time."""

    class Making(_Reread, _Making):
        pass

    return played_by(honest, Making)
