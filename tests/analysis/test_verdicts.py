"""From verdicts to lines: ratios and differences, words for memory, failures, instructions."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from concbench.analysis.compared import as_plain
from concbench.analysis.comparison import Comparison
from concbench.analysis.stopping import judge_again
from concbench.analysis.verdicts import comparison_of, judged_again
from concbench.commands.compare import exit_code
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK, SLOWER
from concbench.metrics import margins
from concbench.report.blocks import Words
from concbench.report.pull_request import as_markdown
from concbench.report.sections.comparison import comparison_sections
from concbench.report.terminal.comparison import print_comparison
from concbench.results.errors import RunFileError
from tests.report.paired import FLOOR_NS, cell_id, comparison_with, header_of, measured, pair_of, weighed_of
from tests.results.examples import Plain

ONE, TWO = cell_id(1), cell_id(2)


def compared(header: Plain, records: list[Plain]) -> Comparison:
    found = measured(header, records)
    return comparison_of(found, judge_again(found.header, found.records, margins()))


def test_logarithms_become_ratios_and_figures_those_of_a_run() -> None:
    comparison = compared(*comparison_with({ONE: 1.5}))
    (wall, cpu) = comparison.lines
    assert (wall.metric, cpu.metric) == ("wall", "cpu")
    assert wall.low is not None
    assert wall.high is not None
    assert wall.low < 1.5 < wall.high
    assert wall.middle == pytest.approx(1.5, rel=0.01)
    assert wall.base == 1_000_000
    assert wall.head == pytest.approx(1_500_000, rel=0.01)
    assert (wall.verdict, wall.kind, wall.gated, wall.reason) == ("slower", "ratio", True, None)
    assert (comparison.base, comparison.head, comparison.paired) == ("v0", "v1", True)


def test_where_there_is_a_floor_the_rest_is_a_difference_in_ns() -> None:
    header = header_of([(ONE, {"floor_ns": FLOOR_NS})])
    records = [pair_of(header["paired"][0], number, 1.5, FLOOR_NS) for number in range(16)]
    comparison = compared(header, [*records, {"type": "look", "pairs": 16, "open": []}])
    lines = {line.metric: line for line in comparison.lines}
    assert (lines["above"].low, lines["above"].middle, lines["above"].high) == (500_000,) * 3
    assert (lines["above"].verdict, lines["above"].kind) == ("slower", "difference")
    assert lines["lateness"].verdict == "same"


def test_memory_is_more_or_less_and_does_not_gate() -> None:
    header = header_of([(ONE, {"purpose": "memory"}), (TWO, {"purpose": "memory"})])
    records = [
        weighed_of(one, number, extra)
        for number in range(16)
        for one, extra in zip(header["paired"], (200, -200), strict=True)
    ]
    lines = compared(header, [*records, {"type": "look", "pairs": 16, "open": []}]).lines
    assert [(line.verdict, line.middle, line.gated) for line in lines] == [
        ("more", 200.0, False),
        ("less", -200.0, False),
    ]


def outcome_of(cell: str, outcome: str = "crashed") -> Plain:
    about: Plain = {"type": "outcome", "cell": cell, "outcome": outcome, "reason": "gone"}
    return about | {"at": None, "last_words": None, "generation": None, "process": None}


def test_a_cell_that_failed_before_its_first_pair_has_a_reason_and_no_line() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    cells = header["paired"][1]["cells"]
    records = [record for record in records if record.get("cells") != cells]
    comparison = compared(header, [outcome_of(f"{TWO}@head"), *records])
    assert {line.cell for line in comparison.lines} == {ONE}
    (failed,) = comparison.failed
    assert (failed.cell, failed.side, failed.outcome, failed.reason) == (TWO, "head", "crashed", "gone")


def test_a_cell_that_failed_later_keeps_what_its_pairs_said() -> None:
    header, records = comparison_with({ONE: 1.5, TWO: 1.0})
    comparison = compared(header, [*records, outcome_of(f"{ONE}@head")])
    assert [(line.cell, line.verdict, line.pairs) for line in comparison.lines] == [
        (ONE, "slower", 24),
        (ONE, "slower", 24),
        (TWO, "same", 24),
        (TWO, "same", 24),
    ]
    assert [failed.cell for failed in comparison.failed] == [ONE]
    assert exit_code(comparison) == SLOWER


def test_a_cell_with_too_few_pairs_is_unsure_and_says_so() -> None:
    header, records = comparison_with({ONE: 1.0}, pairs=5)
    line = compared(header, records).lines[0]
    assert (line.verdict, line.low, line.high, line.pairs) == ("unsure", None, None, 5)
    assert line.reason is not None
    assert "too few pairs" in line.reason


@pytest.mark.parametrize(
    ("head", "verdict"), [(30_100_000, "same"), (30_200_000, "slower"), (29_800_000, "faster")]
)
def test_instructions_have_a_verdict_of_their_own(head: int, verdict: str) -> None:
    header, records = comparison_with({ONE: 1.0})
    counted = {"type": "counted", "cells": header["paired"][0]["cells"], "number": 2}
    (found,) = compared(header, [*records, {**counted, "instructions": [30_000_000, head]}]).counted
    assert (found.cell, found.verdict, found.gated) == (ONE, verdict, False)
    assert found.ratio == head / 30_000_000


def uncounted_of(cell: str) -> Plain:
    return {
        "type": "warning",
        "name": "not counted",
        "cells": [f"{cell}@base", f"{cell}@head"],
        "seen": f"the instructions of {cell} on head could not be counted:",
        "why": "crashed, gone",
        "todo": "",
    }


def test_a_count_that_failed_fails_the_comparison_where_counts_are_what_counts() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    found = measured(header, [*records, uncounted_of(TWO)])
    rule = judge_again(found.header, found.records, margins())
    times, counts = comparison_of(found, rule), comparison_of(found, rule, ("wall", "instructions"))
    assert times.uncounted == counts.uncounted == (TWO,)
    assert (exit_code(times), exit_code(counts)) == (OK, CELL_FAILED)


def test_what_a_warning_says_in_words_alone_fails_nothing() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    warning = {key: value for key, value in uncounted_of(TWO).items() if key != "cells"}
    assert compared(header, [*records, warning]).uncounted == ()


def test_a_cell_that_one_side_lacks_is_not_missed_among_the_counts() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    assert (
        compared(header, [outcome_of(f"{TWO}@base", "unavailable"), *records, uncounted_of(TWO)]).uncounted
        == ()
    )


def test_where_nothing_of_what_counts_was_measured_the_exit_code_says_so() -> None:
    header, records = comparison_with({ONE: 1.0})
    found = measured(header, records)
    rule = judge_again(found.header, found.records, margins())
    for gate, code in (("memory", NOTHING_MEASURED), ("instructions", NOTHING_MEASURED), ("wall", OK)):
        assert exit_code(comparison_of(found, rule, (gate,))) == code, gate


@pytest.mark.parametrize("ended", [True, False])
def test_a_comparison_that_was_stopped_says_so_wherever_it_is_shown(ended: bool) -> None:
    header, records = comparison_with({ONE: 1.0})
    stopped = measured(header, records, complete=False)
    if not ended:  # its driver was killed before it could write how it ended
        stopped = replace(stopped, records=stopped.records[:-1])
    comparison = comparison_of(stopped, judge_again(stopped.header, stopped.records, margins()))
    assert as_plain(comparison)["complete"] is False
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=200), comparison)
    words = [one.text for one in comparison_sections(comparison)[0].blocks if isinstance(one, Words)]
    for shown in (stream.getvalue(), as_markdown(comparison), " ".join(words)):
        assert "this comparison is not complete" in shown.lower()
    whole_one = compared(header, records)
    assert whole_one.complete
    assert "not complete" not in as_markdown(whole_one)


@pytest.mark.parametrize(("side", "code"), [("base", OK), ("head", CELL_FAILED)])
@pytest.mark.parametrize("outcome", ["unavailable", "exhausted"])
def test_what_head_lacks_and_base_has_fails_and_what_is_new_does_not(
    side: str, code: int, outcome: str
) -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    cells = header["paired"][1]["cells"]
    kept = [record for record in records if record.get("cells") != cells]
    comparison = compared(header, [outcome_of(f"{TWO}@{side}", outcome), *kept])
    assert exit_code(comparison) == code


def whole(header: Plain) -> Plain:
    return header | {"settings": header["settings"] | {"margins": {"wall": 0.01}}}


def test_a_run_file_is_judged_with_the_margins_it_was_made_with() -> None:
    header, records = comparison_with({ONE: 1.05})
    wide = header | {"settings": header["settings"] | {"margins": {"wall": 0.1}}}
    assert judged_again(measured(wide, records)).lines[0].verdict == "same"
    assert judged_again(measured(whole(header), records)).lines[0].verdict == "slower"
    assert judged_again(measured(wide, records), margins()).lines[0].verdict == "slower"


def test_an_outcome_of_a_cell_that_the_header_does_not_pair_is_refused() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    cells = header["paired"].pop()["cells"]
    kept = [record for record in records if record.get("cells") != cells]
    with pytest.raises(RunFileError, match="which the header does not pair"):
        judged_again(measured(header, [outcome_of(cells[0]), *kept]))


def test_a_cell_whose_turn_did_not_come_says_so() -> None:
    header, records = comparison_with({ONE: 1.0, TWO: 1.0})
    cells = header["paired"][1]["cells"]
    line = compared(header, [one for one in records if one.get("cells") != cells]).lines[-1]
    assert (line.cell, line.verdict, line.pairs) == (TWO, "unsure", 0)
    assert line.reason == "no pair was measured: its turn did not come before measuring ended"
