"""The worker: a child process that serves the cells of one model in one interpreter, over pipes.

It reads one JSON object a line and answers with one a line. Standard output and error belong to the code
under measurement and are kept for its last words; the pipes have file descriptors of their own. After an
outcome that leaves the process in doubt the driver starts a fresh worker.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from time import perf_counter_ns
from typing import Any

from concbench.measure.beginning import begin, to_its_end
from concbench.measure.calibration import calibrate
from concbench.measure.doubts import doubts
from concbench.measure.execution import Cell, Lent, WrongResult, lent_from, opening
from concbench.measure.failures import outcome, outcome_of
from concbench.measure.passes import SAMPLE, Pass
from concbench.measure.policy import Policy, as_of_now
from concbench.measure.room import Counting
from concbench.measure.salting import Unusable
from concbench.measure.sayings import require_session, wrong_saying
from concbench.measure.shelf import Handed, Shelf
from concbench.measure.sighting import named, sight
from concbench.measure.stepping import run_once, step
from concbench.measure.ticking import tick
from concbench.measure.trace import trace_cell
from concbench.measure.turns import refusal, take_slice, take_turn, warm_up, warming, weigh, witness_cell
from concbench.measure.witness import Testimony, bear_witness, look_again
from concbench.models.base import Model, Session
from concbench.workloads.base import Workload, params_from_dict
from concbench.workloads.catalogue import Catalogue

Message = dict[str, Any]

GREETING, OPENED = 0, 1
"""The numbers of the first two messages; each answer has that of its request, and closing the next one."""


def say_nothing(_message: Message) -> None:
    """Drop a message that is sent ahead of an answer: there is no driver to read it."""


BETWEEN_TURNS = frozenset({"turn", "slice", "warm"})
"""Operations that others wait for on the same CPU."""


class LackedHere(Exception):
    """This side of a comparison has no such workload or parameter; the driver, whose code is newer, has."""


class RequestHandler:
    """Answers requests for one model with an open session; ``say`` sends a message ahead of the answer."""

    def __init__(
        self,
        catalogue: Catalogue,
        model: Model,
        session: Session,
        say: Callable[[Message], None] = say_nothing,
        policy: Policy | None = None,
        plugins: Sequence[Handed] = (),
        counting: Counting | None = None,
    ) -> None:
        self.catalogue, self.model, self.session, self.say = catalogue, model, session, say
        self.policy, self.plugins = policy or as_of_now(), plugins
        self.counting = counting

    @cached_property
    def lent(self) -> Lent:
        """What the session lends, asked for by the first request that needs it: its errors are outcomes."""
        try:
            return lent_from(self.session)
        except AttributeError:
            require_session(self.model, self.session)
            raise

    def answer(self, request: Message) -> Message:
        """Carry out one request; an exception becomes an outcome."""
        try:
            return self._carry_out(request)
        except WrongResult as wrong:
            return outcome("invalid", f"{wrong.check}: {wrong}")
        except LackedHere as lacking:
            return outcome("unavailable", str(lacking))
        except Exception as error:  # noqa: BLE001  (whatever the code under measurement raises is an outcome)
            known = outcome_of(error)
            return known if self.counting is None else self.counting.counted(known)

    def _carry_out(self, request: Message) -> Message:
        operation = request["op"]
        if (answer := OF_THE_PROCESS.get(operation)) is not None:
            return answer(request)
        return self._step(request) if operation == "step" else self._at_cell(operation, request)

    def _step(self, request: Message) -> Message:
        delay, pause, number = request["delay"], request["pause"], request.get("id")

        def tick(seconds: float) -> None:
            self.say({"tick": seconds, "id": number})

        return step(self.model, self.lent, delay=delay, pause=pause, tick=tick)

    def _workload(self, name: str) -> Workload[Any]:
        try:
            return self.catalogue.workload(name)
        except KeyError as error:
            if error.args != (name,):
                raise
            raise LackedHere(f"there is no workload {name} here") from None

    @staticmethod
    def _params(workload: Workload[Any], values: Message) -> Any:
        try:
            return params_from_dict(workload, values)
        except ValueError as error:
            raise LackedHere(str(error)) from None

    def _at_cell(self, operation: str, request: Message) -> Message:
        answer = self._run_cell(operation, request)
        broken = self.policy.broken(thorough=operation not in BETWEEN_TURNS)
        return answer if broken is None or "outcome" in answer else refusal({"policy": broken})

    def _run_cell(self, operation: str, request: Message) -> Message:
        workload = self._workload(request["workload"])
        params = self._params(workload, request["params"])
        with Cell(workload, params, self.model, self.lent, self.plugins).surroundings() as cell:
            carry_out = OPERATIONS.get(operation)
            if carry_out is None:
                raise ValueError(f"no such operation: {operation}")
            if self.counting is not None:
                self.counting.begin(cell, operation, request["id"])
            return carry_out(cell, request)


def verify(cell: Cell, *, seconds: float) -> Message:
    """Witness a cell, try what else its workload has, and say what that leaves open.

    Raises what ``bear_witness`` and ``records_of`` do, and ``processes`` of the session.
    """
    runs: list[Pass] = []
    testimony = bear_witness(cell, seconds=seconds, keep=runs.append)
    answer = _verified(testimony)
    done = runs[0] if "outcome" not in answer else None
    if done is not None:
        cell.records(done.results)
        cell.lent.helpers()  # asked for when it is timed
    answer["doubts"] = doubts(cell.workload, cell.params, cell.model.dialect, done)
    answer["exact"] = cell.promise.exact
    answer["units"] = testimony.counts.get(own_unit(cell.workload))
    return answer


def own_unit(workload: Any) -> str:
    """Return what a workload of today's has counted beside tasks and suspensions, or nothing."""
    unit = getattr(workload, "unit", None)
    return "" if unit in (None, "task", "suspension") else unit


