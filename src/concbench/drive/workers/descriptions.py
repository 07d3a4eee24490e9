"""Descriptions: what an informant may say of a plug-in, in tables, and what is wrong with what is none.

A plug-in runs in the process that tells of it, and may write where that one answers. So what is told is held
against these tables before anything is made of it: first its form, then, with the parameters that a workload
was said to have, every set of parameters.
"""

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from concbench.families import FAMILIES, LOAD_FAMILIES
from concbench.measure.plugin_trial import KINDS, promised_to
from concbench.metrics import UNITS, names_for
from concbench.models.base import DIALECTS
from concbench.models.capabilities import Capability
from concbench.traits import RUNS_ON
from concbench.validators import (
    Validator,
    count,
    each_value,
    finite,
    list_of,
    nullable,
    object_of,
    one_of,
    only,
    parameter,
    positive,
    seconds,
    truth,
    unlike,
    writable,
)
from concbench.workloads.base import PRESETS
from concbench.workloads.names import wrong_name

Message = dict[str, Any]


def _name(value: object) -> str | None:
    return None if wrong_name(value) is None else unlike(value, "a name that may stand in tables")


def _identifier(value: object) -> str | None:
    fits = type(value) is str and value.isidentifier() and not iskeyword(value)
    return None if fits else unlike(value, "a name that Python takes")


def _version(value: object) -> str | None:
    """Take the reason why there is none, or what it needs."""
    return writable(value) if type(value) is str else NEEDS(value)


NEEDS = list_of(one_of(*Capability))
TRAITS = {"runs_on": one_of(*RUNS_ON), "polls": truth, "pinnable": truth, "reuses": truth, "patches": truth}
MODEL = only(
    {
        "name": _name,
        "dialect": one_of(*DIALECTS),
        **dict.fromkeys(("summary", "cost", "source"), writable),
        "traits": only({**TRAITS, "workers": nullable(positive)}),
        "lends": nullable(NEEDS),
        "family": nullable(one_of(*FAMILIES)),
        "sized": truth,
    }
)
PARAMETER = only({"name": _identifier, "kind": one_of(*KINDS)}, {"default": parameter})
QUESTION = only(
    {"title": writable, "metric": one_of(*names_for("table")), "goal": writable, "price": writable,
     "axis": writable, "many": truth, "bound": finite, "where": writable, "rank": finite,
     "tells": one_of("punctual", "cheap", "")},
    {"pools": truth, "each": writable},
)  # fmt: skip
WORKLOAD: Mapping[str, Validator] = {
    "name": _name,
    **dict.fromkeys(("version", "summary", "reading", "meaning"), writable),
    "needs_own_slice": truth,
    "unit": nullable(one_of(*UNITS)),
    "family": one_of(*LOAD_FAMILIES),
    "units": each_value(writable, key=writable),
    "versions": each_value(_version, key=writable),
    "questions": list_of(QUESTION),
    "lanes": list_of(only({"reading": writable, "kept": truth})),
    "parameters": list_of(PARAMETER),
}
"""What is told of a workload, but for what depends on the parameters that it is said to have."""
PROMISE = only({"tasks": positive, "overlap": count, "exact": truth, "gathered": nullable(count)})

DESCRIPTION = only({"models": list_of(MODEL), "workloads": list_of(object_of(WORKLOAD))})
ABOUT = only({"unavailable": nullable(writable), "version": nullable(writable)})
ERROR = only({"error": writable})
REFUSAL = only({"refused": writable})


def complaint_about_description(said: Any) -> str | None:
    """Return what is wrong with what was said of a plug-in when it had been imported, or None."""
    return DESCRIPTION(said) or next(filter(None, map(_wrong_sets, said["workloads"])), None)


def complaint_about_answer(what: str, said: Any, workload: Message | None = None) -> str | None:
    """Return what is wrong with the answer to a question, or None.

    A model with a number of workers is told as models are described. ``workload`` is the description of the
    one that was asked about, None where it was a model.
    """
    if what == "sized":
        return REFUSAL(said) if isinstance(said, dict) and "refused" in said else MODEL(said)
    if workload is None:
        return ABOUT(said) or (NEITHER if said["version"] is said["unavailable"] is None else None)
    if what == "facts" and isinstance(said, dict) and "refused" in said:
        return REFUSAL(said)
    return only({"sets": list_of(_facts_of(workload), least=int(what != "memory_points"))})(said)


NEITHER = " has neither a version nor a reason why there is none"


def _wrong_sets(workload: Message) -> str | None:
    """Return what is wrong with the sets of parameters that a workload is described with, or None."""
    facts, names = _facts_of(workload), [one["name"] for one in workload["parameters"]]
    needed = dict.fromkeys((*PRESETS, "smallest"), list_of(facts, least=1))
    sets = only({**needed, "brief": list_of(facts), "lanes": list_of(facts)})
    held = only({**WORKLOAD, "doubled": nullable(one_of(*names)), "sets": sets})
    twice = len(set(names)) != len(names)
    wrong = ".parameters have not names of their own" if twice else held(workload)
    return wrong and f".workloads[{workload['name']!r}]{wrong}"


def _facts_of(workload: Message) -> Validator:
    """Return the check of one set of a workload's parameters, and of what it promises with them."""
    expressed = [name for name, version in workload["versions"].items() if type(version) is list]
    names = [one["name"] for one in workload["parameters"]]
    promises = only(dict.fromkeys(promised_to(expressed), PROMISE))
    return only({"params": only(dict.fromkeys(names, parameter)), "floor": seconds, "promises": promises})
