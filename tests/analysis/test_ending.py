"""What a comparison comes to: what outweighs what, and what of it is a failure."""

from dataclasses import replace
from itertools import product

import pytest

from concbench.analysis.comparison import Comparison, Failed
from concbench.analysis.ending import Ending, FailOn, ending_of, with_caution
from concbench.commands.compare import CODES, exit_code
from tests.report.test_pull_request import LINE, OPEN, SLOWER, comparison

BROKEN = Failed(cell="w/m", workload="w", model="m", side="head", outcome="crashed", reason="gone")
NEW = replace(BROKEN, side="base", outcome="unavailable", reason="base has no such benchmark")
SKIPPED = replace(NEW, cell="w/skipped", reason="needs numpy")
FAIL_ON: tuple[FailOn, ...] = ("unsure", "slower", "never")


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        (comparison(LINE), (0, 0, 0)),
        (comparison(OPEN), (6, 0, 0)),
        (comparison(SLOWER), (1, 1, 0)),
        (comparison(OPEN, SLOWER), (1, 1, 0)),
        (comparison(OPEN, failed=(BROKEN,)), (3, 3, 3)),
        (comparison(SLOWER, failed=(BROKEN,)), (1, 1, 3)),
        (comparison(replace(OPEN, pairs=0)), (4, 4, 4)),
        (comparison(SLOWER, complete=False), (130, 130, 130)),
        (comparison(replace(OPEN, gated=False), LINE), (0, 0, 0)),
        (comparison(failed=(NEW,)), (0, 0, 0)),
        (comparison(failed=(NEW, SKIPPED)), (4, 4, 4)),
        (comparison(failed=(NEW, replace(NEW, side="head", reason="x"))), (4, 4, 4)),
        (comparison(failed=(NEW, BROKEN)), (3, 3, 3)),
    ],
)
def test_each_ending_has_its_exit_code(what: Comparison, codes: tuple[int, ...]) -> None:
    assert tuple(exit_code(replace(what, fail_on=one)) for one in FAIL_ON) == codes


def test_no_two_endings_share_an_exit_code() -> None:
    assert set(CODES) == set(Ending)
    assert len(set(CODES.values())) == len(CODES)


def test_a_stored_run_that_was_stopped_can_be_compared() -> None:
    assert ending_of(comparison(LINE, paired=False, complete=False))[0] is Ending.PASSED


@pytest.mark.parametrize(
    ("fail_on", "told"),
    [
        ("unsure", "1 of the 2 figures that count are undecided, and fail (--fail-on unsure)."),
        (
            "slower",
            "1 of the 2 figures that count are undecided, which fails nothing (--fail-on unsure",
        ),
        (
            "never",
            "1 of the 2 figures that count are undecided, which fails nothing. A longer --budget (it was",
        ),
    ],
)
def test_what_is_undecided_is_told_with_what_that_means_here(fail_on: FailOn, told: str) -> None:
    (caution,) = with_caution(comparison(OPEN, LINE, fail_on=fail_on)).warnings
    assert caution.startswith(told)


def test_what_got_worse_and_passes_is_told_as_that() -> None:
    told = {one: with_caution(comparison(SLOWER, fail_on=one)).warnings for one in FAIL_ON}
    assert told == {"unsure": (), "slower": (), "never": ("1 cell got worse, and passes: --fail-on never",)}


def test_what_head_lacks_and_base_has_is_told_as_what_fails() -> None:
    gone = replace(BROKEN, outcome="unavailable")
    both = (SKIPPED, replace(SKIPPED, side="head"), NEW)
    told = [
        with_caution(comparison(line, failed=failed)).warnings
        for line in (LINE, SLOWER)
        for failed in ((gone, *both[:2]), both, (BROKEN,))
    ]
    words = "1 cell of base is unavailable at head, which fails"
    assert told == [(f"{words} (exit code 3)",), (), (), (f"{words}, too",), (), ()]


def test_every_ending_says_why() -> None:
    for fail_on, lines in product(FAIL_ON, ([LINE], [OPEN], [SLOWER])):
        ending, why = ending_of(comparison(*lines, fail_on=fail_on))
        assert why
        assert ("worse" in why) is (lines == [SLOWER] or ending is Ending.PASSED)
