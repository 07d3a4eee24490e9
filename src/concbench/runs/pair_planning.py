"""From a request to the plan of a comparison, to what starts its workers, and to its header."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from concbench.drive.pairing import (
    SIDES,
    PairedCell,
    PairPlan,
    Which,
    paired_cells,
    sides_of,
    with_more_work,
)
from concbench.drive.plan import Contender, PlannedCell, make_contenders, sets_of
from concbench.drive.sides.side import Side
from concbench.drive.workers.described import Described, handed_over, rest
from concbench.drive.workers.launch import Link, ProcessLink, launch
from concbench.errors import RequestError, arg
from concbench.results.header import Header, HeaderCell, HeaderPair
from concbench.results.lines import converted
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.header import cell_for_header, environment_of, opening
from concbench.runs.owncode import labels_of
from concbench.runs.planning import (
    pinned_cpus,
    refuse_too_large,
    refuse_unknown_params,
)
from concbench.runs.selection import chosen_models, chosen_workloads
from concbench.runs.survey import survey
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue, loop_name

Sides = tuple[Side, Side]
Start = Callable[[Contender], Link]


def catalogue_of(sides: Sides) -> Described:
    """Return the models and workloads that there are to compare: those of head."""
    return Described(sides[1].plugins, sides[1].loops, sides[1].place)


def plan_of(request: ComparisonRequest, sides: Sides, catalogue: Catalogue) -> PairPlan:
    """Return the plan of a comparison; raises RequestError for what cannot be asked for."""
    _refuse_nothing_of_a_project(sides)
    workloads = chosen_workloads(
        request.workloads or catalogue.own_workloads(), catalogue.usual_workloads(), catalogue
    )
    loops = tuple(loop_name(spec) for spec in sides[1].loops)
    asked = (*request.models, *loops) if request.models else catalogue.own_models()
    models = chosen_models(asked, catalogue.usual_models(), catalogue)
    refuse_unknown_params(request.params, workloads)
    interpreters = sides[0].interpreter, sides[1].interpreter
    contenders = make_contenders(catalogue, models, {"": interpreters[0]}, pinned_cpus(request.affinity))
    try:
        cells = paired_cells(workloads, contenders, request.params, weigh=request.memory)
        more = [one for factor in request.more for one in _with_more(cells, factor, catalogue)]
        cells += [one for one in more if _can_do_more(one, contenders, catalogue)]
    except ValueError as error:
        raise RequestError(str(error)) from error
    for cell in cells:
        for side in (0, 1):
            refuse_too_large(catalogue.workload(cell.workload), cell.params_of(side), request.timeout)
    if not cells:
        raise RequestError("none of these models can express any of these workloads; choose others")
    met = {cell.model for cell in cells}  # no worker is started for others
    both = {one.model: sides_of(one, interpreters) for one in contenders if one.model in met}
    return PairPlan(contenders=both, cells=tuple(cells), seed=request.seed)


def _refuse_nothing_of_a_project(sides: Sides) -> None:
    """Raise RequestError where the sides are a project's, and nothing of it would be measured."""
    place = sides[1].place
    if (place.roots or place.built) and not (sides[1].plugins or sides[1].loops):
        raise RequestError(
            "this repository is not concbench's own, and nothing of it is named: say what to measure of"
            f" it: its own tests ({arg('pytest', 'PATH')}), asv suite ({arg('asv', 'FOLDER')}) or functions"
            f" ({arg('call', 'MODULE:FUNCTION')}; see concbench docs BENCHMARKS), an event loop"
            f" ({arg('loops', 'MODULE:FACTORY')}) or models and workloads ({arg('plugins', 'FILE')};"
            " see concbench docs PLUGINS)"
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


def _can_do_more(cell: PairedCell, contenders: Sequence[Contender], catalogue: Catalogue) -> bool:
    """Say whether a model can do what the head of a cell is given to do."""
    workload = catalogue.workload(cell.workload)
    sets = sets_of(workload, params_from_dict(workload, cell.head_params), cell.purpose)
    (contender,) = (one for one in contenders if one.model == cell.model)
    return workload.impossible(contender, *sets) is None


def launcher_of(sides: Sides) -> Callable[[Contender], ProcessLink]:
    """Return what starts a worker for a contender of either side."""
    by_name = dict(zip(SIDES, sides, strict=True))
    plugins = {name: handed_over(side.plugins, side.place) for name, side in by_name.items()}

    def start(contender: Contender) -> ProcessLink:
        which: Which = contender.id.rpartition("@")[2]  # type: ignore[assignment]
        side = by_name[which]
        rest()
        return launch(
            side.place, contender.model, cpus=contender.cpus, plugins=plugins[which], loops=side.loops
        )

    return start


def header_of(
    request: ComparisonRequest, sides: Sides, plan: PairPlan, catalogue: Catalogue, start: Start
) -> Header:
    """Return a comparison's header; workers that are started for it say which version a model has."""
    both = [contender for pair in plan.contenders.values() for contender in pair]
    settings = request.to_dict() | labels_of(sides[1].plugins, sides[1].loops)
    environment = environment_of(both, [loop for side in sides for loop in side.loops])
    return Header(
        **opening(settings, environment),
        sides={name: {"label": side.label, **side.about} for name, side in zip(SIDES, sides, strict=True)},
        contenders=[one.about for one in survey(both, start)],
        cells=_cells(plan, catalogue),
        paired=[_paired(cell) for cell in plan.cells],
    )


def _cells(plan: PairPlan, catalogue: Catalogue) -> list[HeaderCell]:
    """Return the cells of both sides; one that is timed and weighed is one cell."""
    cells = {
        name: PlannedCell(name, one.workload, one.params_of(side), plan.contenders[one.model][side].id)
        for one in plan.cells
        for side, name in enumerate(one.ids)
    }
    return [cell_for_header(cell, catalogue) for cell in cells.values()]


def _paired(cell: PairedCell) -> HeaderPair:
    about = {"id": cell.id, "cells": list(cell.ids), "workload": cell.workload, "model": cell.model}
    params = {"params": dict(cell.params), "head_params": dict(cell.head_params)}
    return converted({**about, "purpose": cell.purpose, **params}, HeaderPair)
