"""Descriptions: what an informant may say of a plug-in, in tables, and what is wrong with what is none.

A plug-in runs in the process that tells of it, and may write where that one answers. So what is told is held
against these tables before anything is made of it: first its form, then, with the parameters that a workload
was said to have, every set of parameters.
"""

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from concbench.measure.kinds import (
    Check,
    by_name,
    count,
    finite,
    keyed,
    list_of,
    nullable,
    number,
    one_of,
    positive,
    scalar,
    text,
    truth,
)
from concbench.measure.plugin_trial import promised_to
from concbench.metrics import METRICS, UNITS
from concbench.models.base import DIALECTS
from concbench.models.capabilities import Capability
from concbench.traits import RUNS_ON
from concbench.workloads.base import PRESETS
from concbench.workloads.names import wrong_name

Message = dict[str, Any]

KINDS = ("int", "float", "str")


def _name(value: object) -> str | None:
    return None if wrong_name(value) is None else "a name that may stand in tables"


def _identifier(value: object) -> str | None:
    fits = type(value) is str and value.isidentifier() and not iskeyword(value)
    return None if fits else "a name that Python takes"


def _anything(_value: object) -> str | None:
    return None


TRAITS = keyed(
    {
        "runs_on": one_of(*RUNS_ON),
        "polls": truth,
        "pinnable": truth,
        "reuses": truth,
        "workers": nullable(positive),
    }
)
MODEL = keyed(
    {
        "name": _name,
        "dialect": one_of(*DIALECTS),
        "summary": text,
        "cost": text,
        "source": text,
        "traits": TRAITS,
        "lends": nullable(list_of(one_of(*Capability))),
    }
)
PARAMETER = keyed({"name": _identifier, "kind": one_of(*KINDS)}, {"default": scalar})
QUESTION = keyed(
    {"title": text, "metric": one_of(*METRICS), "goal": text, "price": text, "axis": text, "many": truth,
     "bound": number, "rank": number, "tells": one_of("punctual", "cheap", "")}
)  # fmt: skip
VERSION = keyed({"reason": nullable(text), "needs": list_of(one_of(*Capability))})
WORKLOAD = keyed(
    {
        "name": _name,
        "version": text,
        "summary": text,
        "reading": text,
        "doubled": nullable(text),
        "needs_own_slice": truth,
        "unit": one_of(*UNITS),
        "versions": by_name(VERSION),
        "questions": list_of(QUESTION),
        "lanes": _anything,
        "parameters": list_of(PARAMETER),
        "meaning": text,
        "points": _anything,
        "smallest": _anything,
        "brief": _anything,
    }
)
PROMISE = keyed({"tasks": positive, "overlap": count, "exact": truth, "gathered": nullable(count)})

DESCRIPTION = keyed({"models": list_of(MODEL), "workloads": list_of(WORKLOAD), "source": text})
ABOUT = keyed({"unavailable": nullable(text), "version": nullable(text)})
ERROR = keyed({"error": text})
REFUSAL = keyed({"refused": text})


def complaint_about_description(said: object) -> str | None:
    """Return what is wrong with what was said of a plug-in when it had been imported, or None."""
    wanted = DESCRIPTION(said)
    if wanted is None:
        assert isinstance(said, dict)  # noqa: S101  (it is of that form)
        wanted = next(filter(None, map(_wrong_sets, said["workloads"])), None)
    return wanted


def complaint_about_answer(what: str, said: object, workload: Message | None) -> str | None:
    """Return what is wrong with the answer to a question, or None.

    ``workload`` is the description of the one that was asked about, None where it was a model.
    """
    if workload is None:
        return ABOUT(said) or _says_neither(said)
    facts = _facts_of(workload)
    if what == "facts":
        return REFUSAL(said) if isinstance(said, dict) and "refused" in said else facts(said)
    return keyed({"sets": list_of(facts, least=1 if what == "small" else 0)})(said)


def _says_neither(about: Any) -> str | None:
    known = about["version"] is not None or about["unavailable"] is not None
    return None if known else "an object with a version, or why there is none"


def _wrong_sets(workload: Message) -> str | None:
    """Return what the sets of parameters that a workload is described with should have been, or None."""
    facts = _facts_of(workload)
    points = keyed(dict.fromkeys(PRESETS, list_of(facts, least=1)))
    lanes = _facts_of(workload, {"reading": text, "kept": truth})
    sets: Mapping[str, Check] = {
        "points": points,
        "smallest": facts,
        "brief": nullable(facts),
        "lanes": nullable(lanes),
    }
    names = [one["name"] for one in workload["parameters"]]
    if len(set(names)) != len(names):
        return f"a workload {workload['name']} whose parameters have names of their own"
    if workload["doubled"] is not None and workload["doubled"] not in names:
        return f"a workload {workload['name']} whose doubled is one of its parameters"
    wrong = keyed(sets)({name: workload[name] for name in sets})
    return wrong and f"a workload {workload['name']}: {wrong}"


def _facts_of(workload: Message, more: Mapping[str, Check] | None = None) -> Check:
    """Return the check of one set of a workload's parameters and what holds with them."""
    versions = workload["versions"]
    expressed = [name for name, version in versions.items() if version["reason"] is None]
    names = [one["name"] for one in workload["parameters"]]
    return keyed(
        {
            "params": keyed(dict.fromkeys(names, scalar)),
            "floor": finite,
            "promises": keyed(dict.fromkeys(promised_to(expressed), PROMISE)),
            **(more or {}),
        }
    )
