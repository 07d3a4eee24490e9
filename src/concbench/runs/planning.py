"""From a request to the plan of a run, and to what starts its workers; what cannot be is refused in words."""

import os
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from concbench.drive.host.interpreters import Interpreter, choose, names_of
from concbench.drive.plan import Contender, Plan, Sweeps, make_contenders, make_points
from concbench.drive.presets import EFFORTS, REACHES, RunPreset
from concbench.drive.workers.described import handed_over, rest
from concbench.drive.workers.launch import ProcessLink, forget_lost, launch
from concbench.drive.workers.place import Place
from concbench.drive.workers.sources import current_sources
from concbench.errors import RequestError, arg
from concbench.platforms import refuse_where_nothing_can_be_measured
from concbench.runs.request import RunRequest
from concbench.runs.selection import chosen_models, chosen_workloads
from concbench.validators import LARGEST, scalar
from concbench.workloads.base import Workload, at_least, params_from_dict
from concbench.workloads.catalogue import Catalogue, loop_name
from concbench.workloads.spelling import spelled


def begin() -> None:
    """Begin what measures; raises UserError where nothing can be measured.

    What was lost before is tried again: a program, or a notebook, may have mended it meanwhile.
    """
    refuse_where_nothing_can_be_measured()
    forget_lost()


def plan_of(request: RunRequest, catalogue: Catalogue) -> Plan:
    """Return the plan of a run; raises RequestError for what cannot be asked for."""
    usual = workloads_of_the_preset(request.preset, catalogue)
    workloads = chosen_workloads(request.workloads, usual, catalogue)
    contenders = contenders_of(request, catalogue, _of_the_preset(request, catalogue))
    refuse_without_sizes(request.preset, workloads)
    refuse_unknown_params(request.params, workloads)
    ids = [contender.id for contender in contenders]
    if request.baseline and request.baseline not in ids:
        raise RequestError(
            f"{arg('baseline', repr(request.baseline))} does not take part; choose one of {', '.join(ids)}"
        )
    try:
        at_least(0.1, timeout=request.timeout)
        points = make_points(
            workloads,
            contenders,
            request.preset,
            request.params,
            weigh=request.memory,
            sweeps=_sweeps(request, catalogue),
        )
    except ValueError as error:
        raise RequestError(str(error)) from error
    for point in points:
        refuse_too_large(catalogue.workload(point.workload), point.params, request.timeout)
    return Plan(contenders, points, EFFORTS[request.preset], request.seed)


def _of_the_preset(request: RunRequest, catalogue: Catalogue) -> list[str]:
    """Return the models that a preset measures where none is named, and the baseline."""
    omitted = {*REACHES[request.preset].only_named} - {request.baseline_model}
    return [name for name in catalogue.model_names() if name not in omitted]


def workloads_of_the_preset(preset: RunPreset, catalogue: Catalogue) -> list[str]:
    """Return the workloads that a preset measures where none is named."""
    reach = REACHES[preset]
    if reach.sizes:
        return [*reach.sizes]
    return catalogue.usual_workloads() if reach.workloads == "basics" else catalogue.workload_names()


def _sweeps(request: RunRequest, catalogue: Catalogue) -> Sweeps:
    """Return how far sweeps go: all the way for models and sizes that are named, and for the user's own."""
    usual = catalogue.usual_models()
    others = [name for name in catalogue.model_names() if name not in usual]
    named = request.models or request.params
    own = catalogue.own_workloads()
    workloads = [] if request.workloads else [name for name in catalogue.workload_names() if name not in own]
    return Sweeps(REACHES[request.preset], frozenset(() if named else others), frozenset(workloads))


def baseline_of(request: RunRequest, plan: Plan) -> str:
    """Return the contender that others are compared with: the one asked for, else asyncio, else the first."""
    ids = [contender.id for contender in plan.contenders]
    standard = [contender.id for contender in plan.contenders if contender.model == "asyncio"]
    return request.baseline or (standard or ids)[0]


def launcher(
    request: RunRequest, link: type[ProcessLink] = ProcessLink
) -> Callable[[Contender], ProcessLink]:
    """Return the function that starts a worker for a contender; raises PluginError."""
    plugins, sources = handed_over(request.plugins), current_sources()

    def start(contender: Contender) -> ProcessLink:
        rest()
        return launch(
            place_of(contender, sources),
            contender.model,
            cpus=contender.cpus,
            plugins=plugins,
            loops=request.loops,
            most_memory=request.most_memory or EFFORTS[request.preset].most_memory,
            link=link,
        )

    return start


def place_of(contender: Contender, sources: tuple[Path, ...]) -> Place:
    """Return where a contender's processes run, and find the project's own modules in ``sources``."""
    one = contender.interpreter
    return Place(one.executable, switches=one.switches, sources=sources)


