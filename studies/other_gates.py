"""Ask other tools' gates, and ours, about the same commits: ``python studies/other_gates.py``.

A small repository is made in a temporary folder (``gates/project``). In each repetition every tool, in an
order drawn anew, compares two commits that are identical, over all cells, and then a base with a head that
does 1.05 times the work in one cell: ``steps`` under one single-threaded model after another. That the work
is more is counted first. Every call is a line of a JSON Lines file as soon as it has ended. A file that is
there already is gone on with, and ``--replay FILE`` prints its table. docs/GATES.md says how to read it.
"""

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any

from concbench.drive.host.machine import machine_id
from gates import calls, rates, repository
from gates.calls import Call, Experiment
from gates.repository import DIALECTS, Failed, Repository
from gates.tools import Asv, Concbench, Gate, Pyperf, Task

MODELS = (*DIALECTS, "threads")
WORKLOADS = ("spawn", "parked", "switch", "steps")
INJECTED = tuple(DIALECTS)

Place = tuple[str, int, Experiment]
"""A tool's name, a repetition and an experiment."""


@dataclass(frozen=True, slots=True)
class Study:
    """What was asked for; a file that is gone on with has to have been made with the same."""

    workloads: tuple[str, ...]
    models: tuple[str, ...]
    pyperf: tuple[str, ...]
    budget: str
    seed: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The names of the cells."""
        return tuple(f"{workload}/{model}" for workload, model in product(self.workloads, self.models))

    @property
    def injected(self) -> tuple[str, ...]:
        """The models that take turns with more work."""
        able = repository.INJECTED_IN in self.workloads
        return tuple(model for model in INJECTED if model in self.models and able)

    def gates(self) -> dict[str, Gate]:
        """Return every tool, by name."""
        found: list[Gate] = [Asv(), Pyperf(self.pyperf), Concbench(self.budget)]
        return {gate.name: gate for gate in found}


def header(study: Study) -> dict[str, Any]:
    """Return when, where and with what a study was made."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "type": "header",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine_id(), "system": platform.system(), "cpus": os.cpu_count(), "load": load},
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in ("concbench", "asv", "asv_runner", "pyperf")},
        "study": json.loads(json.dumps(asdict(study))),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def places(study: Study, gates: Sequence[str], repetitions: int) -> Iterator[Place]:
    """Yield what is to be done, repetition by repetition, the tools of each in an order of its own."""
    order = random.Random(study.seed)
    for repetition in range(1, repetitions + 1):
        for gate in order.sample(sorted(gates), len(gates)):
            yield gate, repetition, "same"
            if study.injected:
                yield gate, repetition, "more"


def carry_out(study: Study, gate: Gate, place: Place, where: Repository) -> list[Call]:
    """Have one tool compare, and return what each of its settings said. Raises Failed.

    Beside the injected cell asv and pyperf are given no other: they judge each by itself, and their time is
    in proportion. concbench, which judges all together, is given all.
    """
    _, repetition, experiment = place
    head, injected, cells = repository.SAME, None, study.cells
    if experiment == "more":
        model = study.injected[(repetition - 1) % len(study.injected)]
        head, injected = repository.head_with_more(model), repository.injected_cell(model)
        cells = cells if isinstance(gate, Concbench) else (injected,)
    scratch = Path(tempfile.mkdtemp(dir=where.scratch, prefix=f"{gate.name}-"))
    begun = time.monotonic()
    said = gate.judge(Task(where, repository.BASE, head, cells, scratch))
    seconds = round(time.monotonic() - begun, 2)
    about = {"tool": gate.name, "repetition": repetition, "experiment": experiment, "cells": cells}
    return [Call(**about, injected=injected, seconds=seconds, **asdict(one)) for one in said]  # type: ignore[arg-type]


def confirm(study: Study, where: Repository) -> Iterator[dict[str, Any]]:
    """Yield the steps of each injected cell on both sides. Raises Failed where they are not × 1.05."""
    for model in study.injected:
        base = repository.counted(where, repository.BASE, model)
        head = repository.counted(where, repository.head_with_more(model), model)
        if head * 100 != base * round(100 * repository.MORE):
            raise Failed(f"{repository.injected_cell(model)} takes {base} steps at base, {head} at head")
        yield {"type": "counts", "cell": repository.injected_cell(model), "base": base, "head": head}


