"""The readings of the calibration loop, sorted by interpreter and by when they were taken."""

from pathlib import Path

from hypothesis import given

from concbench.analysis.calibration import Group, Readings, readings_of
from concbench.results.measured import measured_of
from concbench.results.reader import Run
from tests.results.examples import EXAMPLES, Plain, example, made, made_header, runs, typed

PYTHONS = {"old": "3.11", "new": "3.13", "other": "3.13"}


def test_readings_are_grouped_by_interpreter_and_kind() -> None:
    readings = Readings(PYTHONS)
    for process, contender in enumerate(PYTHONS, 1):
        readings.take(made("process", process=process, contender=contender))
    readings.take(made("noise", contender="old", calibration_ns=[1, 2]))
    for process in (1, 2, 3, 2):
        readings.take(made("sample", process=process, calibration_ns=10 * process))
    readings.take(made("noise", contender="old", calibration_ns=[3], when="after"))
    assert readings.groups() == {
        Group("3.11", "back to back"): [1, 2, 3],
        Group("3.11", "before samples"): [10],
        Group("3.13", "before samples"): [20, 30, 20],
    }


def test_a_sample_of_a_process_without_a_record_belongs_to_no_group() -> None:
    readings = Readings(PYTHONS)
    readings.take(made("sample", process=7))
    assert readings.groups() == {}


def test_other_records_hold_no_readings() -> None:
    readings = Readings(PYTHONS)
    for kind in ("header", "witness", "memory", "outcome", "block", "warning", "resume", "end"):
        readings.take(made(kind))
    assert readings.groups() == {}


def from_columns(records: list[Plain]) -> dict[Group, list[int]]:
    run = Run(path=Path("run.jsonl"), header=made_header(), records=tuple(map(typed, records)), torn=None)
    return {group: list(readings) for group, readings in readings_of(measured_of(run)).items()}


@given(records=runs())
def test_columns_of_samples_give_the_groups_that_their_records_give(records: list[Plain]) -> None:
    starts = [example("process", contender="threads", process=EXAMPLES["sample"]["process"])]
    later = [record for record in records[1:] if record["type"] != "process"]
    readings = Readings({"asyncio": "3.13.0", "threads": "3.13.0"})
    for record in map(typed, (*starts, *later)):
        readings.take(record)
    assert from_columns([*starts, *later]) == readings.groups()


def test_columns_of_samples_are_grouped_by_the_interpreter_of_their_process() -> None:
    starts = [example("process", process=number, contender="asyncio") for number in (1, 2)]
    samples = [example("sample", process=process, calibration_ns=10 * process) for process in (2, 7, 1, 2)]
    assert from_columns([*starts, *samples]) == {Group("3.13.0", "before samples"): [20, 10, 20]}