def pinned_cpus(affinity: str) -> tuple[int, ...]:
    """Return the CPUs that workers of single-threaded models are pinned to.

    ``auto`` is the last CPU that this process may use (the first ones serve most interrupts), ``none`` no
    CPU in particular, else a list of numbers. Raises RequestError for anything else.
    """
    if affinity == "none" or not hasattr(os, "sched_getaffinity"):
        return ()
    allowed = sorted(os.sched_getaffinity(0))
    if affinity == "auto":
        return (allowed[-1],)
    try:
        chosen = tuple(sorted({int(part) for part in affinity.split(",")}))
    except ValueError:
        raise RequestError(
            f"{arg('affinity')} takes auto, none or CPU numbers such as 0,1; not {affinity!r}"
        ) from None
    if strange := ", ".join(str(cpu) for cpu in chosen if cpu not in allowed):
        raise RequestError(f"{arg('affinity')}: this process may not use CPU {strange}; it may use {allowed}")
    return chosen


def contenders_of(
    request: RunRequest, catalogue: Catalogue, usual: Sequence[str] | None = None
) -> tuple[Contender, ...]:
    """Return the contenders, those of the ``usual`` models (default: the catalogue's) where it names none.

    Raises RequestError for an unknown model, InterpreterError for a Python, and PluginError for an event
    loop that is misspelt: its module is there, and has no such factory.
    """
    asked = request.models and (*request.models, *(loop_name(spec) for spec in request.loops))
    models = chosen_models(asked, catalogue.usual_models() if usual is None else usual, catalogue)
    for spec in () if request.pythons else request.loops:
        catalogue.model(loop_name(spec)).unavailable()
    if request.pythons:
        interpreters = names_of(_distinct({spec: choose(spec) for spec in request.pythons}))
    else:
        interpreters = {running_version(): Interpreter(Path(sys.executable))}
    return make_contenders(catalogue, models, interpreters, pinned_cpus(request.affinity))


def running_version() -> str:
    """Return what the running interpreter is called: ``3.12``, or ``3.13t`` for a free-threaded build."""
    threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"{sys.version_info.major}.{sys.version_info.minor}{threaded}"


def _distinct(interpreters: dict[str, Interpreter]) -> dict[str, Interpreter]:
    """Refuse one interpreter, with the same switches, under two names: it would be compared with itself."""
    found = list(interpreters.values())
    if twice := [one for one in found if found.count(one) > 1]:
        same = " and ".join(spec for spec, one in interpreters.items() if one == twice[0])
        raise RequestError(f"{arg('pythons', same)} are the same interpreter; leave one out")
    return interpreters


def refuse_without_sizes(preset: RunPreset, workloads: Sequence[Workload[Any]]) -> None:
    """Raise RequestError for a workload that a preset with sizes of its own has none for."""
    sizes = REACHES[preset].sizes
    strange = [workload.name for workload in workloads if sizes and workload.name not in sizes]
    if strange:
        raise RequestError(
            f"{arg('preset', preset)} measures {', '.join(sizes)} alone, and has no sizes for"
            f" {', '.join(strange)}: leave {arg('workloads')} out, or take another preset"
        )


def refuse_unknown_params(params: Mapping[str, Any], workloads: Sequence[Workload[Any]]) -> None:
    """Raise RequestError for a parameter that none of the workloads has."""
    known = sorted({name for workload in workloads for name in workload.params.__dataclass_fields__})
    unknown = next((name for name in params if name not in known), None)
    if unknown is not None:
        raise RequestError(
            f"{arg('params')}: no chosen workload has a parameter {unknown!r}; there are {', '.join(known)}"
        )


def refuse_too_large(workload: Workload[Any], params: Mapping[str, Any], timeout: float) -> None:
    """Raise RequestError for parameters that no run file can hold, by themselves or by the floor.

    So it is for those whose floor is beyond the ``timeout`` (s): every model would be called hung.
    """
    for name, value in params.items():
        if (complaint := scalar(value)) is not None:
            raise RequestError(f"{workload.name}: {name}{complaint}")
    floor = workload.floor(params_from_dict(workload, params))
    if 1e9 * floor > LARGEST:
        raise RequestError(
            f"{workload.name}: with these parameters a run takes {floor:g} s or more, and {LARGEST / 1e9:g} s"
            " is the longest that 64 bits of nanoseconds hold"
        )
    if floor > timeout:
        raise RequestError(
            f"{workload.name}: with {spelled(params)} a run takes {floor:g} s or more, and"
            f" {arg('timeout', f'{timeout:g}')} ends it before: choose other parameters, or a longer"
            f" {arg('timeout')}"
        )
