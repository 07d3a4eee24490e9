"""The one door: how a cell is run, whoever asks.

Turns, the witness, traces, counted instructions, weights and the pytest fixture all run tasks by what stands
here; none calls a session by itself. A session is the model's own code: to look at its ``rt`` or ``run`` may
do the work of a run that is still to be timed, and to let go of a ``run`` that was made for one sample may do
it when the clock has stopped. So both are asked for once, before there is anything to run, and kept until all
that runs returned has been copied.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from concbench.measure.clocks import Clock, NoClock, clock_of, reading
from concbench.measure.probe import READS_OTHERS, cpu_ns_of, helpers_named, timed
from concbench.measure.recipes import Batch, batch_of, recipe_of
from concbench.measure.recorded import records_of
from concbench.measure.salting import factories_of, reported_by, wording_of, wrong_with
from concbench.measure.sayings import functions
from concbench.measure.shelf import Handed
from concbench.measure.watching.base import Watching, watching
from concbench.measure.watching.remote import Remote
from concbench.models.base import Factory, Model, Session
from concbench.promising import Promises, promises_of
from concbench.words import shown
from concbench.workloads.base import NotExpressible, Workload

if TYPE_CHECKING:
    from concbench.measure.companions import Beside

MAX_NUMBER = 10_000
"""Runs that are timed together, at most."""


class WrongResult(Exception):
    """The workload's judge rejected a run's results."""

    check = "results"


class WrongMemory(WrongResult):
    """What was seen of a run's memory cannot be what it takes."""

    check = "memory"


class WrongTime(WrongResult):
    """What tasks report of the time cannot be, or the clock by which they do is none."""

    check = "reported"


@contextmanager
def crashing() -> Iterator[None]:
    """Make a crash of NotExpressible: once its tasks run, a model cannot say that they cannot be written."""
    try:
        yield
    except NotExpressible as error:
        raise RuntimeError(f"run raised NotExpressible: {error}") from error


def opening(model: Model) -> AbstractContextManager[Session]:
    """Return what opens a session of a model; raises TypeError, in words, for what is no context manager."""
    opened = model.open()
    if not hasattr(type(opened), "__enter__") or not hasattr(type(opened), "__exit__"):
        raise TypeError(
            f"open of {model.name} must return a context manager, and returned {shown(opened)}; above a "
            "generator function that is @contextlib.contextmanager"
        )
    return opened


@dataclass(frozen=True, slots=True)
class Lent:
    """What a session lends: its primitives, and the way to run tasks to their end. It is a session itself.

    ``prepare`` takes batches before they are run, where tasks run elsewhere; ``processes`` names those that
    run them. (A session need not have either.)
    """

    rt: Any
    run: Callable[[Any], list[Any]]
    prepare: Callable[[Sequence[Batch]], object] | None = None
    processes: Callable[[], Iterable[int]] | None = None

    def ready(self, batches: Sequence[Batch]) -> list[Any]:
        """Return what ``run`` takes of each batch: its factories, or, where those are of no use, itself."""
        if self.prepare is None:
            return [batch.factories for batch in batches]
        self.prepare(batches)
        return list(batches)

    def helpers(self) -> tuple[int, ...]:
        """Return the processes that run tasks for the session."""
        return () if self.processes is None else helpers_named(self.processes())

    def carry_out(self, batches: Sequence[Any]) -> list[Any]:
        """Run one batch after another that is ready, and return what the runs returned."""
        run = self.run
        with crashing():
            return [run(batch) for batch in batches]

    def timed(
        self, batches: Sequence[Any], clock: Callable[[], int] | None = None
    ) -> tuple[dict[str, int], list[Any]]:
        """Do the same by the clock; return the figures of all runs together, and copies of their results."""
        clocks = () if clock is None else (clock,)
        with crashing():
            figures, returned = timed(self.run, batches, self.processes, *clocks)
        return figures, as_they_are(returned)