def _verified(testimony: Testimony) -> Message:
    if testimony.failures:
        return refusal(testimony.failures)
    return {
        "checks": dict(testimony.checks),
        "tasks": testimony.tasks,
        "suspensions": testimony.suspensions,
    }


OF_THE_PROCESS: Mapping[str, Callable[[Message], Message]] = {
    "calibrate": lambda asked: {"calibration_ns": [calibrate() for _ in range(asked["count"])]},
    "sight": lambda _asked: sight(serve.__code__),
    "ticks": lambda asked: tick(asked["threads"], asked["every_ns"]),
    "names": lambda asked: {"names": named(asked["codes"])},
}

OPERATIONS: Mapping[str, Callable[[Cell, Message], Message]] = {
    "look": lambda cell, asked: _verified(look_again(cell, seconds=asked["seconds"])),
    "verify": lambda cell, asked: verify(cell, seconds=asked["seconds"]),
    "witness": lambda cell, asked: witness_cell(
        cell, seconds=asked["seconds"], most=asked.get("most", SAMPLE)
    ),
    "turn": lambda cell, asked: take_turn(
        cell, number=asked["number"], long_first=asked["long_first"], split=asked.get("split", False)
    ),
    "warm": lambda cell, asked: warm_up(warming(cell), number=asked["number"]),
    "slice": lambda cell, asked: take_slice(cell, number=asked["number"], untimed=asked["untimed"]),
    "once": lambda cell, _asked: run_once(cell),
    "trace": lambda cell, asked: trace_cell(cell, seconds=asked["seconds"], most=asked["most"]),
    "weigh": lambda cell, asked: weigh(cell, params_from_dict(cell.workload, asked["smallest"])),
}
"""What can be asked of a cell; what stands above, of the process, whatever cell it is at."""


def serve(handler: RequestHandler, requests: Any, reply_fd: int) -> int:
    """Answer requests until the driver closes the pipe, and return the number of the next message."""
    number = OPENED + 1
    for line in requests:
        request = json.loads(line)
        number = request["id"]
        send(reply_fd, {**handler.answer(request), "id": number})
        number += 1
    return number


