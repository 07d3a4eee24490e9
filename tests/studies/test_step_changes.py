"""The simulation of histories: its noise is that of the facts, and what it promises can be broken."""

import json
from dataclasses import replace

import numpy as np
import pytest

import step_changes as command
from simulation import step_changes
from simulation.commits import ASV, QUICK, measured
from simulation.step_changes import count, kinds
from simulation.synthetic import NOISY

RUNS, SAMPLES = kinds()[0], kinds()[2]


def test_a_sample_and_its_calibration_nearly_always_meet_the_same_speed() -> None:
    samples, calibration = measured(np.random.default_rng(1), 400, QUICK)
    slow, beside = samples > 1.3, calibration > 1.3
    assert samples.shape == calibration.shape == (400, 6, 3)
    assert 0.35 < slow.mean() < 0.65
    assert 0.97 < np.mean(slow == beside) < 1


def test_the_share_of_slow_samples_differs_between_commits() -> None:
    samples, _ = measured(np.random.default_rng(2), 400, QUICK)
    shares = (samples > 1.3).mean(axis=(1, 2))
    assert np.mean(shares < 0.2) > 0.1
    assert np.mean(shares > 0.8) > 0.1


def test_a_process_that_is_fast_all_along_has_the_noise_of_a_process() -> None:
    samples, _ = measured(np.random.default_rng(3), 600, ASV)
    fast = samples[(samples < 1.3).all(axis=2)]
    expected = np.hypot(NOISY.bias, NOISY.jitter / np.sqrt(ASV.samples))
    assert np.log(fast).mean(axis=1).std() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("kind", [RUNS, SAMPLES], ids=lambda kind: kind.name)
def test_steps_are_found_as_often_as_promised(kind: step_changes.Kind) -> None:
    line = count(kind, 15, np.random.default_rng(4))
    assert line.false == 0
    assert line.found >= 13
    assert line.placed >= line.found - 1


def test_the_control_finds_hardly_anything() -> None:
    ranks = next(kind for kind in kinds() if "ranks alone, 2" in kind.name)
    line = count(ranks, 15, np.random.default_rng(5))
    assert line.found <= 5
    assert not replace(line, promised=True).kept


def test_a_level_that_is_too_generous_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_changes, "ALONE", 0.5)
    assert not count(RUNS, 6, np.random.default_rng(6)).kept


def test_too_few_commits_are_refused() -> None:
    with pytest.raises(ValueError, match="10 commits have no place with 5 on either side"):
        count(RUNS, 1, np.random.default_rng(1), commits=10)


@pytest.mark.smoke
def test_the_command_prints_a_line_for_each_kind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "kinds", lambda: (RUNS,))
    assert command.main(["--histories", "2", "--json"]) in (0, 1)
    (line,) = json.loads(capsys.readouterr().out)["counts"]
    assert (line["kind"], line["histories"]) == (RUNS.name, 2)
    command.main(["--histories", "1"])
    assert RUNS.name in capsys.readouterr().out.splitlines()[1]