def begin(path: Path, study: Study) -> set[Place]:
    """Write a header, or check that of a file that is there; return what is done. Raises Failed."""
    if not path.exists():
        calls.append(path, header(study))
        return set()
    calls.mend(path)
    records = calls.read(path)
    if not records or records[0].get("study") != header(study)["study"]:
        raise Failed(f"{path} holds another study; name another file, or ask for the same again")
    return {(call.tool, call.repetition, call.experiment) for call in calls.calls_in(records)}


def measure(path: Path, study: Study, gates: Mapping[str, Gate], repetitions: int) -> None:
    """Do what is not done yet, and write it down. Raises Failed."""
    done = begin(path, study)
    todo = [place for place in places(study, list(gates), repetitions) if place not in done]
    with tempfile.TemporaryDirectory(prefix="gates-") as folder:
        where = repository.make(Path(folder))
        for counts in confirm(study, where):
            calls.append(path, counts)
        for count, place in enumerate(todo, start=1):
            gate, repetition, experiment = place
            _tell(f"{count} of {len(todo)}: repetition {repetition}, {gate}, {experiment}")
            found = carry_out(study, gates[gate], place, where)
            calls.append(path, *map(calls.as_record, found))
            worse = "; ".join(f"{one.setting}: {', '.join(one.worse) or 'nothing'}" for one in found)
            _tell(f"  {found[0].seconds:.0f} s, worse by {worse}")


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def names_of(allowed: Sequence[str]) -> Any:
    """Return a reader of a list of names; the reader raises ArgumentTypeError, which argparse reports."""

    def read(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"there is no {name!r}; there are {', '.join(allowed)}")
        return tuple(name for name in allowed if name in chosen)

    return read


def at_least_one(text: str) -> int:
    """Return a whole number of 1 or more; raises ArgumentTypeError, which argparse reports."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text}")
    return int(text)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Ask the gates of several tools about the same commits.")
    tools, add = ("asv", "pyperf", "concbench"), parser.add_argument
    add("--repetitions", type=at_least_one, default=10, help="comparisons of each kind (default: 10)")
    add("--quick", action="store_true", help="one repetition of spawn and steps, under two models")
    add("--tools", type=names_of(tools), default=tools, help=f"of {','.join(tools)} (default: all)")
    add("--workload", type=names_of(WORKLOADS), default=WORKLOADS, help="only these (default: all four)")
    add("--model", type=names_of(MODELS), default=MODELS, help="only these (default: all five)")
    add("--pyperf", default="--fast", metavar="PRESET",
        help="how pyperf measures: =--fast (the default), =--rigorous, or = for its defaults")  # fmt: skip
    add("--budget", default="45s", help="what concbench may spend on a comparison (default: 45s)")
    add("--seed", type=int, default=1, help="draws the order of the tools (default: 1)")
    add("--output", type=Path, default=Path("gates.jsonl"), help="the file of calls (default: gates.jsonl)")
    add("--replay", type=Path, metavar="FILE", help="measure nothing: print the table of this file")
    add("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.quick:
        options.repetitions, options.workload, options.model = 1, ("spawn", "steps"), INJECTED[:2]
    return options


def show(path: Path, *, as_json: bool) -> None:
    """Print the table of a file. Raises Failed where it cannot be read or says nothing."""
    if not path.exists():
        raise Failed(f"there is no file {path}")
    records = calls.read(path)
    found = rates.rows(calls.calls_in(records))
    if not found:
        raise Failed(f"{path} holds no comparison")
    about = records[0]
    if as_json:
        print(json.dumps({"header": about, "rates": rates.as_plain(found)}, indent=2))
        return
    machine, versions = about["machine"], about["versions"]
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    what = f"machine {machine['id']} ({machine['cpus']} CPUs, {machine['architecture']})"
    print(f"{about['date'][:10]}, {what}, Python {about['python']}; {tools}\n")
    print(rates.as_markdown(found))


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code: 2 where something is not installed, 3 where a tool failed."""
    options = parse(arguments)
    try:
        if not options.replay:
            preset = tuple(options.pyperf.split())
            study = Study(options.workload, options.model, preset, options.budget, options.seed)
            gates = {name: gate for name, gate in study.gates().items() if name in options.tools}
            missing = [f"{name}: {what}" for name, gate in gates.items() if (what := gate.missing())]
            if missing:
                _tell("Error: " + "\n".join(missing))
                return 2
            measure(options.output, study, gates, options.repetitions)
        show(options.replay or options.output, as_json=options.json)
    except Failed as failed:
        _tell(f"Error: {failed}")
        return 3
    except KeyboardInterrupt:
        _tell(f"interrupted; {options.output} has what was done, and the same command goes on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
