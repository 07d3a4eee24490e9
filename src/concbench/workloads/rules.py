"""What the fields of a model or workload have to be, in one table: what can be told without calling any.

Rules that call a workload's functions (its points, floors and promises) are in
:mod:`concbench.measure.plugin_trial`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import is_dataclass
from inspect import signature
from typing import Any, TypeAlias

from concbench.families import FAMILIES, LOAD_FAMILIES
from concbench.metrics import UNITS, names_for
from concbench.models.base import DIALECTS, RUNTIMES, Model
from concbench.models.capabilities import primitives_of, wrong_capabilities
from concbench.places import worded
from concbench.traits import RUNS_ON, Traits
from concbench.words import error_told, shown, wrong_text
from concbench.workloads.base import NotExpressible, Version, Workload
from concbench.workloads.names import wrong_choice, wrong_name
from concbench.workloads.questions import TELLS, Lanes, Question

MOST_UNIT = 12
"""Letters of a parameter's unit."""

MOST_NUMBER = 10**15
JUDGE = "must take (results, params, salt) or (results, params)"

Rule: TypeAlias = Callable[[Any, Any], str | None]
"""Takes a field's value and the whole model or workload; returns what is wrong with it, or None."""


def _name(value: Any, _of: Any) -> str | None:
    return wrong_name(value)


def _name_of_model(value: Any, of: Any) -> str | None:
    return _name(value, of) or wrong_choice(value)


def _text(value: Any, _of: Any) -> str | None:
    return wrong_text(value)


def _words(value: Any, of: Any) -> str | None:
    return _text(value, of) or (None if value.strip() else "is empty")


def _callable(value: Any, _of: Any) -> str | None:
    return None if callable(value) else f"must be a function, not {shown(value)}"


def _or_none(rule: Rule) -> Rule:
    return lambda value, of: None if value is None else rule(value, of)


def _bool(value: Any, _of: Any) -> str | None:
    return None if type(value) is bool else f"must be True or False, not {shown(value)}"


def _traits(value: Any, _of: Any) -> str | None:
    if type(value) is not Traits:
        return f"must be Traits, not {shown(value)}"
    if type(value.runs_on) is not str or value.runs_on not in RUNS_ON:
        return f"runs_on must be one of {', '.join(RUNS_ON)}, not {shown(value.runs_on)}"
    for name in ("polls", "pinnable", "reuses", "patches"):
        if wrong := _bool(getattr(value, name), value):
            older = {"pinnable": " (single_threaded)", "reuses": " (pooled)"}.get(name, "")
            return f"{name}{older} {wrong}"
    if value.workers is None or (type(value.workers) is int and 0 < value.workers <= MOST_NUMBER):
        return None
    return f"workers must be a whole number of at least 1, or None, not {shown(value.workers)}"


def _lends(value: Any, of: Any) -> str | None:
    wrong = wrong_capabilities(value)
    if wrong or _dialect(of.dialect, of):
        return wrong
    foreign = sorted(value - set(primitives_of(RUNTIMES[of.dialect])))
    return f"there is no {foreign[0]} among the primitives of {of.dialect} models" if foreign else None


def _dialect(value: Any, _of: Any) -> str | None:
    if type(value) is str and value in DIALECTS:
        return None
    return f"must be one of {', '.join(DIALECTS)}, not {shown(value)}"


def _family(value: Any, _of: Any) -> str | None:
    if type(value) is str and value in FAMILIES:
        return None
    return f"must be one of {', '.join(FAMILIES)}, not {shown(value)}"


def _load_family(value: Any, _of: Any) -> str | None:
    if type(value) is str and value in LOAD_FAMILIES:
        return None
    return f"must be one of {', '.join(LOAD_FAMILIES)}, not {shown(value)}"


def _params(value: Any, _of: Any) -> str | None:
    if isinstance(value, type) and is_dataclass(value):
        return None
    return f"must be a dataclass (the class, not one of its objects), not {shown(value)}"


