"""What is checked: the results of every run and, in a run of its own that is not timed, what tasks did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from concbench.cases.expected import Raises, Returned
from concbench.cases.functions import Refused
from concbench.measure.checks import check_truth, said_of
from concbench.measure.execution import Lent
from concbench.measure.passes import new_ledger
from concbench.measure.watching.base import watching
from concbench.models.base import PENDING, Factory, Model
from concbench.promises import Spawned
from concbench.promising import Promises
from concbench.words import shown

SHOWN = 200
"""So many characters of a result are shown."""

ANYTHING: Any = object()
"""Stands for "nothing in particular is expected", since None may well be."""


class WrongRun(AssertionError):
    """A task returned something else than it should, or did something else; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a run of ``tasks`` tasks has to return.

    ``expected`` is what every task returns, or a callable that says it for a task's index. ``check`` is
    called with each result, and raises or returns False where it is wrong. With ``raises`` every task raises
    one of these, and what it raised is its result.
    """

    tasks: int
    expected: Any = ANYTHING
    check: Callable[[Any], Any] | None = None
    raises: Raises | None = None

    def __post_init__(self) -> None:
        """Refuse to compare exceptions, which are equal to themselves alone."""
        if self.raises is not None and self.expected is not ANYTHING:
            raise Refused("expected= is what tasks return, and with raises= they do not: look with check=")

    def judge(self, results: Sequence[Any]) -> None:
        """Raise WrongRun, or what ``check`` raises with a note, for the first result that is wrong."""
        if len(results) != self.tasks:
            raise WrongRun(f"{len(results)} results came from {self.tasks} tasks")
        self._require_returned(results)
        if self.raises is not None:
            self._require_raised(results)
        if self.expected is not ANYTHING:
            self._compare(results)
        if self.check is not None:
            self._ask(self.check, results)

    def _require_returned(self, results: Sequence[Any]) -> None:
        for index, result in enumerate(results):
            if result is PENDING:
                raise WrongRun(f"{self._task(index)} returned nothing, and raised nothing: it was cancelled")

    def _require_raised(self, results: Sequence[Any]) -> None:
        for index, result in enumerate(results):
            if type(result) is Returned:
                returned = _shown(result.value)
                raise WrongRun(f"{self._task(index)} returned {returned}, and should have raised")

    def _compare(self, results: Sequence[Any]) -> None:
        for index, result in enumerate(results):
            right = self.expected(index) if callable(self.expected) else self.expected
            if self._differ(index, result, right):
                raise WrongRun(f"{self._task(index)} returned {_shown(result)} instead of {_shown(right)}")

    def _differ(self, index: int, result: Any, right: Any) -> bool:
        try:
            return bool(result != right)
        except (ValueError, TypeError, RuntimeError) as error:  # arrays have no truth value, tensors neither
            raise Refused(
                f"{self._task(index)} returned {_shown(result)}, which cannot be compared with expected= "
                f"({type(error).__name__}: {error}); compare with check= instead"
            ) from None

    def _ask(self, check: Callable[[Any], Any], results: Sequence[Any]) -> None:
        for index, result in enumerate(results):
            try:
                said = check(result)
            except Exception as error:
                error.add_note(f"{self._task(index)} returned {_shown(result)}")
                raise
            if said is not None and not said:
                raise WrongRun(f"{self._task(index)} returned {_shown(result)}, which check= refuses")

    def _task(self, index: int) -> str:
        return f"task {index} of {self.tasks}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


@dataclass(frozen=True, slots=True)
class Counts:
    """What the tasks of a run did: started, finished, alive at once; how often suspended, if that is seen."""

    started: int
    finished: int
    peak_live: int
    suspensions: int | None


class Watched:
    """Tasks that are wrapped so that what they do is counted; for one run, which is not timed."""

    def __init__(self, model: Model, factories: Sequence[Factory]) -> None:
        self._model, self._seen, self.ledger = model, watching(model.dialect), new_ledger(model)
        self.ledger.expect(len(factories))
        self.tasks = self._seen.tasks(self.ledger, "", list(factories))
        self.ledger.open()

    def counts(self, results: Any) -> Counts:
        """Return what the tasks of the run did that returned these results.

        Raises WrongRun where the model did not run each task once, to its end, and return what it returned.
        """
        ledger, name = self.ledger, self._model.name
        ledger.close()
        if not issubclass(type(results), list | tuple):
            raise WrongRun(f"{name} did not return the results of the tasks: run returned {shown(results)}")
        said = said_of(ledger, Promises((Spawned(len(self.tasks)),)))
        told = [said["spawned"], said["started"], said["finished"], check_truth(ledger, results)]
        wrong = next(filter(None, told), None)
        if wrong:
            raise WrongRun(f"{name} did not run the tasks as it should: {wrong}")
        suspensions = sum(task.suspensions for task in ledger.tasks) if "steps" in self._seen.shows else None
        started, finished = (
            sum(getattr(one, end) for one in ledger.tasks) for end in ("started", "finished")
        )
        return Counts(started, finished, ledger.peak_live, suspensions)


def watched_run(model: Model, lent: Lent, factories: Sequence[Factory]) -> tuple[list[Any], Counts]:
    """Run the tasks once, each of them watched; return the results and the counts. Raises WrongRun."""
    watched = Watched(model, factories)
    (results,) = lent.carry_out([watched.tasks])
    return results, watched.counts(results)


def overlapped(counts: Counts) -> bool | None:
    """Say whether two tasks were ever alive at once; None where there was only one."""
    return counts.peak_live > 1 if counts.started > 1 else None


def require_overlap(counts: Counts, overlap: int, tasks: int, model: Model) -> None:
    """Raise WrongRun where fewer than ``overlap`` tasks were alive at once."""
    if counts.peak_live < min(overlap, tasks):
        raise WrongRun(
            f"at most {counts.peak_live} of {tasks} tasks were alive at once under {model.name}, and overlap "
            f"is {overlap}: tasks block the others, never wait, or are over before the others are started"
        )
