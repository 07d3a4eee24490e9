"""The readings of the calibration loop, sorted by interpreter and by when they were taken."""

from concbench.report.readings import Group, Readings
from tests.results.examples import example

PYTHONS = {"old": "3.11", "new": "3.13", "other": "3.13"}


def test_readings_are_grouped_by_interpreter_and_kind() -> None:
    readings = Readings(PYTHONS)
    for process, contender in enumerate(PYTHONS, 1):
        readings.take(example("process", process=process, contender=contender))
    readings.take(example("noise", contender="old", calibration_ns=[1, 2]))
    for process in (1, 2, 3, 2):
        readings.take(example("sample", process=process, calibration_ns=10 * process))
    readings.take(example("noise", contender="old", calibration_ns=[3], when="after"))
    assert readings.groups() == {
        Group("3.11", "back to back"): [1, 2, 3],
        Group("3.11", "before samples"): [10],
        Group("3.13", "before samples"): [20, 30, 20],
    }


def test_a_sample_of_a_process_without_a_record_belongs_to_no_group() -> None:
    readings = Readings(PYTHONS)
    readings.take(example("sample", process=7))
    assert readings.groups() == {}


def test_other_records_hold_no_readings() -> None:
    readings = Readings(PYTHONS)
    for kind in ("header", "witness", "memory", "outcome", "block", "warning", "resume", "end"):
        readings.take(example(kind))
    assert readings.groups() == {}
