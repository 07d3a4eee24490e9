"""Descriptions: what an informant may say of a plug-in, in tables, and what is wrong with what is none.

A plug-in runs in the process that tells of it, and may write where that one answers. So what is told is held
against these tables before anything is made of it: first its form, then, with the parameters that a workload
was said to have, every set of parameters.
"""

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from concbench.measure.plugin_trial import promised_to
from concbench.metrics import METRICS, UNITS
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

KINDS = ("int", "float", "str")


def _name(value: object) -> str | None:
    return None if wrong_name(value) is None else unlike(value, "a name that may stand in tables")


def _identifier(value: object) -> str | None:
    fits = type(value) is str and value.isidentifier() and not iskeyword(value)
    return None if fits else unlike(value, "a name that Python takes")


def _anything(_value: object) -> str | None:
    return None


TRAITS = only(
    {
        "runs_on": one_of(*RUNS_ON),
        "polls": truth,
        "pinnable": truth,
        "reuses": truth,
        "workers": nullable(positive),
    }
)
MODEL = only(
    {
        "name": _name,
        "dialect": one_of(*DIALECTS),
        "summary": writable,
        "cost": writable,
        "source": writable,
        "traits": TRAITS,
        "lends": nullable(list_of(one_of(*Capability))),
    }
)
PARAMETER = only({"name": _identifier, "kind": one_of(*KINDS)}, {"default": parameter})
QUESTION = only(
    {"title": writable, "metric": one_of(*METRICS), "goal": writable, "price": writable, "axis": writable,
     "many": truth, "bound": finite, "rank": finite, "tells": one_of("punctual", "cheap", "")}
)  # fmt: skip
VERSION = only({"reason": nullable(writable), "needs": list_of(one_of(*Capability))})
WORKLOAD = only(
    {
        "name": _name,
        "version": writable,
        "summary": writable,
        "reading": writable,
        "doubled": nullable(writable),
        "needs_own_slice": truth,
        "unit": nullable(one_of(*UNITS)),
        "versions": each_value(VERSION, key=writable),
        "questions": list_of(QUESTION),
        "lanes": _anything,
        "parameters": list_of(PARAMETER),
        "meaning": writable,
        "points": _anything,
        "smallest": _anything,
        "brief": _anything,
    }
)
PROMISE = only({"tasks": positive, "overlap": count, "exact": truth, "gathered": nullable(count)})

DESCRIPTION = only({"models": list_of(MODEL), "workloads": list_of(WORKLOAD), "source": writable})
ABOUT = only({"unavailable": nullable(writable), "version": nullable(writable)})
ERROR = only({"error": writable})
REFUSAL = only({"refused": writable})


def complaint_about_description(said: object) -> str | None:
    """Return what is wrong with what was said of a plug-in when it had been imported, or None."""
    complaint = DESCRIPTION(said)
    if complaint is None:
        assert isinstance(said, dict)  # noqa: S101  (it is of that form)
        complaint = next(filter(None, map(_wrong_sets, said["workloads"])), None)
    return complaint


def complaint_about_answer(what: str, said: object, workload: Message | None) -> str | None:
    """Return what is wrong with the answer to a question, or None.

    ``workload`` is the description of the one that was asked about, None where it was a model.
    """
    if workload is None:
        return ABOUT(said) or _says_neither(said)
    facts = _facts_of(workload)
    if what == "facts":
        return REFUSAL(said) if isinstance(said, dict) and "refused" in said else facts(said)
    return only({"sets": list_of(facts, least=1 if what == "small" else 0)})(said)


def _says_neither(about: Any) -> str | None:
    known = about["version"] is not None or about["unavailable"] is not None
    return None if known else " has neither a version nor a reason why there is none"


def _wrong_sets(workload: Message) -> str | None:
    """Return what is wrong with the sets of parameters that a workload is described with, or None."""
    facts = _facts_of(workload)
    points = only(dict.fromkeys(PRESETS, list_of(facts, least=1)))
    lanes = _facts_of(workload, {"reading": writable, "kept": truth})
    names = [one["name"] for one in workload["parameters"]]
    sets: Mapping[str, Validator] = {
        "points": points,
        "smallest": facts,
        "brief": nullable(facts),
        "lanes": nullable(lanes),
        "doubled": nullable(one_of(*names)),
    }
    twice = len(set(names)) != len(names)
    wrong = ".parameters have not names of their own" if twice else object_of(sets)(workload)
    return wrong and f".workloads[{workload['name']!r}]{wrong}"


def _facts_of(workload: Message, more: Mapping[str, Validator] | None = None) -> Validator:
    """Return the check of one set of a workload's parameters and what holds with them."""
    versions = workload["versions"]
    expressed = [name for name, version in versions.items() if version["reason"] is None]
    names = [one["name"] for one in workload["parameters"]]
    return only(
        {
            "params": only(dict.fromkeys(names, parameter)),
            "floor": seconds,
            "promises": only(dict.fromkeys(promised_to(expressed), PROMISE)),
            **(more or {}),
        }
    )
