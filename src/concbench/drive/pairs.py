"""The driver of a comparison: pair after pair of fresh workers, until every cell is decided or time is up.

Like :mod:`concbench.drive.driver` it measures nothing itself, and every record goes to a sink as it is
made. Which cells are still open is not decided here: after each round, one pair of every model, it is
asked.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from concbench.drive.driver import Progress
from concbench.drive.losses import SideLost, losing
from concbench.drive.notices import outcome_record, process
from concbench.drive.pairing import OWN_SLICES, SIDES, PairedCell, PairPlan
from concbench.drive.plan import Contender, request, shuffled
from concbench.drive.purse import FEWER, Purse
from concbench.drive.slices import Turns, work_of
from concbench.drive.weighing import Launcher, MemoryRunner
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import Link
from concbench.measure.execution import MAX_NUMBER
from concbench.measure.failures import outcome
from concbench.results.lines import as_record
from concbench.results.values import Record

Message = dict[str, Any]
Sink = Callable[[Record], None]

SLICE_NS = 2_000_000
"""A slice repeats a short run until it takes this long: many times what the clock and the counters cost."""

LOOKED_AT = 8
"""In one pair of so many the workers are looked at once more at their end; that takes as long as a pair."""


@dataclass(eq=False)
class PairDriver:
    """Carries out one comparison.

    ``open_cells`` tells, from the records so far, the ids of the cells that more pairs may decide; it is
    asked before every round.
    ``budget`` (s) bounds witnessing and measuring together; no pair begins that would not end within it.
    ``rounds`` is how many there will be, where that is known: then progress is told by them, and all cells go
    on together. Else ``looks`` are the numbers of pairs at which cells may be decided, and who goes on to the
    next one is chosen so that the budget brings verdicts, on the ``counting`` cells first
    (:mod:`concbench.drive.purse`). Where it brings none on some cells, ``warn`` is told before the first
    pair, with the budget that would do, or that ``fewer`` would; ``prepared`` s of that had passed before.
    ``clock`` tells seconds.
    """

    plan: PairPlan
    launch: Launcher
    sink: Sink
    watcher: Progress
    open_cells: Callable[[], set[str]]
    budget: float
    rounds: int | None = None
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    at_once: int = 2
    looks: Sequence[int] = ()
    counting: Collection[str] = ()
    prepared: float = 0.0
    fewer: str = FEWER
    warn: Callable[[str], None] = lambda _words: None

    def __post_init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.failed: set[str] = set()
        self._began = self._told = self.clock()
        self._process = 0
        self.purse = Purse(
            self.plan.cells,
            self.looks,
            self.budget,
            self.clock,
            counting=self.counting,
            prepared=self.prepared,
            fewer=self.fewer,
            warn=self.warn,
        )

    def run(self) -> None:
        """Witness both sides of every cell, then measure round after round."""
        if self.rounds is None:
            self.watcher.expect(round(1e9 * self.budget))
        self.witness()
        self.purse.foretell(self.failed)
        pair, start = 0, self.clock()
        while open_cells := self.purse.going(self.open_cells() - self.failed, pair):
            goes_on = self._round(pair, open_cells)
            if pair == 0:
                self.purse.correct(self.failed)
            if not goes_on:
                return
            pair += 1
            if pair == 1 and self.rounds is not None:
                self.watcher.expect(round(1e9 * (self.clock() - start) * (self.rounds - 1)))

    def witness(self) -> None:
        """Witness every cell on both sides at its own parameters, each side of a model in one worker."""
        for model in self.plan.contenders:
            cells = list({cell.id: cell for cell in self.plan.cells if cell.model == model}.values())
            seen: list[dict[str, Message]] = [{}, {}]
            for side in (0, 1) if cells else ():
                self._witness_side(model, side, cells, seen[side])
            for cell in cells:
                if cell.id not in self.failed:
                    both = seen[0][cell.id], seen[1][cell.id]
                    self._settle_number(cell, *both)
                    once = sum(max(1, one["once_ns"]) for one in both) / 1e9
                    self.purse.prices.foretell(cell, once, self.numbers.get(cell.id, 1), self.at_once)

    def _witness_side(
        self, model: str, side: int, cells: Sequence[PairedCell], seen: dict[str, Message]
    ) -> None:
        with WorkerClient(self.launch, self.plan.contenders[model][side]) as client:
            with self.purse.starting(model):
                client.greet()
            for cell in cells:
                if cell.id in self.failed:
                    continue
                self._tell(f"witness {cell.ids[side]}")
                asked = request("witness", cell.workload, cell.params_of(side), seconds=self.seconds)
                answer = client.ask(asked, 5 * self.seconds)
                if "outcome" in answer:
                    self._fail(cell, side, answer, None)
                else:
                    seen[cell.id] = answer
                    self.sink(as_record({"type": "witness", "cell": cell.ids[side], **answer}))

    def _settle_number(self, cell: PairedCell, base: Message, head: Message) -> None:
        """Both sides repeat a run as often as fills the base's slice, and have to do the same work."""
        if not cell.injected and work_of(base, cell) != work_of(head, cell):
            seen = [f"{side} did {work_of(one, cell)}" for side, one in zip(SIDES, (base, head), strict=True)]
            reason = f"not the same work: {', '.join(seen)}"
            self._fail(cell, 1, outcome("invalid", reason), None)
        else:
            once_ns = max(1, base["once_ns"])
            fitting = min(MAX_NUMBER, -(-SLICE_NS // once_ns))
            self.numbers[cell.id] = 1 if cell.slices == OWN_SLICES else fitting

    def _round(self, pair: int, open_cells: set[str]) -> bool:
        """Measure one pair of every model that has open cells; return False once the budget is spent."""
        for model in shuffled(list(self.plan.contenders), self.plan.seed, "models", pair):
            cells = [cell for cell in self.plan.cells if cell.model == model and cell.id in open_cells]
            timed = [cell for cell in cells if cell.purpose == "time"]
            if not cells:
                continue
            if not self.purse.suffices(model, cells):
                return False
            with self.purse.pair(model, started=bool(timed)):
                if timed:
                    self._pair(pair, model, timed)
                for cell in cells:
                    if cell.purpose == "memory" and cell.id not in self.failed:
                        with self.purse.at(cell.id):
                            self._weigh(pair, cell)
        return self.purse.left >= 0

    def _pair(self, pair: int, model: str, cells: Sequence[PairedCell]) -> None:
        """Start a fresh worker of either side, and let them take turns at every cell.

        Where a worker is lost, the cell it was lost at has failed, and the pair is over for those after it.
        """
        links: dict[int, Link] = {}
        try:
            about = self._start(pair, model, cells[0], links)
            for cell in self._in_order(pair, model, cells):
                self._tell(f"pair {pair + 1} {cell.id}")
                with self.purse.at(cell.id):
                    figures = self._turns(pair, cell, links)
                self.sink(as_record({"type": "pair", "cells": list(cell.ids), **about, **figures}))
            self._look_again(pair, model, cells, links)
        except SideLost as lost:
            self._fail(lost.cell, lost.side, lost.answer, None)
        finally:
            for link in links.values():
                link.kill()

    def _in_order(self, pair: int, model: str, cells: Sequence[PairedCell]) -> list[PairedCell]:
        """Return the cells in the order in which this pair is at them, which is drawn anew for each."""
        return shuffled(cells, self.plan.seed, "cells", model, pair)

    def _start(self, pair: int, model: str, cell: PairedCell, links: dict[int, Link]) -> Message:
        """Start the workers of a pair, and return what its records have in common; raises SideLost.

        Which side is first is drawn anew for each pair.
        """
        contenders = self.plan.contenders[model]
        processes, pace = [0, 0], [0, 0]
        order = shuffled([0, 1], self.plan.seed, "first", model, pair)
        self._launch_both(contenders, order, cell, links)
        for side in order:
            processes[side] = self._emit_process(contenders[side], links[side].greeting, pair, "time")
        for side in (0, 1):
            with losing(cell, side):
                answer = links[side].request({"op": "calibrate", "count": 1}, self.seconds)
            pace[side] = answer["calibration_ns"][0]
        return {"pair": pair, "processes": processes, "calibration_ns": pace}

    def _launch_both(
        self, contenders: Sequence[Contender], order: Sequence[int], cell: PairedCell, links: dict[int, Link]
    ) -> None:
        """Start the worker of either side, one after the other, into ``links``; raises SideLost."""
        for side in order:
            with losing(cell, side):
                links[side] = self.launch(contenders[side])

    def _turns(self, pair: int, cell: PairedCell, links: Mapping[int, Link]) -> Message:
        """Let both sides take their turns at a cell, and return their figures; raises SideLost."""
        first = shuffled([0, 1], self.plan.seed, "slices", cell.id, pair)[0]
        turns = self._turns_at(cell, first)
        for side in turns.order:
            with losing(cell, side):
                answer = turns.take(links[side], side)
            if "outcome" in answer:
                raise SideLost(cell, side, answer)
        return turns.figures()

    def _turns_at(self, cell: PairedCell, first: int) -> Turns:
        """Return the turns of a pair at a cell, of which the side ``first`` has the first."""
        return Turns(cell, self.numbers[cell.id], first, self.seconds)

    def _look_again(
        self, pair: int, model: str, cells: Sequence[PairedCell], links: Mapping[int, Link]
    ) -> None:
        """In one pair of ``LOOKED_AT``, have a cell drawn, and looked at on both sides; raises SideLost."""
        drawn = Random(f"{self.plan.seed}/look/{model}/{pair}")
        if drawn.randrange(LOOKED_AT):
            return
        cell = drawn.choice(cells)
        for side in (0, 1):
            asked = request("look", cell.workload, cell.params_of(side), seconds=self.seconds)
            with losing(cell, side), self.purse.elsewhere():
                answer = links[side].request(asked, 3 * self.seconds)
            if "outcome" in answer:
                raise SideLost(cell, side, answer)

    def _weigh(self, pair: int, cell: PairedCell) -> None:
        """Weigh a cell on both sides, each in a fresh process of its own."""
        self._tell(f"pair {pair + 1} memory of {cell.id}")
        order = shuffled([0, 1], self.plan.seed, "runner", cell.id, pair)
        contenders = [self.plan.contenders[cell.model][side] for side in order]
        asked = request("weigh", cell.workload, cell.params, smallest=dict(cell.smallest))
        runner = MemoryRunner(self.launch, asked, self.seconds, self.at_once)
        with contextlib.closing(runner.weigh(contenders)) as answers:
            weighed = list(answers)
        processes: list[int] = [0, 0]
        sides: list[Message] = [{}, {}]
        for side, contender, (greeting, answer) in zip(order, contenders, weighed, strict=True):
            made = self._emit_process(contender, greeting, pair, "memory") if greeting else None
            if made is None or "outcome" in answer:
                self._fail(cell, side, answer, made)
                return
            processes[side], sides[side] = made, answer
        about = {"type": "weighed", "cells": list(cell.ids), "pair": pair}
        self.sink(as_record({**about, "processes": processes, "sides": sides}))

    def _tell(self, what: str) -> None:
        now = self.clock()
        self.watcher.did(round(1e9 * (now - self._told)))
        self._told = now
        self.watcher.at(what)

    def _emit_process(self, contender: Contender, greeting: Message, pair: int, purpose: str) -> int:
        self._process += 1
        self.sink(process(self._process, contender.id, pair, purpose, greeting))
        return self._process

    def _fail(self, cell: PairedCell, side: int, answer: Message, process: int | None) -> None:
        """Record why a side has no answer; the cell is not measured any more."""
        self.failed.add(cell.id)
        self.sink(outcome_record(cell.ids[side], process, None, answer))
