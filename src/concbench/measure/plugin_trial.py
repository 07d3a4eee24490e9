"""A workload of a plug-in on trial: what its functions return is held against the rules, and told as data.

It runs in a process of its own (:mod:`concbench.measure.telling`). The rules for fields that need not be
called are in :mod:`concbench.workloads.rules`.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from functools import partial
from random import Random
from typing import Any, get_type_hints

from concbench.models.base import DIALECTS, Dialect
from concbench.places import worded
from concbench.promising import promises_of
from concbench.validators import Validator, parameter, seconds
from concbench.words import cut, error_told, shown
from concbench.workloads.base import (
    PRESETS,
    NotExpressible,
    Workload,
    params_from_dict,
    params_to_dict,
)

Facts = dict[str, Any]

KINDS: Mapping[str, type[Any]] = {"int": int, "float": float, "str": str}
"""What a parameter may be: what a command line, a run file and a cell's name can hold."""

OF_MODELS = ("name", "dialect", "summary", "cost", "source")
"""What is told of a model as it stands there, beside its traits and what it lends."""

OF_WORKLOADS = ("name", "version", "summary", "reading", "doubled", "needs_own_slice", "unit")
"""What is told of a workload as it stands there."""

TOLD = {"tasks": "tasks", "overlap": "room", "exact": "exact", "gathered": "gathered"}
"""Of what is promised, what a plan is made by, and as what it is told; the rest only the witness needs."""


class Broken(Exception):
    """A field of a workload, and which rule it breaks."""


def told(workload: Workload[Any]) -> Facts:
    """Return all that the command line needs of a workload and of some parameters; raises Broken."""
    about = {name: getattr(workload, name) for name in OF_WORKLOADS}
    about["versions"] = {name: _needs(version) for name, version in workload.versions.items()}
    about["parameters"], about["meaning"] = _parameters(workload), cut(inspect.getdoc(workload.params) or "")
    about["sets"] = sets = dict[str, list[Facts]]()
    for preset in PRESETS:
        sets[preset] = _sets(workload, f"points({preset!r})", partial(workload.points, preset))
    sets["smallest"] = [facts_of(workload, workload.smallest, "smallest")]
    drawn_from(workload, 0)
    # Those of an older checkout have no field for what follows.
    brief, lanes = getattr(workload, "brief", None), getattr(workload, "lanes", None)
    about["family"] = getattr(workload, "family", "own")
    about["units"] = dict(getattr(workload, "units", {}))
    sets["brief"] = [] if brief is None else [facts_of(workload, brief, "brief")]
    sets["lanes"] = [] if lanes is None else [facts_of(workload, lanes.params, "lanes")]
    about["lanes"] = [] if lanes is None else [{"reading": lanes.reading, "kept": lanes.kept}]
    about["questions"] = [asdict(question) for question in getattr(workload, "questions", ())]
    return about


def _needs(version: Any) -> str | list[str]:
    """Return why there is no wording of a dialect or a model, or what one needs."""
    if isinstance(version, NotExpressible):
        return version.reason
    return sorted(map(str, getattr(version, "needs", ())))


def drawn_from(workload: Workload[Any], seed: int) -> list[Facts]:
    """Return the parameter sets that ``small`` draws; raises Broken."""
    return _sets(workload, "small(rng)", lambda: workload.small(Random(seed)))


def memory_points(workload: Workload[Any], sets: Iterable[Facts]) -> list[Facts]:
    """Return the sets of a sweep where memory is measured; raises Broken."""
    points = [params_from_dict(workload, values) for values in sets]
    return _sets(workload, "memory_points(points)", lambda: workload.memory_points(points), least=0)


def _called(what: str, function: Callable[[], Any]) -> Any:
    try:
        return function()
    except (Exception, SystemExit) as error:  # whatever a plug-in raises is its own mistake
        raise Broken(worded(error, f"{what} raises {error_told(error)}")) from error


def _parameters(workload: Workload[Any]) -> list[Facts]:
    """Return each parameter's ``name``, ``kind`` and ``default`` (absent where it has none)."""
    hints = _called("params", lambda: get_type_hints(workload.params))
    found = []
    for one in fields(workload.params):
        kind, where = hints.get(one.name), f"params: the default of {one.name}"
        if kind not in KINDS.values():
            raise Broken(
                f"params: {one.name} is a {shown(one.type)}; a parameter is one of {', '.join(KINDS)}"
            )
        made = one.default if one.default_factory is MISSING else _called(where, one.default_factory)
        default = {} if made is MISSING else {"default": _fit(where, made)}
        found.append({"name": one.name, "kind": kind.__name__, **default})
    return found


def _sets(workload: Workload[Any], what: str, make: Callable[[], Any], least: int = 1) -> list[Facts]:
    sets = _called(what, make)
    if not isinstance(sets, list | tuple) or len(sets) < least:
        raise Broken(f"{what} must return a list of parameters, not {shown(sets)}")
    return [facts_of(workload, params, f"{what}[{place}]") for place, params in enumerate(sets)]


def facts_of(workload: Workload[Any], params: Any, what: str = "parameters") -> Facts:
    """Return parameters as plain data, the time no model can avoid (s), and the promise to each dialect.

    Raises Broken, which begins with ``what``.
    """
    if type(params) is not workload.params:
        raise Broken(f"{what} must be a {workload.params.__name__}, as params says, not {shown(params)}")
    values = {name: _fit(f"{what}: {name}", value) for name, value in params_to_dict(params).items()}
    again = _called(f"{what}: params(**{values})", lambda: params_from_dict(workload, values))
    if again != params:
        raise Broken(f"{what} is {shown(params)}, and made again from its values {shown(again)}")
    where = f"of {what}, {shown(params)}," if what != "parameters" else f"of {shown(params)}"
    floor = _fit(f"floor {where}", _called(f"floor {where}", lambda: workload.floor(params)), seconds)
    versions = workload.versions.items()
    expressed = [name for name, version in versions if not isinstance(version, NotExpressible)]
    promises = {
        dialect: _promise(f"promise {where} to {dialect}", workload, params, dialect)
        for dialect in promised_to(expressed)
    }
    return {"params": values, "floor": floor, "promises": promises}


def promised_to(expressed: Collection[str]) -> list[Dialect]:
    """Return the dialects that something is promised to, by the names of a workload's versions.

    A model's own wording says not which dialect that model speaks: where there is one, it may be any.
    """
    own = any(name not in DIALECTS for name in expressed)
    return [dialect for dialect in DIALECTS if own or dialect in expressed]


def _fit(what: str, value: Any, kind: Validator = parameter) -> Any:
    if (complaint := kind(value)) is not None:
        raise Broken(f"{what}{complaint}")
    return value


def _promise(what: str, workload: Workload[Any], params: Any, dialect: Any) -> Facts:
    given = _called(what, lambda: workload.promise(params, dialect))
    try:
        promises = promises_of(given)
    except ValueError as error:
        raise Broken(f"{what}: {error}") from error
    return {name: getattr(promises, kept) for name, kept in TOLD.items()}
