"""Answers: what a worker may say, in one table, and what is wrong with an answer that is none.

Models and workloads run in the process that answers, so an answer is held against this table before anything
is made of it: the keys that its kind has and no others, of the right types, finite and bounded, and in
agreement with the request. What does not hold is that worker's crash, and costs no other one anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from concbench.measure.counters import Counters
from concbench.measure.recorded import records
from concbench.metrics import UNITS
from concbench.outcomes import OUTCOMES
from concbench.validators import (
    Validator,
    count,
    each_value,
    list_of,
    nullable,
    one_of,
    only,
    ordinal,
    positive,
    seconds,
    stretch,
    truth,
    unlike,
    writable,
)

Message: TypeAlias = dict[str, Any]

CHECKS = each_value(nullable(writable), key=writable)
USED: Mapping[str, Validator] = {"wall_ns": positive, **dict.fromkeys(Counters._fields, count)}
COUNTED: Mapping[str, Validator] = {"tasks": count, "suspensions": count}
WITNESSED = only({**COUNTED, "tasks": positive}, {"counts": only({}, dict.fromkeys(UNITS, count))})
SEEN: Mapping[str, Validator] = {"checks": CHECKS, **COUNTED}
LEG = only({"leg": one_of("single", "short", "long"), "number": positive, **USED})
LANE = only(
    {
        "task": ordinal,
        "resumes": count,
        "start_ns": count,
        "end_ns": count,
        "running": list_of(stretch, least=1),
    }
)

TEST = only({"name": writable, "file": writable, "fixture": writable})
UNCOLLECTED = only({"file": writable, "reason": writable})
TRIED: Mapping[str, Validator] = {
    "once_ns": positive,
    "whole_ns": positive,
    "around_ns": count,
    "most": nullable(positive),
    "sample": positive,
    "surrounded": truth,
    "tasks": positive,
    "alone": truth,
    "tried_ns": count,
}
"""What a driver is told of a benchmark of a project's own, once it was tried."""


def in_digits(value: object) -> str | None:
    """Take a number that is a key of an object, as JSON has them."""
    fits = type(value) is str and value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS
    return None if fits else unlike(value, "a number in digits")


MOST_DIGITS = 20
"""As many as 64 bits have."""

CODE = only({"file": writable, "name": writable, "line": count})

LEFT_OPEN: Mapping[str, Validator] = {"doubts": list_of(writable), "exact": truth, "units": nullable(count)}
OUTCOME = only(
    {"outcome": one_of(*OUTCOMES), "reason": writable},
    {"at": nullable(count), "last_words": nullable(writable), "checks": CHECKS, **LEFT_OPEN},
)

ANSWERS: Mapping[str, Validator] = {
    "greeting": only(
        {"pid": positive, "python": writable, "unavailable": nullable(writable)},
        {"dialect": writable, "version": writable},
    ),
    "open": only({"open_ns": count, "gil": truth}),
    "close": only({"close_ns": count}),
    "calibrate": only({"calibration_ns": list_of(positive, least=1)}),
    "witness": only(
        {
            "legs": list_of(WITNESSED, least=1),
            "peak_live": count,
            "checks": CHECKS,
            "number": positive,
            "once_ns": positive,
            "workload_version": writable,
            "estimate_ns": count,
        }
    ),
    "verify": only({**SEEN, **LEFT_OPEN}),
    "look": only(SEEN),
    "turn": only(
        {
            "legs": list_of(LEG, least=1),
            "first": one_of("single", "short", "long"),
            "calibration_ns": positive,
            "records": records,
        }
    ),
    "warm": only({"runs": count}),
    "slice": only({**USED, "records": records}),
    "once": only({"figures": only(USED), "results": count, "records": records}),
    "weigh": only(
        {
            "tasks": positive,
            "baseline_bytes": nullable(count),
            "observed_bytes": nullable(count),
            "peak_bytes": nullable(count),
            "floor_bytes": count,
            "peak_was_reset": truth,
        }
    ),
    "trace": only(
        {
            "span_ns": positive,
            "preempted": count,
            "clock": one_of("wall", "cpu"),
            "lanes": list_of(LANE, least=1),
        }
    ),
    "collect": only(
        {"tests": list_of(TEST), "errors": list_of(UNCOLLECTED), "origins": each_value(writable)},
        {"left_out": each_value(count, key=writable), "addopts": writable},
    ),
    "try": only(TRIED),
    "begin": only({}),
    "end": only({"passed": truth}),
    "step": only({"figures": only(USED), "ticks_ns": list_of(count)}),
    "tick": only({"tick": seconds}),
    "sight": only(
        {
            "threads": each_value(positive, key=in_digits),
            "path": list_of(count, least=1),
            **dict.fromkeys(("code", "previous"), count),
            **dict.fromkeys(("timed", "root"), positive),
        }
    ),
    "ticks": only({}),
    "names": only({"names": each_value(CODE, key=in_digits)}),
    "estimate": only({"once_ns": positive, "pass_ns": positive}),
    "tally": only({"runs": count}),
}
"""What each kind of message is. Those to a request are called as its operation is."""


def complaint_about(kind: str, answer: object, request: Message | None = None) -> str | None:
    """Return what is wrong with an answer of a kind, or None; ``request`` is what it answers."""
    outcome = type(answer) is dict and "outcome" in answer
    complaint = OUTCOME(answer) if outcome else ANSWERS[kind](answer)
    if complaint is not None:
        return wrong(kind, complaint)
    return None if outcome or type(answer) is not dict else _disagreement(kind, answer, request or {})


def wrong(kind: str, complaint: str) -> str:
    """Return what was sent as one of a kind, in words: which it is meant to be, where and how it is wrong."""
    return f"a wrong {kind}: {kind}{complaint}"


def _disagreement(kind: str, answer: Message, request: Message) -> str | None:
    """Return in what an answer of the right form does not fit its request, or itself."""
    found: str | None = None
    match kind:
        case "greeting" if answer["unavailable"] is None:
            lacks = [name for name in ("version", "dialect") if name not in answer]
            found = wrong(kind, f".{lacks[0]} is missing") if lacks else None
        case "calibrate":
            found = _other("readings", len(answer["calibration_ns"]), request.get("count"))
        case "warm":
            found = _other("runs", answer["runs"], request.get("number"))
        case "tally":
            found = _other("runs", answer["runs"], int(request.get("runs", 0)))
        case "witness" if len(answer["legs"]) > len(PAIR):
            found = f"{len(answer['legs'])} legs, not one or two"
        case "trace" if len({lane["task"] for lane in answer["lanes"]}) < len(answer["lanes"]):
            found = "two lanes of one task"
        case "turn":
            legs = answer["legs"]
            found = _wrong_legs(legs, answer["first"], request.get("number"))
            found = found or _other("legs", len(legs), request.get("legs", len(legs)))
    return found


PAIR = ("short", "long")


def _wrong_legs(legs: Sequence[Message], first: str, number: object) -> str | None:
    names = [leg["leg"] for leg in legs]
    if names != ["single"] and sorted(names) != sorted(PAIR):
        return f"the legs {', '.join(names)}, not one single, or a short and a long one"
    if first not in names:
        return f"a first leg {first} that is not among its legs"
    return next(filter(None, (_other("repetitions", leg["number"], number) for leg in legs)), None)


def _other(what: str, said: int, asked: object) -> str | None:
    return None if said == asked else f"{said} {what} where {asked} were asked for"