def lent_from(session: Session) -> Lent:
    """Return what a session lends; the same again for what was asked for before. Raises TypeError."""
    if type(session) is Lent:
        return session
    more = (getattr(session, name, None) for name in ("prepare", "processes"))
    return functions(Lent(session.rt, session.run, *more))


class Timing(NamedTuple):
    """Timed runs: their figures together, what each returned, and what else was seen of them."""

    figures: dict[str, int]
    results: list[Any]
    extras: dict[str, Any]


def as_they_are(returned: Sequence[Any]) -> list[Any]:
    """Return copies of the lists that runs returned, made at once: what comes in later came too late."""
    return [results.copy() if type(results) is list else results for results in returned]


@dataclass(frozen=True, slots=True)
class Cell:
    """One workload under one model with one set of parameters, the model's session open.

    ``plugins`` are where its workload may come from; ``companion`` is at work within ``surroundings``.
    """

    workload: Workload[Any]
    params: Any
    model: Model
    lent: Lent
    plugins: Sequence[Handed] = ()
    companion: "Beside | None" = None

    @contextmanager
    def surroundings(self) -> Iterator[Self]:
        """Yield the cell with what its workload wants to have around it; to be entered before any run."""
        make = getattr(self.workload, "companion", None)
        if make is None:
            yield self
        else:
            from concbench.measure.companions import beside  # noqa: PLC0415  (sockets take a worker 10 ms)

            with beside(make(self.params)) as companion:
                yield replace(self, companion=companion)

    @property
    def watching(self) -> Watching:
        """How its tasks are watched."""
        own = watching(self.model.dialect)
        return own if self.lent.prepare is None else Remote(own)

    @property
    def wording(self) -> str:
        """Under which name the workload has the wording of its tasks."""
        return wording_of(self.workload, self.model)

    @property
    def promise(self) -> Promises:
        """What an honest run of the cell does."""
        return promises_of(self.workload.promise(self.params, self.model.dialect))

    def at(self, params: Any) -> Self:
        """Return the cell with other parameters."""
        return replace(self, params=params)

    def legs(self) -> dict[str, Self]:
        """Return the cell at each leg of a sample: one, or the two of a paired slope."""
        if self.workload.doubled is None:
            return {"single": self}
        return {"short": self, "long": self.at(self.workload.double(self.params))}

    def factories(self) -> list[Factory]:
        """Return the factories of a run that is not carried out; raises as ``batches`` does."""
        return factories_of(self.workload, self.wording, self.lent.rt, self.params)

    def batches(self, number: int, rt: Any = None, *, watched: bool = False) -> list[Batch]:
        """Return the batches of ``number`` runs, each with a salt that its results have to show.

        Each has factories of its own, since gates and locks are used up. ``rt`` stands in the place of the
        primitives that the session lends; ``watched`` is said to helpers, which build their own. Raises
        NotExpressible, TypeError, WrongFactories.
        """
        lent = self.lent.rt if rt is None else rt
        port = self.companion.port if self.companion else 0
        recipe = recipe_of(self.workload, self.params, self.model.dialect, self.wording)
        recipe = replace(recipe, port=port, plugins=self.plugins, watched=watched)
        return [batch_of(recipe, self.workload, self.params, lent) for _ in range(number)]

    def run(self, number: int) -> list[Any]:
        """Run the cell ``number`` times, untimed, and return the judged results. Raises WrongResult."""
        batches = self.batches(number)
        returned = as_they_are(self.lent.carry_out(self.lent.ready(batches)))
        self.judge(returned, batches)
        return returned

    def timed(self, number: int, clock: Callable[[], int] | None = None) -> Timing:
        """Time ``number`` runs, and judge their results; a keeper reads the ``clock``. Raises WrongResult."""
        rt = None if clock is None else replace(self.lent.rt, observe=clock)
        batches, now = self.batches(number, rt), clock_of(self.workload, self.lent.rt)
        ready, began_ns = self.lent.ready(batches), self._companion_ns()
        began = _told_by(now)
        figures, returned = self.lent.timed(ready, clock)
        extras = self._extras(began_ns)
        self.judge(returned, batches)
        self._judge_reported(returned, began, _told_by(now))
        self._judge_time(figures["wall_ns"] / number)
        return Timing(figures, returned, extras)

    def _extras(self, began_ns: int | None) -> dict[str, Any]:
        """Return what was seen beside the figures; ``began_ns`` is the companion's CPU time before."""
        extras: dict[str, Any] = {}
        if self.companion is not None:
            now_ns = self._companion_ns()
            untold = now_ns is None or began_ns is None
            extras["companion_cpu_ns"] = None if untold else now_ns - began_ns  # type: ignore[operator]
        if not READS_OTHERS and self.lent.helpers():
            extras["helpers"] = "their CPU time cannot be read on this system, and is not in any figure"
        return extras

    def _companion_ns(self) -> int | None:
        return None if self.companion is None else cpu_ns_of(self.companion.pid)

    def records(self, results: Any) -> dict[str, Any]:
        """Return the workload's own figures of a run; raises what ``records_of`` does."""
        return records_of(self.workload, results, self.params)

    def judge(self, returned: Sequence[Any], batches: Sequence[Batch]) -> None:
        """Raise WrongResult at the first run whose results are wrong, or do not show the run's salt."""
        for results, batch in zip(returned, batches, strict=True):
            wrong = wrong_with(self.workload, results, self.params, batch.salt)
            if wrong is not None:
                raise WrongResult(wrong)

    def _judge_reported(self, returned: Sequence[Any], began: float, ended: float) -> None:
        """Raise WrongTime where tasks report times (s, of the model's clock) at which they did not run."""
        reported = reported_by(self.workload)
        if reported is None:
            return
        for results in returned:
            for index, result in enumerate(results):
                if not all(began <= told <= ended for told in reported(result)):
                    raise WrongTime(f"task {index} reports a time outside of the run: {result!r}")

    def _judge_time(self, wall_ns: float) -> None:
        """Raise WrongResult for a run of less than its floor allows, whatever its own clock says."""
        least = self.workload.floor(self.params) - self.promise.early
        if wall_ns < 1e9 * least:
            raise WrongResult(f"the run took {wall_ns / 1e9:.6f} s, and cannot take less than {least:.6f} s")


