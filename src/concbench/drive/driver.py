"""The driver: carry out a plan with worker processes, and hand every record to a sink as it is made.

The driver knows no model and no workload by name. It measures nothing itself: it launches workers, tells
them whose turn it is, and passes on what they answer. A worker that hangs or dies costs its cell an
outcome, and is replaced. Nothing here sleeps, and the launcher is passed in, so tests drive it with fake
workers.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from concbench.drive import notices
from concbench.drive.estimates import Estimates
from concbench.drive.noise import read_noise
from concbench.drive.plan import Contender, Plan, PlannedCell, PlannedPoint, request, rounds_of, shuffled
from concbench.drive.state import State
from concbench.drive.weighing import Launcher, MemoryRunner, lost_outcome
from concbench.drive.workers.launch import Link, WorkerLost
from concbench.measure.failures import outcome
from concbench.outcomes import IN_DOUBT
from concbench.results.lift import lifted
from concbench.results.lines import as_record, converted
from concbench.results.records import BlockRecord, WitnessRecord
from concbench.results.values import Record
from concbench.workloads.spelling import in_words

LOOKED_AT = 3
"""A worker is looked at again at the end at one workload of so many; to look takes longer than to time."""

Message = dict[str, Any]
Sink = Callable[[Record], None]


class Progress(Protocol):
    """Whoever shows progress."""

    def expect(self, nanoseconds: int) -> None:
        """From here on the run will take about this long."""

    def at(self, what: str) -> None:
        """This is being done now."""

    def did(self, nanoseconds: int) -> None:
        """So much of what was expected is done."""


@dataclass(eq=False)
class Driver:
    """Carries out one plan."""

    plan: Plan
    launch: Launcher
    sink: Sink
    watcher: Progress
    state: State = field(default_factory=State)
    seconds: float = 60.0
    at_once: int = 2

    def __post_init__(self) -> None:
        self.seconds *= self.plan.effort.patience
        if self.plan.effort.apart:
            self.at_once = 1
        self._by_id = {contender.id: contender for contender in self.plan.contenders}
        self.estimates = Estimates(self.plan, self.state, self.at_once)
        self._links: dict[str, tuple[Link, int]] = {}
        self._timed: dict[str, list[PlannedCell]] = {}
        self._unclosed: set[str] = set()
        self._leaving: set[str] = set()
        self._generation = 0

    def run(self) -> None:
        """Witness every cell, then measure generation after generation."""
        try:
            self.witness()
            self.watcher.expect(self.estimates.missing_ns())
            for generation in range(self.plan.effort.generations):
                self._generation = generation
                self._time_blocks()
                self._weigh_blocks()
        finally:
            self.stop()

    def stop(self) -> None:
        """End every worker at once."""
        for link, _process in self._links.values():
            link.kill()
        self._links.clear()

    def noise(self, when: str) -> list[int]:
        """Have the calibration loop run in a worker, record it, and return its times in ns."""
        read = read_noise(self.plan.able(), self.launch, self.seconds, self.estimates.started)
        if not read:
            return []
        self.sink(as_record({"type": "noise", "when": when, **read}))
        times: list[int] = read["calibration_ns"]
        return times

    def witness(self) -> None:
        """Have every cell that is not known yet witnessed at its own parameters."""
        for contender in self.plan.contenders:
            for cell in self._cells_of(contender):
                if cell.id not in self.state.witnessed and cell.id not in self.state.settled:
                    self.watcher.at(f"witness {cell.id}")
                    self._witness_cell(contender, cell)
            self._end(contender.id)

    def _cells_of(self, contender: Contender) -> list[PlannedCell]:
        return [cell for cell in self.plan.cells() if cell.contender == contender.id]

    def _witness_cell(self, contender: Contender, cell: PlannedCell) -> None:
        if cell.impossible is not None:
            self._settle(cell, outcome("not-expressible", cell.impossible), None)
            return
        most = {"most": 1} if self.plan.effort.apart else {}
        if self.plan.effort.apart:  # whether so many can live is seen without a witness, who takes memory too
            once = request("once", cell.workload, cell.params)
            if self._ask(contender, cell, once, "pilot") is None:
                return
        asked = request("witness", cell.workload, cell.params, seconds=self.seconds, **most)
        answer = self._ask(contender, cell, asked, "pilot", patience=5)
        if answer is not None:
            record = converted(lifted({"type": "witness", "cell": cell.id, **answer}), WitnessRecord)
            self.state.witnessed[cell.id] = record
            self.sink(record)

    def _missing(self, purpose: str) -> Iterator[PlannedPoint]:
        """Yield the generation's missing points of a purpose, in shuffled order."""
        points = [point for point in self.plan.points if point.purpose == purpose]
        for point in shuffled(points, self.plan.seed, self._generation, purpose):
            if (self._generation, point.index) not in self.state.blocks:
                yield point

    def _time_blocks(self) -> None:
        take_turns = self._apart if self.plan.effort.apart else self._interleaved
        for point in self._missing("time"):
            expected = self.estimates.block_ns(point)
            take_turns(point, rounds_of(self.plan.effort, self.state.turns_ns(point)))
            self._complete(point, expected)
        for name in list(self._links):
            self._look_again(self._by_id[name])
            self._end(name)

    def _interleaved(self, point: PlannedPoint, rounds: int) -> None:
        """Have all contenders take one turn in each round."""
        for round_ in range(rounds):
            key = (self.plan.seed, self._generation, point.index, round_)
            for turn, cell in enumerate(shuffled(self.state.active(point), *key)):
                self._turn(cell, point, round_, turn)

    def _apart(self, point: PlannedPoint, rounds: int) -> None:
        """Have one contender after another take its turns, each in a process that ends before the next.

        Each generation looks again at one point, which goes round.
        """
        key = (self.plan.seed, self._generation, point.index)
        timed = [one.index for one in self.plan.points if one.purpose == "time"]
        looks = point.index == timed[self._generation % len(timed)]
        for turn, cell in enumerate(shuffled(self.state.active(point), *key)):
            for round_ in range(rounds):
                if cell.id not in self.state.settled:
                    self._turn(cell, point, round_, turn)
            if looks and cell.contender in self._links:
                self._look_again(self._by_id[cell.contender])
            self._timed.pop(cell.contender, None)
            self._end(cell.contender)

    def _look_again(self, contender: Contender) -> None:
        """Have some of what a worker timed looked at once more, now that it is trusted.

        That is a cell of every third workload, at least one. Which ones they are goes round with the
        generations, so that each workload is looked at in two of six.
        """
        timed = shuffled(self._timed.pop(contender.id, []), self.plan.seed, self._generation, contender.id)
        drawn = {cell.workload: cell for cell in timed}
        order = shuffled(sorted(drawn), self.plan.seed, contender.id)
        some = -(-len(order) // LOOKED_AT)
        for place in range(self._generation * some, (self._generation + 1) * some):
            cell = drawn[order[place % len(order)]]
            if contender.id in self._links and cell.id not in self.state.settled:
                self.watcher.at(f"{self._generation + 1}/{self.plan.effort.generations} look at {cell.id}")
                asked = request("look", cell.workload, cell.params, seconds=self.seconds)
                self._ask(contender, cell, asked, "time", patience=3)

    def _turn(self, cell: PlannedCell, point: PlannedPoint, round_: int, turn: int) -> None:
        self.watcher.at(f"{self._generation + 1}/{self.plan.effort.generations} {cell.id}")
        offset = shuffled([0, 1], self.plan.seed, cell.id)[0]
        long_first = (self._generation + round_ + offset) % 2 == 1
        seen = self.state.witnessed[cell.id]
        more = {"number": seen.number, "legs": len(seen.legs), "long_first": long_first}
        more |= {"split": True} if self.plan.effort.apart else {}
        asked = request("turn", cell.workload, cell.params, **more)
        answer = self._ask(self._by_id[cell.contender], cell, asked, "time")
        if answer is not None:
            place = {"block": point.index, "round": round_, "turn": turn}
            process = self._links[cell.contender][1]
            if cell not in self._timed.setdefault(cell.contender, []):
                self._timed[cell.contender].append(cell)
            self._emit_measured("sample", cell, process, {**place, **answer})

    def _weigh_blocks(self) -> None:
        for point in self._missing("memory"):
            expected = self.estimates.block_ns(point)
            what = f"memory of {point.workload} {in_words(point.params)}"
            self.watcher.at(f"{self._generation + 1}/{self.plan.effort.generations} {what}")
            cells = self.state.active(point)
            asked = request("weigh", point.workload, point.params, smallest=dict(point.smallest))
            runner = MemoryRunner(self.launch, asked, self.seconds, self.at_once)
            with contextlib.closing(runner.weigh([self._by_id[cell.contender] for cell in cells])) as answers:
                for cell, (greeting, answer) in zip(cells, answers, strict=True):
                    self._record_weighing(cell, point, greeting, answer)
            self._complete(point, expected)

    def _record_weighing(
        self, cell: PlannedCell, point: PlannedPoint, greeting: Message | None, answer: Message
    ) -> None:
        process = self._emit_process(cell.contender, greeting, "memory") if greeting else None
        if process is None or "outcome" in answer:
            self._settle(cell, answer, process)
        else:
            self._emit_measured("memory", cell, process, {"block": point.index, **answer})

    def _ask(
        self, contender: Contender, cell: PlannedCell, asked: Message, purpose: str, patience: int = 1
    ) -> Message | None:
        """Ask the contender's worker; an outcome is recorded and settles the cell, and gives None."""
        link, process = None, None
        try:
            link, process = self._link(contender, purpose)
            if link.greeting["unavailable"] is not None:
                answer = outcome("unavailable", link.greeting["unavailable"])
            else:
                answer = link.request(asked, patience * self.seconds)
        except WorkerLost as lost:
            answer = lost_outcome(lost)
        if "outcome" not in answer:
            return answer
        self._settle(cell, answer, process)
        if link is not None and answer["outcome"] in IN_DOUBT:
            link.kill()
            self._links.pop(contender.id, None)
            self._timed.pop(contender.id, None)
        return None

    def _link(self, contender: Contender, purpose: str) -> tuple[Link, int]:
        """Return the contender's worker and its number, starting one where there is none."""
        if contender.id not in self._links:
            link = self.launch(contender)
            self._links[contender.id] = (link, self.state.next_process)
            if purpose == "time":
                self.watcher.did(self.estimates.start_ns(contender.id))
            self._emit_process(contender.id, link.greeting, purpose)
        return self._links[contender.id]

    def _emit_process(self, contender: str, greeting: Message, purpose: str) -> int:
        process = self.state.next_process
        self.state.next_process += 1
        if greeting["unavailable"] is None:
            self.estimates.started(contender, greeting["startup_ns"])
        self.sink(notices.process(process, contender, self._generation, purpose, greeting))
        return process

    def _end(self, name: str) -> None:
        """Let a worker end in order, and record how long its model took to close.

        One that did not close once is not waited for again.
        """
        if name in self._links:
            link, process = self._links.pop(name)
            if name in self._unclosed:
                link.kill()
                return
            try:
                closing = link.close()
            except WorkerLost as lost:
                self._unclosed.add(name)
                self.sink(notices.unclosed(name, lost))
                return
            left = closing.pop("left", None)
            if closing:
                self.sink(as_record({"type": "closed", "process": process, **closing}))
            if left and name not in self._leaving:
                self._leaving.add(name)
                self.sink(notices.left_behind(name, left))

    def _emit_measured(self, kind: str, cell: PlannedCell, process: int, figures: Message) -> None:
        where = {"cell": cell.id, "process": process, "generation": self._generation}
        self.sink(as_record({"type": kind, **where, **figures}))

    def _settle(self, cell: PlannedCell, answer: Message, process: int | None) -> None:
        self.state.settled[cell.id] = answer["outcome"]
        self.sink(notices.outcome_record(cell.id, process, self._generation, answer))

    def _complete(self, point: PlannedPoint, expected_ns: int) -> None:
        key = (self._generation, point.index)
        self.state.blocks.add(key)
        cells = [cell.id for cell in self.state.active(point)]
        self.sink(BlockRecord(generation=key[0], block=key[1], cells=cells))
        self.watcher.did(expected_ns)
