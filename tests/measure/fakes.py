"""Fake workers, which follow a script and need no time, and a run file in memory."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from concbench.drive.driver import Driver
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import Contender, Plan, PlannedCell, PlannedPoint, Purpose
from concbench.drive.presets import Effort
from concbench.drive.state import State
from concbench.drive.workers.launch import WorkerLost
from concbench.results.consistency import Consistency
from concbench.results.consistency import header_of as checked_header
from concbench.results.header import Header
from concbench.results.lines import as_record
from concbench.results.reader import Run
from concbench.results.records import WitnessedLeg, WitnessRecord
from concbench.results.values import Record as Read
from tests.results.examples import plain

Record = dict[str, Any]
Operation = Literal["calibrate", "once", "witness", "turn", "weigh", "warm", "slice", "look"]
IDENTITY = {"machine": "fake"}
NOW = "2026-11-22T12:00:00+00:00"
LEG = {
    "number": 1,
    "wall_ns": 2_000_000,
    "cpu_ns": 1_900_000,
    "user_ns": 1_000_000,
    "system_ns": 900_000,
    "voluntary": 1,
    "involuntary": 0,
    "gc": 0,
}
ANSWERS: Mapping[str, Record] = {
    "calibrate": {"calibration_ns": [1_000_000] * 3},
    "witness": {
        "legs": [{"tasks": 1, "suspensions": 0}],
        "peak_live": 1,
        "checks": {"completed": None},
        "number": 7,
        "once_ns": 300_000,
        "workload_version": "1",
        "estimate_ns": 10_000_000,
    },
    "once": {"figures": {}, "results": 1, "records": {}},
    "look": {"checks": {"completed": None}, "tasks": 1, "suspensions": 0},
    "warm": {"runs": 7},
    "slice": {name: value for name, value in LEG.items() if name != "number"} | {"records": {"early": 0}},
    "turn": {"legs": [{"leg": "single", **LEG}], "first": "single", "calibration_ns": 1, "records": {}},
    "weigh": {
        "tasks": 1,
        "baseline_bytes": 1000,
        "observed_bytes": 3000,
        "peak_bytes": 4000,
        "floor_bytes": 1000,
    },
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the ``nth`` request of an operation at a cell: an outcome, or Ctrl-C meanwhile."""

    what: Literal["timeout", "crashed", "exhausted", "invalid", "not-expressible", "ctrl-c"]
    operation: Operation = "turn"
    nth: int = 1


@dataclass(slots=True)
class Yard:
    """Launches fake workers, and remembers everything that was asked of them.

    ``fates`` are by cell id. Workers of the ``unavailable`` contenders say so; those of the ``stillborn``
    do not come up, those of the ``unclosing`` hang when they are closed, those of the ``leaving`` leave
    processes behind.
    """

    fates: Mapping[str, Fate] = field(default_factory=dict)
    unavailable: frozenset[str] = frozenset()
    stillborn: frozenset[str] = frozenset()
    unclosing: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()
    closed: list[str] = field(default_factory=list)
    links: list["FakeLink"] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    requests: list[Record] = field(default_factory=list)
    seconds: float = 0.0
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def launch(self, contender: Contender) -> "FakeLink":
        """Start a fake worker."""
        if contender.id in self.stillborn:
            raise WorkerLost("crashed", "the worker ended with exit code 1", "no such loop")
        link = FakeLink(self, contender, pid=len(self.links) + 1)
        self.links.append(link)
        return link

    def alive(self) -> list[int]:
        """Return the pids of the workers that were neither killed nor closed."""
        return [link.pid for link in self.links if not link.ended]

    def answer(self, link: "FakeLink", message: Record, seconds: float) -> Record:
        """Answer as the script has it, and let the time pass that it takes."""
        operation = message["op"]
        cell = "" if operation == "calibrate" else cell_id(message["workload"], message["params"], link)
        self.asked.append((operation, cell, link.pid))
        self.requests.append(message)
        self._counts[operation, cell] += 1
        fate = self.fates.get(cell)
        if fate and (fate.operation, fate.nth) == (operation, self._counts[operation, cell]):
            return self._strike(fate, seconds)
        self.seconds += 0.01
        return json.loads(json.dumps(ANSWERS[operation]))  # type: ignore[no-any-return]

    def _strike(self, fate: Fate, seconds: float) -> Record:
        if fate.what == "ctrl-c":
            raise KeyboardInterrupt
        if fate.what == "timeout":
            self.seconds += seconds
            raise WorkerLost("timeout", f"no answer within {seconds:g} s", "File x, line 1, in run")
        if fate.what == "crashed":
            raise WorkerLost("crashed", "the worker ended with exit code 7", "aaargh")
        return {"outcome": fate.what, "reason": "as scripted", "at": 22 if fate.what == "exhausted" else None}


