"""Attending to benchmarks that no test runner runs: one begins, is served, and ends, when a driver asks.

A *body* is one benchmark: it is called with what serves a case, prepares the case, has it served once, and
tidies up.
"""

import gc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from concbench.cases.checking import WrongRun
from concbench.errors import UserError
from concbench.measure.failures import members, outcome, outcome_of
from concbench.outcomes import CellOutcome
from concbench.serving.calls import Case
from concbench.serving.channel import NOT_AGAIN, Channel, Message
from concbench.serving.faults import located
from concbench.serving.origins import origins
from concbench.serving.service import LetGo, serve
from concbench.words import cut

Body: TypeAlias = Callable[[Callable[[Case], None]], None]


class Skipped(UserError):
    """A benchmark that is not there for these parameters, or here; the message says why."""


def attend_all(channel: Channel, collected: Message, bodies: Mapping[str, Body]) -> None:
    """Serve the benchmarks that were found, by name, until nothing more is asked."""
    channel.open()
    request = channel.next()
    while request is not None:
        if request["op"] == "collect":
            channel.answer({**collected, "origins": origins(channel.setup)})
        elif request["test"] not in bodies:
            channel.answer(outcome(CellOutcome.CRASHED.value, NOT_AGAIN))
        else:
            _attend(channel, bodies[request["test"]], request)
        request = channel.next()


def _attend(channel: Channel, body: Body, request: Message) -> None:
    """Serve one benchmark, and answer what became of it, unless that was told while it was served."""
    told, folder = False, Path(channel.setup["folder"])

    def failed(error: BaseException) -> None:
        nonlocal told
        told = True
        channel.answer(outcome_for(error, folder))

    def hand_over(case: Case) -> None:
        gc.collect()
        gc.freeze()  # what it has made beforehand is not looked through in any slice
        serve(channel, case, request, failed)

    try:
        body(hand_over)
    except LetGo:
        return
    except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
        if not told:
            channel.answer(outcome_for(error, folder))
    else:
        channel.answer({"passed": True})


def outcome_for(error: BaseException, folder: Path) -> Message:
    """Return the outcome that an error in a benchmark of the project in ``folder`` stands for.

    ``unavailable`` is what cannot be run here, ``invalid`` what ran and did wrong. Notes on it are told, and
    of a crash the line of the project's own that led there.
    """
    if isinstance(error, UserError):
        return outcome(CellOutcome.UNAVAILABLE.value, str(error))
    if isinstance(error, WrongRun):
        return outcome(CellOutcome.INVALID.value, str(error))
    found = outcome_of(error)
    if found["outcome"] == CellOutcome.CRASHED.value and "last_words" in found:
        found["reason"] = located(next(members(error)), folder)
    notes = [str(note) for note in getattr(error, "__notes__", ())]
    return found | {"reason": cut("; ".join([found["reason"], *notes]))}
