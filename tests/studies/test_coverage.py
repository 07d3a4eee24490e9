"""``python studies/interval_coverage.py``: the table, the JSON, the exit code."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from simulation.coverage import Figure

COMMAND = Path(__file__).parents[2] / "studies" / "interval_coverage.py"
KEPT = Figure("an interval", 95, 100, (0.93, 0.97), 0.1)
BROKEN = Figure("a broken one", 50, 100, (0.93, 0.97), 0.1)
UNPROMISED = Figure("a sensitivity", 50, 100)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_command", COMMAND)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def answer_with(command: ModuleType, monkeypatch: pytest.MonkeyPatch, *rows: Figure) -> None:
    monkeypatch.setattr(command, "figures", lambda trials, seed: iter(rows))


@pytest.mark.smoke
def test_the_command_simulates_every_line_and_its_exit_code_agrees() -> None:
    arguments = [sys.executable, str(COMMAND), "--trials", "2", "--seed", "3", "--json"]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False)
    answer = json.loads(run.stdout)
    assert (answer["trials"], answer["seed"]) == (2, 3)
    assert {figure["trials"] for figure in answer["figures"] if figure["determined"] in (None, 1)} == {2}
    assert all(0 <= figure["trials"] <= 2 for figure in answer["figures"])
    assert len({figure["name"] for figure in answer["figures"]}) == len(answer["figures"]) > 10
    assert run.returncode == (0 if all(figure["kept"] for figure in answer["figures"]) else 1), run.stderr


def test_the_same_seed_gives_the_same_figures(command: ModuleType) -> None:
    assert list(command.figures(1, 5)) == list(command.figures(1, 5))


def test_the_table_shows_share_promise_width_and_verdict(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with(command, monkeypatch, KEPT, UNPROMISED)
    assert command.main([]) == 0
    header, interval, sensitivity = capsys.readouterr().out.splitlines()
    assert " ".join(header.split()) == "what share promised width determined"
    assert " ".join(interval.split()) == "an interval 95.00% ± 2.18% 93.0% to 97.0% 0.100 – kept"
    assert " ".join(sensitivity.split()) == "a sensitivity 50.00% ± 5.00% – – –"


def test_the_table_shows_how_many_experiments_determined_an_answer(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with(command, monkeypatch, Figure("a curve", 95, 100, (0.93, 0.97), 0.1, 0.4))
    assert command.main([]) == 0
    row = capsys.readouterr().out.splitlines()[1]
    assert " ".join(row.split()) == "a curve 95.00% ± 2.18% 93.0% to 97.0% 0.100 40.0% kept"


def test_a_promise_that_no_experiment_could_keep_is_broken(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with(command, monkeypatch, Figure("a curve", 0, 0, (0.93, 0.97), None, 0.0))
    assert command.main([]) == 1
    assert command.main(["--json"]) == 1
    assert "NaN" not in capsys.readouterr().out


def test_a_broken_promise_is_shown_and_exits_with_1(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with(command, monkeypatch, KEPT, BROKEN)
    assert command.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith("BROKEN")


@pytest.mark.parametrize("trials", ["0", "-1", "many"])
def test_trials_that_are_no_positive_number_are_a_usage_error(
    command: ModuleType, trials: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["--trials", trials])
    assert caught.value.code == 2
    assert "--trials" in capsys.readouterr().err


def test_progress_is_shown_only_after_two_seconds(
    command: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    progress = command.Progress(total=10, clock=lambda: now[0])
    for second in (0.5, 1.9, 2.1, 3.0):
        now[0] = second
        progress.tick()
    assert capsys.readouterr().err == "3 of 10 trials\n"
