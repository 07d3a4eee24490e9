"""Outcomes: their spelling, which stands in run files for good, and what follows from each."""

import json

import pytest

from concbench.outcomes import CANNOT, FAILURES, IN_DOUBT, OUTCOMES, CellOutcome

pytestmark = pytest.mark.measured_side


def test_those_of_run_files_are_spelled_as_ever() -> None:
    assert OUTCOMES == ("invalid", "not-expressible", "unavailable", "exhausted", "timeout", "crashed")
    assert json.dumps(list(CellOutcome)[:3]) == '["ok", "not measured", "invalid"]'


def test_what_a_file_or_worker_says_is_found_as_plain_text() -> None:
    assert {"invalid", "timeout", "crashed"} == FAILURES
    assert "".join(["cra", "shed"]) in FAILURES
    assert CellOutcome("timeout") is CellOutcome.TIMEOUT


def test_after_what_was_run_and_has_no_figures_a_worker_is_not_asked_again() -> None:
    assert {"exhausted"} | FAILURES == IN_DOUBT
    assert set(OUTCOMES) == IN_DOUBT | CANNOT
    assert not IN_DOUBT & CANNOT