def send(fd: int, message: Message) -> None:
    """Write one message. (What is no text, a lone surrogate in an exception's words, becomes a ``?``.)

    What a message cannot hold, such as figures of a workload's own that are no numbers, becomes an outcome.
    """
    try:
        data = encoded(message)
    except (TypeError, ValueError, RecursionError) as error:
        reason = f"the answer cannot be written down: {type(error).__name__}: {error}"
        data = encoded({"id": message["id"], **outcome("crashed", reason)})
    while data:
        data = data[os.write(fd, data) :]


def encoded(message: Message) -> bytes:
    """Return a message as a line; raises TypeError, ValueError or RecursionError for what JSON cannot say."""
    return json.dumps(message, allow_nan=False, ensure_ascii=False).encode(errors="replace") + b"\n"


def greet(fd: int, setup: Message) -> tuple[Catalogue, Model] | None:
    """Find the model and tell the driver what it is, or why it is not available.

    Raises Unusable, or TypeError, as a sentence, for a model that says nothing of itself, or what is no text.
    """
    sys.path[:0] = setup["roots"]
    sys.path += setup.get("after", [])
    catalogue = Shelf(setup["plugins"], setup["loops"])
    about: Message = {"id": GREETING, "pid": os.getpid(), "python": sys.version.split()[0]}
    try:
        model = catalogue.model(setup["model"])
    except KeyError as error:
        if error.args != (setup["model"],):
            raise
        send(fd, {**about, "unavailable": f"there is no model {setup['model']} here"})
        return None
    about["dialect"] = model.dialect
    reason = said(model, "unavailable")
    if reason is not None:
        send(fd, {**about, "unavailable": reason})
        return None
    send(fd, {**about, "unavailable": None, "version": said(model, "version")})
    return catalogue, model


def said(model: Model, field: str) -> str | None:
    """Return what a function of a model returns; raises Unusable, or TypeError, as a sentence."""
    try:
        words: str | None = getattr(model, field)()
    except BaseException as error:  # nobody else interrupts or ends this process so
        raise Unusable(f"{field} of {model.name}") from error
    if wrong := wrong_saying(field, words):
        raise TypeError(f"{field} of {model.name} {wrong}")
    return words


def holds_gil() -> bool:
    """Say whether this process runs under a GIL; an extension module can turn it on in a build without."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def main(arguments: list[str]) -> None:
    """Run as a worker; ``arguments``: what to serve, as JSON, then the file descriptors."""
    to_its_end(work, arguments)


def work(arguments: list[str]) -> None:
    """Find the model, open it, and answer requests until there are no more."""
    setup, request_fd, reply_fd = begin(arguments)
    if setup["cpus"]:
        os.sched_setaffinity(0, setup["cpus"])
    counting = Counting(partial(send, reply_fd)) if "full" in setup else None
    if counting is not None:
        counting.listen(setup["full"])
    policy = as_of_now()  # before any code that is not ours
    found = greet(reply_fd, setup)
    if found is None:
        return
    catalogue, model = found
    start = perf_counter_ns()
    with opening(model) as session:
        opened = {"open_ns": perf_counter_ns() - start, "gil": holds_gil()}
        send(reply_fd, {"id": OPENED, **opened})
        gc.freeze()  # what the worker itself holds is not looked through in any sample
        with open(request_fd, encoding="utf-8") as requests:  # noqa: PTH123  (a file descriptor has no path)
            say = partial(send, reply_fd)
            ours = (policy.freezing(), setup["plugins"], counting)
            handler = RequestHandler(catalogue, model, session, say, *ours)
            last = serve(handler, requests, reply_fd)
        start = perf_counter_ns()
    send(reply_fd, {"id": last, "close_ns": perf_counter_ns() - start})
    os._exit(0)  # daemon threads that hang must not hold up the driver
