"""``concbench doctor``, on a machine that the test describes and on this one."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concbench.analysis import warnings
from concbench.commands.doctor import doctor
from concbench.drive.host import environment, interpreters
from concbench.drive.host.interpreter_info import InterpreterInfo, probe
from concbench.drive.host.interpreters import Interpreter
from concbench.measure import calibration

from .concbench import probed_once


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments, catch_exceptions=False)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(environment, "probe", probed_once)
    monkeypatch.setattr("concbench.runs.doctor.probe", probed_once)


@pytest.fixture
def this() -> InterpreterInfo:
    return probe(Path(sys.executable))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the calibration give these readings (ns), all of them in its first slice."""
    given = [1_000_000] * 40
    monkeypatch.setattr(calibration, "series", lambda seconds: given)
    return given


def test_the_json_form_is_one_object_with_everything_in_it(readings: list[int]) -> None:
    result = run("--json", "--python", sys.executable, "--seconds", "0.1")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["pythons"] == [sys.executable]
    assert found["environment"]["pythons"][0]["version"] == list(sys.version_info[:3])
    assert found["noise"]["fast_ns"] == 1_000_000
    assert found["noise"]["level"] == "quiet"
    assert isinstance(found["warnings"], list)


def test_progress_goes_to_stderr_and_never_into_the_json(readings: list[int]) -> None:
    result = run("--json", "--python", sys.executable, "--seconds", "0.1")
    assert "timing a fixed loop for 0.1 s" in result.stderr
    assert result.stdout.startswith("{")


def test_the_real_calibration_reads_for_as_long_as_it_is_told() -> None:
    result = run("--json", "--python", sys.executable, "--seconds", "0.2")
    assert json.loads(result.stdout)["noise"]["n"] >= 20


def test_the_tables_name_machine_interpreters_and_noise(readings: list[int]) -> None:
    output = run("--python", sys.executable).stdout
    assert "Machine" in output
    assert sys.executable in output
    assert "Speed is quiet: 90th to 10th percentile 1.00" in output


def test_a_machine_with_two_speeds_is_told_why_and_what_to_do(readings: list[int]) -> None:
    readings += [1_700_000] * 20
    result = run("--python", sys.executable)
    assert "bimodal-speed: " in result.stdout
    assert "Why: " in result.stdout
    assert "Do: " in result.stdout
    assert result.exit_code == 0


def test_without_warnings_it_says_so(readings: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "warnings_for", lambda *_: [])
    assert "Nothing was seen that would spoil a measurement." in run("--python", sys.executable).stdout


def test_too_few_readings_are_called_unknown_and_not_quiet(readings: list[int]) -> None:
    del readings[5:]
    assert (
        "Speed is not known: fewer than 20 readings"
        in run("--python", sys.executable, "--seconds", "0.1").stdout
    )


def test_what_cannot_be_read_is_shown_as_unknown(
    readings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = environment.describe

    def blind(pythons: list[Interpreter], **named: Any) -> dict[str, Any]:
        record = real(pythons, **named) | {"load": None, "repository": None}
        record["cpu"] |= dict.fromkeys(("model", "governor", "turbo", "virtualised", "allowed", "quota"))
        return record

    monkeypatch.setattr(environment, "describe", blind)
    output = run("--python", sys.executable).stdout
    for row in ("load", "commit", "virtualised"):
        (line,) = [line for line in output.splitlines() if line.startswith(f"│ {row} ")]
        assert line.split("│")[2].strip() == "unknown"


def test_an_interpreter_that_is_not_there_is_a_usage_error() -> None:
    result = run("--python", "3.12,/no/such/python" if sys.version_info[:2] == (3, 12) else "/no/such/python")
    assert result.exit_code == 2
    assert "no interpreter /no/such/python" in result.stderr


def test_without_python_every_interpreter_that_is_found_is_examined(
    readings: list[int], this: InterpreterInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "discover", lambda: [this, this])
    assert json.loads(run("--json").stdout)["pythons"] == [sys.executable] * 2


def test_a_build_is_named_by_what_sets_it_apart(
    readings: list[int], this: InterpreterInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = replace(this, optimizations=False, lto=None, jit=False, debug=False, free_threaded=False)
    rare = replace(plain, optimizations=True, lto=True, free_threaded=True, gil=False)
    monkeypatch.setattr(interpreters, "discover", lambda: [plain, rare])
    output = run().stdout
    assert "default options" in output
    assert "optimizations, lto, free-threaded" in output


def test_an_unsupported_platform_is_told_first(readings: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concbench.runs.doctor.unsupported_platform", lambda: "This cannot be measured.")
    result = run("--python", sys.executable)
    assert result.stdout.startswith("This cannot be measured.")
    assert result.exit_code == 0


@pytest.mark.parametrize("seconds", ["0", "-1", "nan"])
def test_a_time_that_is_no_time_is_a_usage_error(seconds: str) -> None:
    assert run("--seconds", seconds).exit_code == 2


def test_the_help_gives_examples() -> None:
    assert "concbench doctor --python 3.12,3.13" in run("--help").stdout
