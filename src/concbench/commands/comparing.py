"""Carrying out a comparison: its plan, its header, its driver, and the rule who says when to stop."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import concbench
from concbench.analysis.stopping import Margins, StoppingRule
from concbench.commands.counting import Counter, Records
from concbench.commands.header import now
from concbench.commands.owncode import label_of, label_of_loop
from concbench.commands.progress import Bar
from concbench.commands.request import known_names, pinned_cpus, refuse_too_large, refuse_unknown_params
from concbench.commands.steadfast import Steadfast
from concbench.measure.bench import Bench
from concbench.measure.described import Described, elsewhere, handed_over, place_of, rest, searched_last
from concbench.measure.environment import describe
from concbench.measure.interpreter_info import probe
from concbench.measure.launch import ProcessLink, launch
from concbench.measure.origin import origin
from concbench.measure.pairing import (
    SIDES,
    PairedCell,
    PairPlan,
    Which,
    paired_cells,
    sides_of,
    with_more_work,
)
from concbench.measure.pairs import PairDriver
from concbench.measure.plan import Contender, make_contenders
from concbench.measure.sides.side import Side
from concbench.metrics import margins as own_margins
from concbench.results.lines import converted
from concbench.results.pairs import Pairs
from concbench.results.records import (
    SCHEMA,
    EndRecord,
    Header,
    HeaderCell,
    HeaderContender,
    HeaderPair,
    Record,
)
from concbench.results.writer import RunWriter
from concbench.stats.looks import LOOKS
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue, loop_name, packages_of

RESERVE = 0.015
"""The share of the budget that is left for reading, judging and printing, so that the whole keeps to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is compared and how hard; empty ``models`` or ``workloads`` mean the user's own, else all.

    ``budget`` and ``timeout`` are in s. ``more``: besides the cells as they are, every cell that is not
    mostly waiting is there with so many times the work on the head's side.
    """

    command: str = "compare"
    models: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    affinity: str = "auto"
    memory: bool = True
    budget: float = 180.0
    timeout: float = 60.0
    seed: int = 1
    margins: Margins = field(default_factory=own_margins)
    more: tuple[Fraction, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the request as plain data."""
        return {**asdict(self), "more": [float(factor) for factor in self.more]}


Sides = tuple[Side, Side]


def plan_of(wanted: Wanted, sides: Sides, catalogue: Catalogue) -> PairPlan:
    """Return the plan of a comparison; raises click.UsageError for what cannot be asked for."""
    _refuse_nothing_of_a_project(sides)
    own = tuple(catalogue.own_workloads())
    names = known_names("workload", wanted.workloads or own, catalogue.workload_names())
    workloads = [catalogue.workload(name) for name in names]
    loops = tuple(loop_name(spec) for spec in sides[1].loops)
    asked = (*wanted.models, *loops) if wanted.models else tuple(catalogue.own_models())
    models = known_names("model", asked, catalogue.model_names())
    refuse_unknown_params(wanted.params, workloads)
    interpreters = str(sides[0].interpreter), str(sides[1].interpreter)
    contenders = make_contenders(catalogue, models, {"": interpreters[0]}, pinned_cpus(wanted.affinity))
    dialects = [(contender.model, catalogue.model(contender.model).dialect) for contender in contenders]
    try:
        cells = paired_cells(workloads, dialects, wanted.params, weigh=wanted.memory)
        cells += [more for factor in wanted.more for more in _with_more(cells, factor, catalogue)]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    for cell in cells:
        for side in (0, 1):
            refuse_too_large(catalogue.workload(cell.workload), cell.params_of(side), wanted.timeout)
    if not cells:
        raise click.UsageError("none of these models can express any of these workloads; choose others")
    both = {contender.model: sides_of(contender, interpreters) for contender in contenders}
    return PairPlan(contenders=both, cells=tuple(cells), seed=wanted.seed)


def _refuse_nothing_of_a_project(sides: Sides) -> None:
    """Raise click.UsageError where the sides are a project's, and nothing of it would be measured."""
    if sides[1].roots and not (sides[1].plugins or sides[1].loops):
        raise click.UsageError(
            "this repository is not concbench's own, and nothing of it is named: say what to measure of it"
            " with --loop MODULE:FACTORY or --plugin FILE (see concbench docs PLUGINS)"
        )


def _with_more(cells: Sequence[PairedCell], factor: Fraction, catalogue: Catalogue) -> list[PairedCell]:
    """Return cells whose head does ``factor`` times the work; runs that mostly wait would not show it."""
    chosen = [cell for cell in cells if cell.purpose == "time" and not cell.injected]
    workloads = [catalogue.workload(cell.workload) for cell in chosen]
    return [
        with_more_work(cell, workload, factor)
        for cell, workload in zip(chosen, workloads, strict=True)
        if not workload.floor(params_from_dict(workload, cell.params))
    ]


def launcher_of(sides: Sides) -> Callable[[Contender], ProcessLink]:
    """Return the function that starts a worker for a contender of either side."""
    by_name = dict(zip(SIDES, sides, strict=True))
    plugins = {name: handed_over(side.plugins, place_of(side)) for name, side in by_name.items()}

    def start(contender: Contender) -> ProcessLink:
        which: Which = contender.id.rpartition("@")[2]  # type: ignore[assignment]
        side = by_name[which]
        rest()
        return launch(
            side.interpreter,
            contender.model,
            cpus=contender.cpus,
            plugins=plugins[which],
            loops=side.loops,
            after=searched_last(contender.model, side.loops, elsewhere=elsewhere(side)),
            suite=side.suite,
            roots=side.roots,
            compiled=side.compiled,
        )

    return start


