"""What became of a test, in one line, from what pytest says of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.failures import outcome
from concbench.serving.tests.reports import outcome_of_raised, outcome_of_test, words_in

RED, END = "\x1b[1m\x1b[31m", "\x1b[0m"
MISSING = "ERROR: file or directory not found: nowhere"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"\x1b[31m{MISSING}\n{END}\n", MISSING),
        (
            f"{RED}benchmarks/test_b.py{END}:1: in <module>\n    \x1b[94mimport{END} no_such\n"
            f"{RED}E   ModuleNotFoundError: No module named 'no_such'{END}",
            "benchmarks/test_b.py:1: ModuleNotFoundError: No module named 'no_such'",
        ),
    ],
    ids=["usage", "collected"],
)  # fmt: skip
def test_colours_are_in_no_reason(text: str, words: str) -> None:
    assert words_in(text) == words


def report(what: str, when: str = "call", **about: Any) -> SimpleNamespace:
    """Return a report of pytest's."""
    of = {one: one == what for one in ("passed", "failed", "skipped")}
    return SimpleNamespace(when=when, longrepr=("a.py", 1, "Skipped: not here"), **of, **about)


def test_a_subtest_that_is_skipped_does_not_skip_its_test() -> None:
    skipped = report("skipped", context="of a subtest")
    assert outcome_of_test([report("passed", "setup"), skipped, report("passed")]) is None
    assert outcome_of_test([report("skipped")]) == outcome("unavailable", "it was skipped: not here")


RAISED = outcome("crashed", "ValueError: no, in f at a.py:3")
KNOWN = outcome("unavailable", "it is expected to fail")
WRONG = outcome("invalid", "a.py:3: assert 1 == 2")
FULL = outcome("exhausted", "out of memory")


@pytest.mark.parametrize(
    ("raised", "found", "told"),
    [
        (RAISED, None, outcome("unavailable", f"it expects what it times to fail: {RAISED['reason']}")),
        (RAISED, KNOWN, KNOWN),
        (RAISED, WRONG, WRONG),
        (RAISED, outcome("crashed", "a.py:3: ValueError: no"), RAISED),
        (FULL, outcome("crashed", "a.py:3: MemoryError"), FULL),
    ],
    ids=["passes", "expected", "assertion", "error", "exhausted"],
)  # fmt: skip
def test_what_a_call_raises_is_wrong_where_its_test_does_not_expect_it(
    raised: Any, found: Any, told: Any
) -> None:
    assert outcome_of_raised(raised, found) == told