def cell_of(
    workload: Workload[Any], params: Any, model: Model, session: Session, plugins: Sequence[Handed] = ()
) -> Cell:
    """Return a cell in an open session of its model."""
    return Cell(workload, params, model, lent_from(session), plugins)


def _told_by(now: Clock) -> float:
    """Return what a clock says, in s. Raises WrongTime."""
    try:
        return reading(now)
    except NoClock as error:
        raise WrongTime(error) from error


def settle(
    probe: Callable[[int], Mapping[str, int]], aim_ns: int, alone_ns: int | None = None
) -> list[tuple[int, Mapping[str, int]]]:
    """Find how many runs take about ``aim_ns``, or half of that; return all attempts, the last one decides.

    Each is how many runs were made and their figures, with ``wall_ns``, as ``probe`` returns them. There is
    one at first, which is enough by itself if it takes ``alone_ns`` (default: as long as any).
    """
    number, enough = 1, aim_ns / 2 if alone_ns is None else alone_ns
    attempts: list[tuple[int, Mapping[str, int]]] = []
    while True:
        attempts.append((number, probe(number)))
        wall_ns = attempts[-1][1]["wall_ns"]
        if number >= MAX_NUMBER or wall_ns >= enough:
            return attempts
        number = min(MAX_NUMBER, max(2 * number, aim_ns * number // (max(1, wall_ns))))
        enough = aim_ns / 2
