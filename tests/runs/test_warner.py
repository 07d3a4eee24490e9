"""Warnings that are added to a run as its records pass by."""

from collections.abc import Iterable
from typing import Any

from concbench.results.records import WarningRecord
from concbench.results.values import Record
from concbench.runs.warner import LOOK_EVERY, Warner
from tests.analysis.test_warnings import CALM, calm_but
from tests.results.examples import example, typed

PYTHONS = {"old": "3.11", "new": "3.13"}
STARTS = [example("process", process=number, contender=name) for number, name in enumerate(PYTHONS, 1)]


def back_to_back(*times: int, contender: str = "old") -> dict[str, Any]:
    return example("noise", contender=contender, calibration_ns=list(times))


def before_samples(process: int, *times: int) -> list[dict[str, Any]]:
    return [example("sample", process=process, calibration_ns=time) for time in times]


def warnings_after(
    records: Iterable[dict[str, Any]], environment: dict[str, Any] = CALM
) -> tuple[list[str], list[str]]:
    """Return the names of the warnings that were appended, and what was said."""
    appended: list[Record] = []
    said: list[str] = []
    warner = Warner(environment, PYTHONS, appended.append, said.append)
    given = list(map(typed, records))
    for record in given:
        warner.take(record)
    assert [record for record in appended if not isinstance(record, WarningRecord)] == given
    return [record.name for record in appended if isinstance(record, WarningRecord)], said


def test_interpreters_of_different_speed_are_no_noisy_machine() -> None:
    half = LOOK_EVERY // 2
    samples = [*before_samples(1, *[770_000] * half), *before_samples(2, *[1_100_000] * half)]
    assert warnings_after([back_to_back(*[700_000] * 150), *STARTS, *samples]) == ([], [])


def test_a_reading_before_a_sample_is_slower_by_nature_and_no_noise() -> None:
    samples = before_samples(1, *[1_100_000] * LOOK_EVERY)
    assert warnings_after([back_to_back(*[770_000] * 150), *STARTS, *samples]) == ([], [])


def test_noise_of_one_interpreter_is_found_beside_a_steady_one() -> None:
    steady, restless = (
        [770_000] * (LOOK_EVERY // 2),
        [1_100_000, 1_100_000, 1_900_000, 1_100_000] * (LOOK_EVERY // 8),
    )
    names, said = warnings_after([*STARTS, *before_samples(1, *steady), *before_samples(2, *restless)])
    assert names == ["bimodal-speed"]
    assert said[0].startswith("warning: The calibration loop is very noisy")
    assert "25% of 100 passes" in said[0]


def test_a_warning_is_given_once() -> None:
    restless = [1_000_000, 1_700_000] * 75
    names, said = warnings_after([back_to_back(*restless), back_to_back(*restless, contender="new")])
    assert names == ["bimodal-speed"]
    assert len(said) == 1


def test_the_noise_of_samples_is_looked_at_after_so_many_of_them() -> None:
    restless = before_samples(1, *[1_000_000, 1_700_000] * (LOOK_EVERY // 2))
    assert warnings_after([*STARTS, *restless[:-1]]) == ([], [])
    assert warnings_after([*STARTS, *restless])[0] == ["bimodal-speed"]


def test_the_machine_is_warned_of_even_where_readings_are_few() -> None:
    assert warnings_after([back_to_back(1, 2, 3)], calm_but("on_battery", value=True))[0] == ["battery"]
