"""Exceptions out of models and workloads, and the outcomes that they stand for."""

import errno
import sys
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from concbench.measure.failures import members, outcome_of
from concbench.measure.salting import Unusable, wrong_with
from concbench.models.base import Exhausted
from concbench.workloads.base import NotExpressible
from concbench.workloads.basics import spawn

pytestmark = pytest.mark.measured_side


def fail(error: Exception) -> NoReturn:
    raise error


def raised(error: Exception) -> Exception:
    try:
        fail(error)
    except Exception as caught:  # noqa: BLE001  (any error is given to it)
        return caught


@pytest.mark.parametrize(
    ("error", "outcome", "reason", "at"),
    [
        (NotExpressible("no stack to suspend"), "not-expressible", "no stack to suspend", None),
        (Exhausted("can't start new thread", at=22_000), "exhausted", "can't start new thread", 22_000),
        (
            RecursionError("maximum recursion depth exceeded"),
            "exhausted",
            f"the recursion limit of {sys.getrecursionlimit()} frames",
            sys.getrecursionlimit(),
        ),
        (
            RuntimeError("can't start new thread"),
            "exhausted",
            "the system gives no more threads (ulimit -u): can't start new thread",
            None,
        ),
        (MemoryError(), "exhausted", "out of memory", None),
        (OSError(errno.EMFILE, "Too many open files"), "exhausted", "[Errno 24] Too many open files", None),
        (
            OSError(errno.EADDRNOTAVAIL, "no port is free"),
            "exhausted",
            f"[Errno {errno.EADDRNOTAVAIL}] no port is free",
            None,
        ),
        (
            OSError(errno.EADDRINUSE, "all are taken"),
            "exhausted",
            f"[Errno {errno.EADDRINUSE}] all are taken",
            None,
        ),
    ],
)
def test_what_is_known_has_an_outcome_of_its_own(
    error: Exception, outcome: str, reason: str, at: int | None
) -> None:
    expected = {"outcome": outcome, "reason": reason, "at": at}
    assert outcome_of(raised(error)) == expected
    nested = ExceptionGroup("a task failed", [ValueError("first"), ExceptionGroup("inner", [error])])
    assert outcome_of(raised(nested)) == expected


def test_why_the_system_refused_is_found_behind_a_library_s_own_words() -> None:
    behind = OSError(errno.EADDRNOTAVAIL, "no port is free")
    said = OSError("all attempts to connect failed")
    said.__cause__ = ExceptionGroup("attempts", [behind])
    assert outcome_of(raised(ExceptionGroup("a task failed", [said])))["outcome"] == "exhausted"
    said.__cause__ = said
    assert outcome_of(raised(said))["outcome"] == "crashed"


def test_anything_else_is_a_crash_with_its_traceback() -> None:
    outcome = outcome_of(raised(ZeroDivisionError("division by zero")))
    line = fail.__code__.co_firstlineno + 1
    reason = f"ZeroDivisionError: division by zero, in fail at test_failures.py:{line}"
    assert (outcome["outcome"], outcome["reason"]) == ("crashed", reason)
    assert "test_failures.py" in outcome["last_words"]
    assert outcome["at"] is None


@pytest.mark.parametrize("at", ["many", -1, True, None, 1.5, 1 << 80])
def test_being_exhausted_at_what_is_no_count_is_a_crash(at: Any) -> None:
    outcome = outcome_of(raised(Exhausted("no more threads", at)))
    assert (outcome["outcome"], outcome["at"]) == ("crashed", None)
    assert outcome["reason"].startswith(f"Exhausted: no more threads (at={at!r} where ")


def test_an_error_that_cannot_say_what_it_is_is_a_crash() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise LookupError("no words")

        __repr__ = __str__

    assert outcome_of(Mute())["reason"] == "Mute: (its words cannot be had: LookupError)"
    assert "(at=a Mute where " in outcome_of(Exhausted("no more", Mute()))["reason"]  # type: ignore[arg-type]


class Nameless(NotExpressible):
    def __str__(self) -> str:
        raise LookupError("no words")

    @property
    def reason(self) -> str:
        raise LookupError("no words")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NotExpressible(), "no reason given"),
        (NotExpressible(7), "7"),
        (Nameless(), "(its words cannot be had: LookupError)"),
    ],
)
def test_what_cannot_be_expressed_for_no_reason_is_still_that(error: Exception, reason: str) -> None:
    assert outcome_of(raised(error)) == {"outcome": "not-expressible", "reason": reason, "at": None}


def test_a_reason_that_fills_pages_is_cut() -> None:
    reason = outcome_of(raised(NotExpressible("x" * 100_000)))["reason"]
    assert len(reason) < 3000
    assert reason.endswith("…")


def test_a_group_of_unknown_errors_is_named_by_its_first() -> None:
    group = ExceptionGroup("two failed", [ValueError("first"), TypeError("second")])
    outcome = outcome_of(raised(group))
    assert (outcome["outcome"], outcome["reason"]) == ("crashed", "ValueError: first")  # it was never raised
    assert "second" in outcome["last_words"]


def test_a_file_that_is_missing_is_no_exhaustion() -> None:
    assert outcome_of(raised(FileNotFoundError(errno.ENOENT, "No such file")))["outcome"] == "crashed"


def test_last_words_are_the_end_of_a_long_traceback() -> None:
    words = outcome_of(raised(ValueError("x" * 10_000 + " the end")))["last_words"]
    assert len(words) <= 4000
    assert words.endswith("the end\n")


def test_members_are_those_of_all_nested_groups() -> None:
    one, two, three = ValueError("1"), KeyError("2"), OSError("3")
    assert list(members(ExceptionGroup("a", [one, ExceptionGroup("b", [two, three])]))) == [one, two, three]
    assert list(members(one)) == [one]


def test_a_long_reason_still_names_the_line_that_raised_it() -> None:
    assert "…, in fail at test_failures.py:" in outcome_of(raised(ValueError("x" * 10_000)))["reason"]


def test_what_a_judge_raises_is_told_to_be_the_judges() -> None:
    workload = replace(spawn.WORKLOAD, judge=lambda _results, _params, _salt: fail(KeyError("x")))
    with pytest.raises(Unusable) as caught:
        wrong_with(workload, [], spawn.Params(2))
    outcome = outcome_of(caught.value)
    assert outcome["outcome"] == "crashed"
    assert outcome["reason"].startswith("judge of spawn raised KeyError: 'x', in fail at test_failures.py:")


def test_a_judge_cannot_say_that_a_workload_is_not_expressible() -> None:
    workload = replace(spawn.WORKLOAD, judge=lambda _results, _params, _salt: fail(NotExpressible("no")))
    with pytest.raises(Unusable) as caught:
        wrong_with(workload, [], spawn.Params(2))
    assert outcome_of(caught.value)["outcome"] == "crashed"
