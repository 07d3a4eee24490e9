"""The trial: each side says which benchmarks it has, and runs each of them once, before any is planned."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from concbench.drive.plan import Contender
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import Link
from concbench.measure.failures import outcome
from concbench.outcomes import NO_SUCH_BENCHMARK, CellOutcome

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """A benchmark on one side, after one run: what that told, or its ``outcome``, which says why not.

    ``group`` is the file or module that it is in. Setting up and tearing down took ``around_s``.
    """

    name: str
    group: str
    about: Message = field(default_factory=dict)
    outcome: Message | None = None
    around_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SideTrial:
    """What one side told.

    ``greeting`` is its process's. ``errors``: why files or modules of it could not be read, by their names.
    ``origins``: where the modules were imported from. ``start_s``: how long it takes until benchmarks are
    found. ``left_out``: how many are of a kind that is not compared. ``addopts``: pytest's options that are
    the project's own.
    """

    greeting: Message
    tests: Mapping[str, Tried]
    errors: Mapping[str, str]
    origins: Mapping[str, str]
    start_s: float
    left_out: Mapping[str, int] = field(default_factory=dict)
    addopts: str = ""

    def lacking(self, group: str, side: str) -> Message:
        """Return the outcome of a benchmark of a file or module that this side does not have: why."""
        if group in self.errors:
            return outcome(CellOutcome.CRASHED.value, self.errors[group])
        return outcome(CellOutcome.UNAVAILABLE.value, NO_SUCH_BENCHMARK.format(side=side))


class NothingServed(Exception):
    """A side that has nothing to serve: ``words`` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class TooMany(Exception):
    """A side with more benchmarks than there is time for: ``done`` of ``found`` were tried."""

    def __init__(self, done: int, found: int) -> None:
        super().__init__(f"{done} of {found} benchmarks were tried")
        self.done, self.found = done, found


def try_side(
    start: Callable[[Contender], Link],
    contender: Contender,
    seconds: float,
    at: Callable[[str, int, int], None] = lambda _what, _done, _found: None,
    until: float = math.inf,
) -> SideTrial:
    """Find the benchmarks of one side, and run each once.

    ``at`` is told what is run, how many were run before, and how many there are. Raises NothingServed for a
    side that has none, or whose process does not come up, and TooMany where the clock is past ``until``.
    """
    began = time.monotonic()
    with WorkerClient(start, contender) as client:
        greeting = client.greet()
        if "outcome" in greeting:
            raise NothingServed(greeting["reason"])
        start_s = time.monotonic() - began
        collected = client.ask({"op": "collect"}, seconds)
        if "outcome" in collected:
            raise NothingServed(collected["reason"])
        tests = dict(_each_tried(client, collected["tests"], seconds, at, until))
        errors = {error["file"]: error["reason"] for error in collected["errors"]}
        left_out = collected.get("left_out", {})
        late = client.ask({"op": "collect"}, seconds) if client.at_work else {}
        origins = {**collected["origins"], **late.get("origins", {})}
        return SideTrial(greeting, tests, errors, origins, start_s, left_out, collected.get("addopts", ""))


def _each_tried(
    client: WorkerClient,
    found: Sequence[Message],
    seconds: float,
    at: Callable[[str, int, int], None],
    until: float,
) -> Iterator[tuple[str, Tried]]:
    """Yield what each benchmark told, by its name; raises TooMany where the clock is past ``until``."""
    for done, (test, following) in enumerate(zip_longest(found, found[1:])):
        at(test["name"], done, len(found))
        if time.monotonic() > until:
            raise TooMany(done, len(found))
        then: str | None = following["name"] if following else None
        yield test["name"], _tried(client, test["name"], test["file"], then, seconds)


def _tried(client: WorkerClient, name: str, group: str, following: str | None, seconds: float) -> Tried:
    start = time.monotonic()
    begun = client.ask({"op": "try", "test": name, "next": following}, seconds)
    if "outcome" in begun:
        return Tried(name, group, outcome=begun)
    ended = client.ask({"op": "end"}, seconds)
    around_s = time.monotonic() - start - begun["tried_ns"] / 1e9
    return Tried(name, group, begun, ended if "outcome" in ended else None, max(0.0, around_s))
