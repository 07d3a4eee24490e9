"""What became of a test, from pytest's reports: an outcome of the suite's own, in one line."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from concbench.measure.failures import outcome
from concbench.outcomes import CellOutcome
from concbench.serving.channel import Message
from concbench.words import cut

ASSERTION = ("AssertionError", "assert ")

COLOURS = re.compile(r"\x1b\[[\d;]*m")
"""What pytest puts around words where ``FORCE_COLOR`` is set, though nobody sees them in a terminal."""


def outcome_of_test(reports: Iterable[Any]) -> Message | None:
    """Return the outcome of a test that failed or was skipped; None for one that passed.

    One whose assertion fails is ``invalid``, any other that fails has ``crashed``, and one that was skipped,
    or is expected to fail, is ``unavailable``.
    """
    told = list(reports)
    failed = next((report for report in told if report.failed), None)
    if failed is not None:
        words = words_of(failed.longrepr)
        wrong = failed.when == "call" and any(one in words for one in ASSERTION)
        found = CellOutcome.INVALID if wrong else CellOutcome.CRASHED
        return outcome(found.value, words) | {"last_words": cut(_plain(failed.longrepr), 4000)}
    own = [report for report in told if not hasattr(report, "context")]  # which those of subtests have
    skipped = next((report for report in own if report.skipped), None)
    return outcome(CellOutcome.UNAVAILABLE.value, _why_skipped(skipped)) if skipped else None


def outcome_of_raised(raised: Message, found: Message | None) -> Message:
    """Return the outcome of a test of which a call has ``raised``; ``found`` is what became of the test.

    Where the test expects that there is no figure, and nothing wrong.
    """
    if found is None:
        return outcome(CellOutcome.UNAVAILABLE.value, f"it expects what it times to fail: {raised['reason']}")
    assertion = found["outcome"] == CellOutcome.INVALID and raised["outcome"] == CellOutcome.CRASHED
    return found if assertion or found["outcome"] == CellOutcome.UNAVAILABLE else raised


def words_of(longrepr: Any) -> str:
    """Return where and why something failed, in a line: ``tests/test_a.py:12: ValueError: no``."""
    crash = getattr(longrepr, "reprcrash", None)
    if crash is None:
        return cut(words_in(str(longrepr)), 500)
    message = str(crash.message).splitlines()
    return cut(f"{_within(str(crash.path))}:{crash.lineno}: {message[0] if message else 'failed'}", 500)


IN_LINE = re.compile(
    r"^(?:E +File \"(?P<file>.+)\", line (?P<line>\d+)|(?P<path>\S.*):(?P<number>\d+): in )", re.MULTILINE
)
"""How pytest names the lines that led to an error while it collected, and Python the line of bad syntax."""


def words_in(text: str) -> str:
    """Return where and why something failed that is told as text: the last line named, and the error."""
    text = _plain(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    errors = errors or [line.partition("error: ")[2] for line in lines if ": error: " in line]
    words = errors[-1] if errors else lines[-1] if lines else "it failed, and does not say why"
    places = list(IN_LINE.finditer(text))
    if not places:
        return words
    last = places[-1]
    return f"{_within(last['file'] or last['path'])}:{last['line'] or last['number']}: {words}"


def _plain(text: object) -> str:
    """Return a text without its colours."""
    return COLOURS.sub("", str(text))


def _within(path: str) -> str:
    """Return a path as it lies in the current folder, if it does: that is the side's."""
    try:
        return path.removeprefix(f"{Path.cwd()}{os.sep}")
    except OSError:  # a test may have left the process in a folder that is gone
        return path


def _why_skipped(report: Any) -> str:
    if hasattr(report, "wasxfail"):
        return f"it is expected to fail{f': {report.wasxfail}' if report.wasxfail else ''}"
    reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
    return f"it was skipped: {str(reason).removeprefix('Skipped: ')}"