def header_of(wanted: Wanted, sides: Sides, plan: PairPlan, catalogue: Catalogue) -> Header:
    """Return a comparison's header."""
    both = [contender for pair in plan.contenders.values() for contender in pair]
    cpus = max((contender.cpus for contender in both), key=len, default=())
    interpreters = list(dict.fromkeys(side.interpreter for side in sides))
    packages = sorted({name for side in sides for name in packages_of(side.loops)})
    releases = {str(interpreter): probe(interpreter).release for interpreter in interpreters}
    start = launcher_of(sides)
    plugins = [label_of(plugin) for plugin in sides[1].plugins]
    loops = [label_of_loop(loop) for loop in sides[1].loops]
    return Header(
        schema=SCHEMA,
        concbench=concbench.__version__,
        run=uuid.uuid4().hex,
        started=now(),
        settings={**wanted.to_dict(), "plugins": plugins, "loops": loops},
        seed=wanted.seed,
        gc="workers freeze what they hold at the start; collected before each slice, enabled during it",
        environment=describe(interpreters, packages, origin(), cpus or None),
        sides={name: {"label": side.label, **side.about} for name, side in zip(SIDES, sides, strict=True)},
        contenders=[_contender(one, releases[one.interpreter], start) for one in both],
        cells=_cells(plan, catalogue),
        paired=[_paired(cell) for cell in plan.cells],
    )


def _contender(
    contender: Contender, release: str, start: Callable[[Contender], ProcessLink]
) -> HeaderContender:
    with Bench(start, contender) as bench:
        version = bench.greet().get("version")
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect, "python": release}
    told = {**about, "release": release, "cpus": list(contender.cpus), "version": version}
    return converted(told, HeaderContender)


def _cells(plan: PairPlan, catalogue: Catalogue) -> list[HeaderCell]:
    """Return the cells of both sides; one that is timed and weighed is one cell."""
    cells: dict[str, HeaderCell] = {}
    for cell in plan.cells:
        workload = catalogue.workload(cell.workload)
        for side, name in enumerate(cell.ids):
            params = cell.params_of(side)
            floor = workload.floor(params_from_dict(workload, params))
            about = {"id": name, "workload": cell.workload, "workload_version": workload.version}
            about |= {"contender": plan.contenders[cell.model][side].id, "unit": workload.unit}
            told = {**about, "params": dict(params), "floor_ns": round(1e9 * floor)}
            cells[name] = converted(told, HeaderCell)
    return list(cells.values())


def _paired(cell: PairedCell) -> HeaderPair:
    about = {"id": cell.id, "cells": cell.ids, "workload": cell.workload, "model": cell.model}
    params = {"params": dict(cell.params), "head_params": dict(cell.head_params)}
    return converted({**about, "purpose": cell.purpose, **params}, HeaderPair)


def measure(
    path: Path,
    wanted: Wanted,
    sides: Sides,
    console: Console,
    *,
    counter: Counter | None = None,
    enough: Callable[[PairedCell], int] | None = None,
) -> bool:
    """Carry out a comparison into a new run file; return whether it came to its end.

    ``enough``: how many pairs to measure of each cell, decided or not. Raises RunFileError where the file
    cannot be written, click.UsageError for what cannot be asked for.
    """
    end = time.monotonic() + wanted.budget * (1 - RESERVE)
    catalogue = Described(sides[1].plugins, sides[1].loops, place_of(sides[1]))
    plan = plan_of(wanted, sides, catalogue)
    header = header_of(wanted, sides, plan, catalogue)
    with RunWriter.create(path, header) as writer, Bar(console) as bar:
        writer.say = bar.say
        rule = StoppingRule(Pairs(header), wanted.margins, writer.append)

        def sink(record: Record) -> None:
            writer.append(record)
            rule.take(record)

        budget = end - time.monotonic()
        driver = _driver(wanted, sides, plan, sink, bar, rule, enough, budget)
        count = partial(counter, plan, catalogue, bar) if counter else None
        complete = _carried_out(driver, count, sink, bar)
        rule.look_at_the_rest()
        writer.append(EndRecord(finished=now(), complete=complete))
    return complete


def _carried_out(
    driver: PairDriver, count: Callable[[], Records] | None, sink: Callable[[Record], None], bar: Bar
) -> bool:
    """Time, weigh and count; return whether it came to its end."""
    try:
        driver.run()
        if count:
            with closing(count()) as records:
                for record in records:
                    sink(record)
    except KeyboardInterrupt:
        bar.say("interrupted")
        return False
    return True


def _driver(
    wanted: Wanted,
    sides: Sides,
    plan: PairPlan,
    sink: Callable[[Record], None],
    bar: Bar,
    rule: StoppingRule,
    enough: Callable[[PairedCell], int] | None,
    budget: float,
) -> PairDriver:
    pairs = {cell.id: enough(cell) for cell in plan.cells} if enough else {}
    return PairDriver(
        plan,
        launcher_of(sides),
        sink,
        bar,
        Steadfast(pairs) if enough else rule,
        budget=budget,
        rounds=max(pairs.values()) if enough else None,
        seconds=wanted.timeout,
        needed=0 if enough else LOOKS.pairs[0],
        warn=lambda words: bar.say(f"warning: {words}"),
    )