def _versions(value: Any, _of: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f"must be a dict with an entry for each dialect that it is written for, not {shown(value)}"
    strange = [key for key in value if wrong_name(key)]
    if strange:
        return f"{shown(strange[0])} is the name of no dialect, and can be that of no model"
    if all(isinstance(one, NotExpressible) for one in value.values()):
        return f"has no function for any dialect; there are {', '.join(DIALECTS)}"
    return next((f"{key!r}{wrong}" for key, one in value.items() if (wrong := _version(one))), None)


def _version(value: Any) -> str | None:
    if isinstance(value, NotExpressible):
        told = value.args and type(value.args[0]) is str and value.args[0].strip()
        wrong = wrong_text(value.args[0]) if told else "needs a reason, which is text"
        return f": NotExpressible {wrong}" if wrong else None
    if isinstance(value, Version):
        wrong = wrong_capabilities(value.needs)
        if wrong:
            return f": needs {wrong}"
        if isinstance(value.function, Version):
            return ": a Version stands in a Version; give what that has"
        if not isinstance(value.preferred, Version | None):
            return f": preferred must be a Version, not {shown(value.preferred)}"
        wrong = _version(value.preferred) if value.preferred else None
        return _version(value.function) or (f": preferred{wrong}" if wrong else None)
    return None if callable(value) else f" must be a function or NotExpressible(reason), not {shown(value)}"


def _unit(value: Any, of: Any) -> str | None:
    if type(value) is not str or value not in UNITS:
        return f"must be one of {', '.join(UNITS)}, not {shown(value)}"
    counted = of.counts is not None or value in ("task", "suspension")
    return None if counted else f"is the {value}, and nothing counts them: give counts"


def _questions(value: Any, of: Any) -> str | None:
    if type(value) is not tuple or not all(type(one) is Question for one in value):
        return f"must be a tuple of Questions, not {shown(value)}"
    for one in value:
        rules = {
            "title": _words,
            "goal": _text,
            "price": _text,
            "many": _bool,
            "pools": _bool,
            "each": _words,
        }
        wrong = _parts(one, of, **rules) or _place_of(one, of)
        if wrong:
            return wrong
    titles = [one.title for one in value]
    return None if len(titles) == len({*titles}) else f"{titles}: two have the same title"


def _fixes(where: str, parameters: Collection[str]) -> bool:
    """Say whether words name a value for each of some parameters."""
    return all("=" in one and one.partition("=")[0] in parameters for one in where.split(","))


def _place_of(question: Question, of: Any) -> str | None:
    """Return what is wrong with what answers a question and where, or where it stands."""
    answered, parameters = names_for("table"), getattr(of.params, "__dataclass_fields__", ())
    if type(question.metric) is not str or question.metric not in answered:
        return f"metric must be one of {', '.join(answered)}, not {shown(question.metric)}"
    if type(question.axis) is not str or question.axis not in parameters:
        return f"axis must be one of {', '.join(parameters)}, not {shown(question.axis)}"
    if type(question.where) is not str or (question.where and not _fixes(question.where, parameters)):
        return f"where must fix parameters, as in tasks=1,kind=a, not {shown(question.where)}"
    for name in ("bound", "rank"):
        number = getattr(question, name)
        if type(number) not in (int, float) or not -MOST_NUMBER <= number <= MOST_NUMBER:
            return f"{name} must be a finite number, not {shown(number)}"
    if type(question.tells) is not str or question.tells not in TELLS:
        return f"tells must be one of {', '.join(map(repr, TELLS))}, not {shown(question.tells)}"
    return None


def _parts(one: Any, of: Any, **rules: Rule) -> str | None:
    """Return the first of some fields of what stands in a field that is wrong, and how."""
    said = ((name, rule(getattr(one, name), of)) for name, rule in rules.items())
    return next((f"{name} {wrong}" for name, wrong in said if wrong), None)


def _units(value: Any, of: Any) -> str | None:
    """Return what is wrong with the units of parameters."""
    if not isinstance(value, Mapping):
        return f"must be a dict from parameters to their units, not {shown(value)}"
    parameters = getattr(of.params, "__dataclass_fields__", ())
    for name, unit in value.items():
        if type(name) is not str or name not in parameters:
            return f"{shown(name)} is none of the parameters: {', '.join(parameters)}"
        if type(unit) is not str or not (0 < len(unit) <= MOST_UNIT and unit.isprintable()):
            return (
                f"the unit of {name} must be text of 1 to {MOST_UNIT} printable characters, not {shown(unit)}"
            )
    return None


def _lanes(value: Any, of: Any) -> str | None:
    if type(value) is not Lanes:
        return f"must be Lanes, or None, not {shown(value)}"
    return _parts(value, of, params=_parameters, reading=_text, kept=_bool)


def _judge(value: Any, of: Any) -> str | None:
    wrong = _callable(value, of)
    if wrong is not None:
        return wrong
    try:
        known = signature(value)
    except (TypeError, ValueError):
        return f"{JUDGE}, and nobody can tell what {shown(value)} takes"
    for count in (2, 3):
        try:
            known.bind(*range(count))
        except TypeError:
            continue
        return None
    return f"{JUDGE}, not {known}"


def _parameters(value: Any, of: Any) -> str | None:
    kind = of.params
    if type(value) is kind:
        return None
    return f"must be a {getattr(kind, '__name__', kind)}, as params says, not {shown(value)}"


def _doubled(value: Any, of: Any) -> str | None:
    if value is None or (type(value) is str and value in getattr(of.params, "__dataclass_fields__", ())):
        return None
    return f"must be the name of a parameter, or None, not {shown(value)}"


OF_MODELS: Mapping[str, Rule] = {
    "name": _name_of_model,
    "dialect": _dialect,
    "summary": _text,
    "cost": _text,
    "source": _text,
    "version": _callable,
    "open": _callable,
    "unavailable": _callable,
    "traits": _traits,
    "lends": _lends,
    "family": _family,
    **dict.fromkeys(("current", "sized", "on_clock", "within", "all_tasks"), _or_none(_callable)),
}

OF_WORKLOADS: Mapping[str, Rule] = {
    "name": _name,
    "version": _words,
    "summary": _text,
    "reading": _text,
    "params": _params,
    "versions": _versions,
    "promise": _callable,
    "judge": _judge,
    "points": _callable,
    "small": _callable,
    "smallest": _parameters,
    "brief": _or_none(_parameters),
    "warm": _or_none(_callable),
    "records": _callable,
    "floor": _callable,
    "memory_points": _callable,
    "reported": _or_none(_callable),
    "companion": _or_none(_callable),
    "doubled": _doubled,
    "needs_own_slice": _bool,
    "counts": _or_none(_callable),
    "unit": _or_none(_unit),
    "questions": _questions,
    "lanes": _or_none(_lanes),
    "family": _load_family,
    "units": _units,
}


def broken_rules(one: Model | Workload[Any]) -> Iterator[str]:
    """Yield what is wrong with a model or workload, each the name of a field, a colon, and what is wrong."""
    for field, rule in (OF_MODELS if issubclass(type(one), Model) else OF_WORKLOADS).items():
        wrong = _wrong(field, rule, one)
        if wrong is not None:
            yield f"{field}: {wrong}"


def _wrong(field: str, rule: Rule, one: Any) -> str | None:
    """Return what is wrong with a field, which may be that it cannot be looked at."""
    try:
        return rule(getattr(one, field), one)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (a value's own methods may do anything)
        return worded(error, f"cannot be looked at: {error_told(error)}")
