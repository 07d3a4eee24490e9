"""What a user asks of ``run`` and ``verify``: chosen models, workloads, interpreters and parameters.

A request is plain data: it is kept in the run file's header, so a run that is resumed asks for the same.
"""

import os
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from concbench.measure.described import handed_over, rest, searched_last
from concbench.measure.interpreters import find, names_of
from concbench.measure.launch import ProcessLink, launch
from concbench.measure.plan import EFFORTS, Contender, Plan, make_contenders, make_points
from concbench.results.kinds import LARGEST, scalar
from concbench.workloads.base import PRESETS, Preset, Workload, at_least, params_from_dict, spelled
from concbench.workloads.catalogue import Catalogue, loop_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; empty ``models`` or ``workloads`` mean all of them, empty ``pythons`` the running one."""

    models: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pythons: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    preset: Preset = "quick"
    affinity: str = "auto"
    baseline: str = ""
    memory: bool = True
    timeout: float = 60.0
    seed: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return the request as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Request":
        """Return the request that ``values`` are; raises KeyError or TypeError for what no request is."""
        if values["preset"] not in PRESETS:
            raise KeyError(f"preset {values['preset']!r}")
        lists = ("models", "workloads", "pythons", "plugins", "loops")
        params = {name: tuple(chosen) for name, chosen in values["params"].items()}
        return cls(**{**values, **{name: tuple(values[name]) for name in lists}, "params": params})


def pinned_cpus(affinity: str) -> tuple[int, ...]:
    """Return the CPUs that workers of single-threaded models are pinned to.

    ``auto`` is the last CPU that this process may use (the first ones serve most interrupts), ``none`` no
    CPU in particular, else a list of numbers. Raises click.UsageError for anything else.
    """
    if affinity == "none" or not hasattr(os, "sched_getaffinity"):
        return ()
    allowed = sorted(os.sched_getaffinity(0))
    if affinity == "auto":
        return (allowed[-1],)
    try:
        chosen = tuple(sorted({int(part) for part in affinity.split(",")}))
    except ValueError:
        raise click.UsageError(
            f"--affinity takes auto, none or CPU numbers such as 0,1; not {affinity!r}"
        ) from None
    strange = [str(cpu) for cpu in chosen if cpu not in allowed]
    if strange:
        raise click.UsageError(
            f"--affinity: this process may not use CPU {', '.join(strange)}; it may use {allowed}"
        )
    return chosen


def chosen_workloads(request: Request, catalogue: Catalogue) -> list[Workload[Any]]:
    """Return the workloads that are asked for; raises click.UsageError for an unknown one."""
    names = known_names("workload", request.workloads, catalogue.workload_names(request.workloads))
    return [catalogue.workload(name) for name in names]


def known_names(kind: str, asked: tuple[str, ...], known: list[str]) -> list[str]:
    """Return the names that are asked for, all that are ``known`` where none are.

    Raises click.UsageError for an unknown one.
    """
    for name in asked:
        if name not in known:
            raise click.UsageError(f"there is no {kind} {name!r}; there are {', '.join(known)}")
    return list(dict.fromkeys(asked)) or known


def contenders_of(request: Request, catalogue: Catalogue) -> tuple[Contender, ...]:
    """Return the contenders.

    Raises click.UsageError for an unknown model, InterpreterError for a Python, and PluginError for an event
    loop that is misspelt: its module is there, and has no such factory.
    """
    asked = request.models and (*request.models, *(loop_name(spec) for spec in request.loops))
    models = known_names("model", asked, catalogue.model_names(asked))
    for spec in () if request.pythons else request.loops:
        catalogue.model(loop_name(spec)).unavailable()
    if request.pythons:
        found = _distinct({spec: str(find(spec)) for spec in request.pythons})
        named = names_of({spec: Path(executable) for spec, executable in found.items()})
        interpreters = {name: str(executable) for name, executable in named.items()}
    else:
        interpreters = {running_version(): sys.executable}
    return make_contenders(catalogue, models, interpreters, pinned_cpus(request.affinity))


def running_version() -> str:
    """Return what the running interpreter is called: ``3.12``, or ``3.13t`` for a free-threaded build."""
    threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"{sys.version_info.major}.{sys.version_info.minor}{threaded}"


def _distinct(interpreters: dict[str, str]) -> dict[str, str]:
    """Refuse one interpreter under two names: it would be compared with itself."""
    for executable in interpreters.values():
        same = [spec for spec, path in interpreters.items() if path == executable]
        if len(same) > 1:
            raise click.UsageError(f"--python {' and '.join(same)} are the same interpreter; leave one out")
    return interpreters


def plan_of(request: Request, catalogue: Catalogue) -> Plan:
    """Return the plan of a run; raises click.UsageError for what cannot be asked for."""
    workloads = chosen_workloads(request, catalogue)
    contenders = contenders_of(request, catalogue)
    refuse_unknown_params(request.params, workloads)
    if request.baseline and request.baseline not in [contender.id for contender in contenders]:
        raise click.UsageError(
            f"--baseline {request.baseline!r} does not take part; choose one of "
            f"{', '.join(contender.id for contender in contenders)}"
        )
    try:
        at_least(0.1, timeout=request.timeout)
        points = make_points(workloads, contenders, request.preset, request.params, weigh=request.memory)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    for point in points:
        refuse_too_large(catalogue.workload(point.workload), point.params, request.timeout)
    return Plan(contenders, points, EFFORTS[request.preset], request.seed)


def refuse_unknown_params(params: Mapping[str, Any], workloads: list[Workload[Any]]) -> None:
    """Raise click.UsageError for a parameter that none of the workloads has."""
    known = {name for workload in workloads for name in workload.params.__dataclass_fields__}
    for name in params:
        if name not in known:
            raise click.UsageError(
                f"--param: no chosen workload has a parameter {name!r}; there are {', '.join(sorted(known))}"
            )


def refuse_too_large(workload: Workload[Any], params: Mapping[str, Any], timeout: float) -> None:
    """Raise click.UsageError for parameters that no run file can hold, by themselves or by the floor.

    So it is for those whose floor is beyond the ``timeout`` (s): every model would be called hung.
    """
    for name, value in params.items():
        if (complaint := scalar(value)) is not None:
            raise click.UsageError(f"{workload.name}: {name}{complaint}")
    floor = workload.floor(params_from_dict(workload, params))
    if 1e9 * floor > LARGEST:
        raise click.UsageError(
            f"{workload.name}: with these parameters a run takes {floor:g} s or more, and {LARGEST / 1e9:g} s"
            " is the longest that 64 bits of nanoseconds hold"
        )
    if floor > timeout:
        raise click.UsageError(
            f"{workload.name}: with {spelled(params)} a run takes {floor:g} s or more, and --timeout"
            f" {timeout:g} ends it before: choose other parameters, or a longer --timeout"
        )


def baseline_of(request: Request, plan: Plan) -> str:
    """Return the contender that others are compared with: the one asked for, else asyncio, else the first."""
    ids = [contender.id for contender in plan.contenders]
    standard = [contender.id for contender in plan.contenders if contender.model == "asyncio"]
    return request.baseline or (standard or ids)[0]


def launcher(request: Request) -> Callable[[Contender], ProcessLink]:
    """Return the function that starts a worker for a contender; raises PluginError."""
    plugins = handed_over(request.plugins)

    def start(contender: Contender) -> ProcessLink:
        rest()
        return launch(
            Path(contender.interpreter),
            contender.model,
            cpus=contender.cpus,
            plugins=plugins,
            loops=request.loops,
            after=searched_last(contender.model, request.loops),
        )

    return start
