"""Answers: what a worker may say, in one table, and what is wrong with an answer that is none.

Models and workloads run in the process that answers, so an answer is held against this table before anything
is made of it: the keys that its kind has and no others, of the right types, finite and bounded, and in
agreement with the request. What does not hold is that worker's crash, and costs no other one anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from concbench.measure.counters import Counters
from concbench.measure.kinds import (
    Check,
    by_name,
    count,
    finite,
    keyed,
    list_of,
    nullable,
    one_of,
    positive,
    stretch,
    text,
    truth,
)
from concbench.measure.recorded import record
from concbench.metrics import UNITS
from concbench.outcomes import OUTCOMES

Message: TypeAlias = dict[str, Any]

CHECKS = by_name(nullable(text))
RECORDS = by_name(record)
USED: Mapping[str, Check] = {"wall_ns": positive, **dict.fromkeys(Counters._fields, count)}
COUNTED: Mapping[str, Check] = {"tasks": count, "suspensions": count}
WITNESSED = keyed(COUNTED, {"counts": keyed({}, dict.fromkeys(UNITS, count))})
SEEN: Mapping[str, Check] = {"checks": CHECKS, **COUNTED}
LEG = keyed({"leg": one_of("single", "short", "long"), "number": positive, **USED})
LANE = keyed(
    {
        "task": count,
        "resumes": count,
        "start_ns": count,
        "end_ns": count,
        "running": list_of(stretch, least=1),
    }
)

LEFT_OPEN: Mapping[str, Check] = {"doubts": list_of(text), "exact": truth}
OUTCOME = keyed(
    {"outcome": one_of(*OUTCOMES), "reason": text},
    {"at": nullable(count), "last_words": nullable(text), "checks": CHECKS, **LEFT_OPEN},
)

ANSWERS: Mapping[str, Check] = {
    "greeting": keyed(
        {"pid": positive, "python": text, "unavailable": nullable(text)},
        {"dialect": text, "version": text},
    ),
    "open": keyed({"open_ns": count, "gil": truth}),
    "close": keyed({"close_ns": count}),
    "calibrate": keyed({"calibration_ns": list_of(positive, least=1)}),
    "witness": keyed(
        {
            "legs": list_of(WITNESSED, least=1),
            "peak_live": count,
            "checks": CHECKS,
            "number": positive,
            "once_ns": positive,
            "workload_version": text,
            "estimate_ns": count,
        }
    ),
    "verify": keyed({**SEEN, **LEFT_OPEN}),
    "look": keyed(SEEN),
    "turn": keyed(
        {
            "legs": list_of(LEG, least=1),
            "first": one_of("single", "short", "long"),
            "calibration_ns": positive,
            "records": RECORDS,
        }
    ),
    "warm": keyed({"runs": count}),
    "slice": keyed({**USED, "records": RECORDS}),
    "once": keyed({"figures": keyed(USED), "results": count, "records": RECORDS}),
    "weigh": keyed(
        {
            "tasks": positive,
            "baseline_bytes": nullable(count),
            "observed_bytes": nullable(count),
            "peak_bytes": nullable(count),
            "floor_bytes": count,
            "peak_was_reset": truth,
        }
    ),
    "trace": keyed({"span_ns": count, "lanes": list_of(LANE, least=1)}),
    "step": keyed({"figures": keyed(USED), "ticks_ns": list_of(count)}),
    "tick": keyed({"tick": finite}),
    "estimate": keyed({"once_ns": positive, "pass_ns": positive}),
    "tally": keyed({"runs": count}),
}
"""What each kind of message is. Those to a request are called as its operation is."""


def complaint_about(kind: str, answer: object, request: Message | None = None) -> str | None:
    """Return what is wrong with an answer of a kind, or None; ``request`` is what it answers."""
    outcome = type(answer) is dict and "outcome" in answer
    wanted = OUTCOME(answer) if outcome else ANSWERS[kind](answer)
    if wanted is not None:
        return f"as {kind} what is not {wanted}"
    return None if outcome or type(answer) is not dict else _disagreement(kind, answer, request or {})


def _disagreement(kind: str, answer: Message, request: Message) -> str | None:
    """Return in what an answer of the right form does not fit its request, or itself."""
    wrong: str | None = None
    match kind:
        case "greeting" if answer["unavailable"] is None:
            lacks = [name for name in ("version", "dialect") if name not in answer]
            wrong = f"as {kind} what has no {lacks[0]}" if lacks else None
        case "calibrate":
            wrong = _other("readings", len(answer["calibration_ns"]), request.get("count"))
        case "warm":
            wrong = _other("runs", answer["runs"], request.get("number"))
        case "tally":
            wrong = _other("runs", answer["runs"], int(request.get("runs", 0)))
        case "witness" if len(answer["legs"]) > len(PAIR):
            wrong = f"{len(answer['legs'])} legs, not one or two"
        case "turn":
            wrong = _wrong_legs(answer["legs"], answer["first"], request.get("number"))
    return wrong


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