class FakeLink:
    """One fake worker."""

    def __init__(self, yard: Yard, contender: Contender, pid: int) -> None:
        self.yard, self.contender, self.pid, self.ended = yard, contender, pid, False
        about = {"pid": pid, "python": "3.13.0", "dialect": contender.dialect}
        if contender.id in yard.unavailable:
            self.greeting: Record = {**about, "unavailable": "not installed"}
        else:
            started = {"startup_ns": 100_000_000, "open_ns": 1000}
            self.greeting = {**about, "unavailable": None, "version": "1", **started}

    def request(self, message: Record, seconds: float) -> Record:
        """Answer by the script; a worker that has ended answers nothing, and should not be asked."""
        assert not self.ended, f"worker {self.pid} has ended, and is asked for {message}"
        assert self.greeting["unavailable"] is None, f"worker {self.pid} is not available"
        return self.yard.answer(self, message, seconds)

    def close(self) -> Record:
        """End in order, or not."""
        self.ended = True
        name = self.contender.id
        self.yard.closed.append(name)
        if name in self.yard.unclosing:
            raise WorkerLost("timeout", "no answer within 60 s while its model was closed", "File x")
        left = "1 process: sleep 600" if name in self.yard.leaving else None
        return {"close_ns": 500, "left": left} if self.greeting["unavailable"] is None else {}

    def kill(self) -> None:
        """End at once."""
        self.ended = True


class Silence:
    """A watcher that keeps what it was told."""

    def __init__(self) -> None:
        self.expected: list[int] = []
        self.done_ns = 0
        self.said: list[str] = []

    def expect(self, nanoseconds: int) -> None:
        self.expected.append(nanoseconds)

    def at(self, what: str) -> None:
        self.said.append(what)

    def did(self, nanoseconds: int) -> None:
        self.done_ns += nanoseconds


def cell_id(workload: str, params: Mapping[str, Any], link: FakeLink) -> str:
    return f"{workload}[{','.join(f'{name}={value}' for name, value in params.items())}]/{link.contender.id}"


def plan_of(
    contenders: str = "abc",
    *,
    timed: int = 2,
    weighed: int = 1,
    generations: int = 2,
    rounds: int = 3,
    seed: int = 1,
    apart: bool = False,
) -> Plan:
    """Return a plan of contenders with one letter each; point n is the workload ``w`` with ``tasks=n``."""
    made = tuple(
        Contender(
            name, name, "3.13", Interpreter(Path("python")), "generator", (), "loop", "teaching", frozenset()
        )
        for name in contenders
    )
    purposes: list[Purpose] = ["time" for _ in range(timed)]
    purposes += ["memory" for _ in range(weighed)]
    points = tuple(_point(index, purpose, contenders) for index, purpose in enumerate(purposes))
    block_ns = rounds * len(contenders) * ANSWERS["witness"]["estimate_ns"]
    return Plan(made, points, Effort(generations, block_ns, rounds, apart=apart), seed)


def _point(index: int, purpose: Purpose, contenders: str) -> PlannedPoint:
    params = {"tasks": index}
    cells = tuple(PlannedCell(f"w[tasks={index}]/{name}", "w", params, name) for name in contenders)
    return PlannedPoint(index, purpose, "w", params, cells, {"tasks": 0})


def header_of(plan: Plan) -> Header:
    """Return a header that fits a plan."""
    about = {"dialect": "generator", "python": "3.13", "version": "3.13.0"}
    cell = {"unit": "task", "floor_ns": 0, "workload_version": "1"}
    told = {
        "type": "header",
        "schema": 3,
        "concbench": "0",
        "run": "0" * 32,
        "started": NOW,
        "settings": {},
        "seed": plan.seed,
        "environment": {"identity": IDENTITY},
        "contenders": [{"id": one.id, "model": one.model, **about} for one in plan.contenders],
        "cells": [
            {
                "id": one.id,
                "workload": one.workload,
                "contender": one.contender,
                "params": dict(one.params),
                **cell,
            }
            for one in plan.cells()
        ],
    }
    return checked_header(told)


def witnessed(estimate_ns: int) -> WitnessRecord:
    """Return what was seen of a cell whose turns take so long."""
    return WitnessRecord(
        cell="w", legs=[WitnessedLeg({"task": 1})], number=1, estimate_ns=estimate_ns, checks={}
    )


class File:
    """A run file in memory, which refuses what a real one would; Ctrl-C comes after ``patience`` records."""

    def __init__(self, plan: Plan) -> None:
        self.header = header_of(plan)
        self.records: list[Record] = []
        self.patience: float = float("inf")
        self._consistency = Consistency()
        self._check(self.header)

    def append(self, record: Read) -> None:
        self._check(record)
        self.records.append(plain(record))
        self.patience -= 1
        if self.patience <= 0:
            raise KeyboardInterrupt

    def run(self) -> Run:
        return Run(
            path=Path("fake.jsonl"),
            header=self.header,
            records=tuple(map(as_record, self.records)),
            torn=None,
        )

    def of_type(self, *kinds: str) -> list[Record]:
        return [record for record in self.records if record["type"] in kinds]

    def _check(self, record: Read) -> None:
        complaint = self._consistency.complaint_about(record)
        assert complaint is None, complaint
        self._consistency.note(record)


def carry_out(plan: Plan, yard: Yard, file: File | None = None, state: State | None = None) -> File:
    """Drive a plan with fake workers, and return what was recorded."""
    file = file or File(plan)
    Driver(plan, yard.launch, file.append, Silence(), state=state or State(next_process=1), seconds=2.0).run()
    return file


def ids(cells: Iterable[PlannedCell]) -> list[str]:
    return [cell.id for cell in cells]
