"""Stored runs against each other: never paired, in units of the machine's own pace, with a warning."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from concbench.analysis.comparison import Line
from concbench.analysis.stored import stored_comparison
from concbench.commands.show import notes
from concbench.errors import UserError
from concbench.metrics import margins
from concbench.report.pull_request import as_markdown
from concbench.report.sections.comparison import table_reading
from concbench.report.terminal.comparison import print_comparison
from concbench.results.measured import Measured, measured_of
from concbench.results.records import EndRecord
from tests.report.made_up import Cell, growing, run_of, with_samples
from tests.results.examples import header_with, made

MARGINS = margins(ratio=0.05)


def stored(*cells: Cell, calibration: int | None = None, **header: Any) -> Measured:
    run = run_of(*cells, **header)
    if calibration is not None:
        run = with_samples(run, lambda sample: sample | {"calibration_ns": calibration})
    return measured_of(run)


def cell(cost: float, **changes: object) -> Cell:
    return Cell(contender="asyncio", cost=growing(cost, cost / 1000), **changes)  # type: ignore[arg-type]


def lines(base: Measured, head: Measured) -> dict[str, Line]:
    return {line.metric: line for line in stored_comparison(base, head, MARGINS, ("wall",)).lines}


def test_the_same_figures_are_the_same_and_others_slower() -> None:
    base = stored(cell(1000), calibration=10**6)
    assert lines(base, stored(cell(1000), calibration=10**6))["wall"].verdict == "same"
    slower = lines(base, stored(cell(1300), calibration=10**6))["wall"]
    assert slower.verdict == "slower"
    assert slower.middle == pytest.approx(1.3, rel=0.01)
    assert lines(stored(cell(1300), calibration=10**6), base)["wall"].verdict == "faster"


def test_a_machine_that_changed_its_pace_is_no_change_of_the_code() -> None:
    base, head = stored(cell(1000), calibration=10**6), stored(cell(1700), calibration=1_700_000)
    wall = lines(base, head)["wall"]
    assert wall.verdict == "same"
    assert wall.head / wall.base == pytest.approx(1.7, rel=0.01)


def test_why_columns_differ_from_a_ratio_in_paces_is_said_as_it_is_wherever_they_stand() -> None:
    base, head = stored(cell(1000), calibration=10**6), stored(cell(1700), calibration=1_700_000)
    comparison = stored_comparison(base, head, MARGINS, ("wall",))
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=1000), comparison)
    for told in (stream.getvalue(), as_markdown(comparison), table_reading(comparison)):
        assert "in units of a fixed loop" in told
        assert "side by side" not in told
        assert "believe the ratio" not in told
        assert "taking turns" not in told
    assert " processes" in stream.getvalue()


def test_it_says_that_nothing_is_paired() -> None:
    run = stored(cell(1000), calibration=10**6)
    comparison = stored_comparison(run, run, MARGINS, ("wall",))
    assert not comparison.paired
    assert "cannot be paired" in comparison.warnings[0]


def test_memory_and_waiting_are_compared_by_difference() -> None:
    base = stored(cell(1000, floor_ns=10**6, late=5, heavy=[100] * 7), calibration=10**6)
    head = stored(cell(1000, floor_ns=10**6, late=5, heavy=[200] * 7), calibration=10**6)
    found = lines(base, head)
    assert found["memory"].verdict == "more"
    assert {found[name].kind for name in ("above", "lateness", "memory")} == {"difference"}
    assert found["lateness"].verdict == "same"


def test_too_few_processes_are_unsure_and_say_so() -> None:
    few = stored(cell(1000, generations=3), calibration=10**6)
    line = lines(few, few)["wall"]
    assert (line.verdict, line.low) == ("unsure", None)
    assert line.reason is not None
    assert "too few" in line.reason


def test_runs_without_a_cell_in_common_are_refused() -> None:
    with pytest.raises(UserError, match="no cell in common"):
        lines(stored(cell(1000)), stored(Cell(contender="threads", cost=growing(1000, 1))))


def test_runs_of_different_machines_are_refused() -> None:
    base = stored(cell(1000), environment={"identity": {"machine": "one"}})
    head = stored(cell(1000), environment={"identity": {"machine": "other"}})
    with pytest.raises(UserError, match="different machines"):
        lines(base, head)


def test_runs_of_different_processors_are_refused_and_of_more_cpus_warned_of() -> None:
    def on(cpu: str) -> Measured:
        return stored(cell(1000), environment={"identity": {"machine": "one", "cpu": cpu}})

    xeon, more = on("Intel Xeon, 2 of 2 CPUs, quota 0"), on("Intel Xeon, 4 of 8 CPUs, quota None")
    with pytest.raises(UserError, match=r"different processors \(Intel Xeon; AMD EPYC 7763\)"):
        lines(xeon, on("AMD EPYC 7763, 2 of 2 CPUs, quota 0"))
    warnings = stored_comparison(xeon, more, MARGINS, ()).warnings
    assert "cpu: Intel Xeon, 2 of 2 CPUs, quota 0 then, Intel Xeon, 4 of 8 CPUs, quota None now" in warnings


def test_what_else_differs_is_told() -> None:
    base = stored(cell(1000), environment={"identity": {"machine": "one", "commit": "a"}})
    head = stored(cell(1000), environment={"identity": {"machine": "one", "commit": "b"}})
    assert "commit: a then, b now" in stored_comparison(base, head, MARGINS, ()).warnings


def test_a_run_that_was_stopped_is_told() -> None:
    base = stored(cell(1000), calibration=10**6)
    head = replace(base, records=tuple(one for one in base.records if not isinstance(one, EndRecord)))
    assert stored_comparison(base, base, MARGINS, ()).complete
    comparison = stored_comparison(base, head, MARGINS, ())
    assert not comparison.complete
    (told,) = (words for words in comparison.warnings if "is not complete" in words)
    assert "concbench run --resume" in told


def test_what_goes_on_with_a_stopped_run_names_its_plug_ins() -> None:
    base = stored(cell(1000), calibration=10**6)
    settings = {**base.header.settings, "plugins": ["mine.py sha256:00"]}
    header = header_with(base.header, settings=settings)
    stopped = replace(
        base, header=header, records=tuple(one for one in base.records if not isinstance(one, EndRecord))
    )
    (told, *_) = stored_comparison(stopped, base, MARGINS, ()).warnings[1:]
    assert told.endswith(" --plugin mine.py")
    assert notes(stopped)[-1].endswith(" --plugin mine.py")


def test_what_the_head_alone_has_no_library_for_is_told_and_what_both_lack_is_not() -> None:
    base = stored(cell(1000), calibration=10**6)
    told = {"outcome": "unavailable", "reason": "not here", "generation": None}
    about = made("outcome", cell=base.header.cells[0].id, **told)
    head = replace(base, records=(*base.records, about))
    (failed,) = stored_comparison(base, head, MARGINS, ()).breaking
    assert (failed.side, failed.outcome) == ("head", "unavailable")
    assert stored_comparison(head, base, MARGINS, ()).breaking == ()
    assert stored_comparison(head, head, MARGINS, ()).failed == ()
