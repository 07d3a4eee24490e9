"""``python studies/verdict_rates.py``: the noise of its pairs, its promises, and that they can be broken."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from concbench.stats.signed_rank import hodges_lehmann
from concbench.stats.verdicts import Judge
from simulation import pairs as module
from simulation.pairs import BURST, MARGIN, Counts, Family, Noise, count, pairs_of

STUDIES = Path(__file__).parents[2] / "studies"
TRIALS = 15
QUIET = Noise(bias=0.007)


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, STUDIES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, found)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    loaded("interval_coverage", monkeypatch)
    return loaded("verdict_rates", monkeypatch)


def drawn(noise: Noise, truth: float = 0.0, pairs: int = 4000) -> np.ndarray:
    values: np.ndarray = pairs_of(noise, truth, pairs, 1, np.random.default_rng(1))[0]
    return values


@pytest.mark.parametrize("truth", [0.0, MARGIN, -0.05])
def test_pairs_are_symmetric_about_the_truth(truth: float) -> None:
    values = drawn(Noise(), truth)
    error = values.std() / len(values) ** 0.5
    assert np.median(values) == pytest.approx(truth, abs=4 * error)
    assert np.mean(values > truth) == pytest.approx(0.5, abs=4 * 0.5 / len(values) ** 0.5)


def test_pairs_spread_as_their_families_are_called(command: ModuleType) -> None:
    tried = {name: family for name, family in command.families().items() if name.startswith("identical, sd")}
    assert len(tried) == 4
    for name, family in tried.items():
        spread = float(name.split()[2]) / 100
        assert drawn(family.noise).std() == pytest.approx(spread, rel=0.1)


def test_a_burst_that_cuts_a_pair_does_not_reach_its_median() -> None:
    wild = drawn(Noise(bias=0.0, jitter=1e-6, slow=0.5, stay=0.1))
    assert np.abs(wild).max() < np.log(BURST) / 2


def test_metrics_of_a_cell_hang_together() -> None:
    one, other = pairs_of(Noise(), 0.0, 4000, 2, np.random.default_rng(1))
    assert np.corrcoef(one, other)[0, 1] > 0.5


def test_skewed_noise_is_skewed_and_lies_about_its_centre() -> None:
    skewed = Noise(bias=0.03, skewed=True)
    about_pseudo_median, about_median = drawn(skewed), drawn(replace(skewed, centre="median"))
    assert stats.skew(about_pseudo_median) > 0.4 > abs(stats.skew(drawn(Noise(bias=0.03))))
    error = about_median.std() / len(about_median) ** 0.5
    assert np.median(about_median) == pytest.approx(0.0, abs=4 * error)
    assert hodges_lehmann(about_pseudo_median[:1000], 0.9).middle == pytest.approx(0.0, abs=8 * error)
    assert about_median.mean() > about_pseudo_median.mean() > 0


def test_pairs_whose_head_is_spared_are_lopsided_and_lie_about_their_pseudo_median() -> None:
    spared = drawn(Noise(bias=0.0024, jitter=0.004, spared=0.29))
    assert stats.skew(spared) < -0.4
    assert np.mean(spared < -0.025) == pytest.approx(0.29, abs=0.05)
    assert hodges_lehmann(spared[:2000], 0.9).middle == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize(
    "family",
    [
        Family(truths=(0.0,) * 10, noise=QUIET, budget=54),
        Family(truths=(0.05, *(0.0,) * 9), noise=QUIET, budget=54),
        Family(truths=(MARGIN,) * 10, noise=QUIET, budget=54),
    ],
    ids=["identical", "one slower", "at the margin"],
)
def test_the_promises_are_kept(command: ModuleType, family: Family) -> None:
    counts = count(family, TRIALS, 1)
    assert command.broken("a family", counts) == []
    assert counts.series == TRIALS * len(family.truths) * family.metrics


@pytest.mark.smoke
def test_a_clear_slowdown_is_found_and_equal_sides_are_called_the_same() -> None:
    counts = count(Family(truths=(0.05, *(0.0,) * 9), noise=QUIET, budget=54), TRIALS, 1)
    assert counts.found == counts.true_slower == 2 * TRIALS
    assert counts.same > 0.5 * (counts.series - counts.true_slower)


def test_a_judge_that_is_too_easily_convinced_is_caught(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "Judge", partial(Judge, rate=0.9, confidence=0.5))
    counts = count(Family(truths=(MARGIN,) * 10, noise=QUIET, budget=54), TRIALS, 1)
    assert command.broken("a family", counts) == ["false discoveries", "coverage"]


def test_the_direction_of_a_verdict_counts(command: ModuleType) -> None:
    family = Family(truths=(0.05,), metrics=1)
    judged = Judge({(0, 0): MARGIN}).look({(0, 0): [-0.1] * 16})
    counts = Counts()
    counts.add(judged, family)
    assert (counts.called, counts.false_runs, counts.found, counts.covered) == (1, 1, 0, 0)
    assert command.broken("a family", counts) == ["false discoveries", "coverage"]


def test_the_command_simulates_every_family_and_its_exit_code_agrees() -> None:
    arguments = [sys.executable, str(STUDIES / "verdict_rates.py"), "--trials", "1", "--seed", "3", "--json"]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False)
    answer = json.loads(run.stdout)
    assert (answer["trials"], answer["seed"]) == (1, 3)
    assert {kind["runs"] for kind in answer["kinds"].values()} == {1}
    assert run.returncode == (1 if answer["broken"] else 0), run.stderr


def test_the_table_has_a_line_for_every_family_and_tells_what_is_broken(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = {"fine": Family(truths=(0.0,)), "bad": Family(truths=(0.0,))}
    counted = iter([Counts(runs=1, series=1, covered=1), Counts(runs=1, series=1)])
    monkeypatch.setattr(command, "families", lambda: tried)
    monkeypatch.setattr(command, "count", lambda *_: next(counted))
    assert command.main(["--trials", "1"]) == 1
    head, fine, bad, broken = capsys.readouterr().out.splitlines()
    assert head.startswith("20 cells, margin 1 %")
    assert (fine.split()[0], bad.split()[0]) == ("fine", "bad")
    assert broken == "BROKEN: bad: coverage"
