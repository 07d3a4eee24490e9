"""Carrying out a comparison: what is recorded for replays, and what is kept of one that is interrupted."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from concbench.analysis.stopping import StoppingRule
from concbench.analysis.verdicts import judged_again
from concbench.analysis.warnings import Warned
from concbench.drive.pairing import PairPlan
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.metrics import margins
from concbench.results.measured import read_measured
from concbench.results.pairs import Pairs
from concbench.results.reader import read_run
from concbench.results.records import CountedRecord, EndRecord, WarningRecord
from concbench.runs.comparing import RESERVE, FixedPairs, driver_of, measure
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.instructions import Records
from concbench.runs.result import ComparisonResult
from concbench.runs.watching import SILENT, Watcher
from concbench.stats.looks import LOOKS
from concbench.workloads.catalogue import Catalogue
from tests.report.paired import header_of
from tests.report.test_pull_request import comparison
from tests.results.examples import made_header


def test_every_cell_has_as_many_rounds_as_were_asked_for() -> None:
    asked = FixedPairs({"one": 3, "two": 1, "none": 0})
    rounds = [asked.open_cells() for _ in range(5)]
    assert rounds == [{"one", "two"}, {"one"}, {"one"}, set(), set()]


def test_counts_that_were_made_before_ctrl_c_are_kept_and_what_was_to_be_known_before(tmp_path: Path) -> None:
    closed: list[bool] = []

    def counter(plan: PairPlan, _catalogue: Catalogue, _watcher: Watcher) -> Records:
        try:
            yield CountedRecord(cells=plan.cells[0].ids, number=1, instructions=(10, 11))
            raise KeyboardInterrupt
        finally:
            closed.append(True)

    side = Side(label="this Python", place=Place(Path(sys.executable)), about={"python": "3"})
    request = ComparisonRequest(models=("generator",), workloads=("spawn",), memory=False, budget=0.5)
    path = tmp_path / "pairs.jsonl"
    assert not measure(path, request, (side, replace(side, built=("src/fast.so",))), counter=counter)
    records = read_run(path).records
    assert [one.name for one in records if isinstance(one, WarningRecord)] == [Warned.BUILT_IN_PLACE.label]
    warnings = judged_again(read_measured(path)).warnings
    assert [words for words in warnings if words.startswith("head has extension modules")]
    assert [one.instructions for one in records if isinstance(one, CountedRecord)] == [(10, 11)]
    assert [one.complete for one in records if isinstance(one, EndRecord)] == [False]
    assert closed


def test_a_comparison_without_a_verdict_has_an_empty_table_with_its_columns() -> None:
    table = ComparisonResult(None, complete=True, comparison=comparison()).table()
    assert table[["cell", "metric", "verdict", "low", "middle", "high"]].empty


@pytest.mark.parametrize(("gates", "counting"), [((), {"w[tasks=1]/m"}), (("memory",), {"w[tasks=2]/m"})])
def test_the_driver_is_told_what_counts_and_how_much_of_the_budget_is_gone(
    gates: tuple[str, ...], counting: set[str]
) -> None:
    header = made_header(**header_of([("w[tasks=1]/m", {}), ("w[tasks=2]/m", {"purpose": "memory"})]))
    rule = StoppingRule(Pairs(header), margins())
    request = ComparisonRequest(gates=gates, budget=100.0)
    told: dict[str, Any] = driver_of(  # type: ignore[assignment]
        cast("Any", dict),
        end=time.monotonic() + 40.0,
        fixed=None,
        sink=lambda _record: None,
        watcher=SILENT,
        rule=rule,
        request=request,
    )
    assert told["counting"] == counting
    assert told["looks"] == LOOKS.pairs
    assert told["budget"] + told["prepared"] == pytest.approx(100.0 * (1 - RESERVE), abs=0.1)
