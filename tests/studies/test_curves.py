"""The laws of growth keep their word on synthetic curves, which are as noisy as they say."""

from dataclasses import replace

import numpy as np
import pytest

from concbench.stats.interval import Interval, NotDetermined
from simulation.coverage import curve_figure
from simulation.curves import curves, usual_factor
from simulation.scaling import DECADES, CurveScenario, curve_scenarios
from simulation.synthetic import Machine

TRIALS = 90
"""Enough to find a percentile bootstrap out: its 81 % lie below 93 % less three standard errors, 85 %."""

STILL = Machine(slow=1.0, jitter=0.0, bias=0.0)
BIASED = Machine(slow=1.0, jitter=0.0, bias=0.03)
BURSTS = Machine(jitter=0.0, bias=0.0)
LEVELS = [[1.0, 2.0], [10.0, 30.0], [100.0, 500.0]]


def draw(machine: Machine, experiments: int = 400, rounds: int = 3) -> np.ndarray:
    rng = np.random.default_rng(7)
    return curves(rng, LEVELS, experiments=experiments, generations=6, rounds=rounds, machine=machine)


def scenario(method: object) -> CurveScenario:
    levels = (np.array(DECADES),)
    return CurveScenario(name="x", x=DECADES, levels=levels, method=method, truth=1.0)  # type: ignore[arg-type]


def test_without_noise_the_curves_are_the_truth() -> None:
    costs = draw(STILL)
    assert costs.shape == (400, 6, 3, 2)
    assert np.all(costs == LEVELS)


def test_a_bias_belongs_to_a_process_at_all_its_sizes() -> None:
    logs = np.log(draw(BIASED) / LEVELS)
    assert np.ptp(logs, axis=2).max() < 1e-12
    assert not np.any(logs[..., 0] == logs[..., 1])
    assert logs[:, :, 0].std() == pytest.approx(0.03, rel=0.05)


def test_the_sizes_of_a_process_meet_bursts_of_their_own_and_its_contenders_the_same() -> None:
    slow = draw(BURSTS, experiments=3000, rounds=1) / LEVELS > 1.1
    assert slow.mean() == pytest.approx(0.5, abs=0.02)
    assert np.mean(slow[:, :, 0] == slow[:, :, 1]) == pytest.approx(0.5, abs=0.02)
    assert np.mean(slow[..., 0] == slow[..., 1]) > 0.9


def test_the_usual_factor_is_the_geometric_mean_of_the_noise() -> None:
    assert usual_factor(np.random.default_rng(1), 1, STILL) == 1
    assert usual_factor(np.random.default_rng(1), 1, BURSTS) == pytest.approx(1.7**0.5, rel=0.01)


@pytest.mark.parametrize("tried", curve_scenarios(), ids=lambda tried: tried.name)
def test_a_curve_is_answered_as_often_as_promised_and_the_controls_are_not(tried: CurveScenario) -> None:
    ticks: list[None] = []
    figure = curve_figure(tried, TRIALS, np.random.default_rng(1), lambda: ticks.append(None))
    assert figure.kept, figure
    assert len(ticks) == TRIALS
    assert figure.determined is not None
    assert 0 < figure.determined <= 1


def test_the_nominal_intervals_are_promised_93_to_97_percent() -> None:
    kinds = ("false", "found", "control", "fixed part of 0 ", "a power law", "a line")
    promised = {one.promised for one in curve_scenarios() if not one.name.startswith(kinds)}
    assert promised == {(0.93, 0.97)}


def test_what_must_not_be_found_is_promised_to_be_rare() -> None:
    promised = [one.promised for one in curve_scenarios() if one.name.startswith("false")]
    assert promised == [(0.0, 0.01)] * 6


@pytest.mark.smoke
def test_more_processes_determine_more() -> None:
    tried = {one.name: one for one in curve_scenarios()}
    few = tried["exponent 1, 6 × 3"]
    shares = [
        curve_figure(replace(few, generations=n), 100, np.random.default_rng(2)).determined for n in (6, 20)
    ]
    assert (shares[0] or 0) < (shares[1] or 0)


def test_what_is_not_determined_is_counted_apart_from_what_is_wrong() -> None:
    calls: list[None] = []

    def every_other(x: np.ndarray, block: np.ndarray) -> Interval:
        calls.append(None)
        if len(calls) % 2:
            raise NotDetermined("not now")
        return Interval(0.0, 1.0, 2.0, 0.95, 6) if len(calls) % 4 else Interval(2.0, 3.0, 4.0, 0.95, 6)

    figure = curve_figure(scenario(every_other), 8, np.random.default_rng(1))
    assert (figure.hits, figure.trials, figure.determined, figure.width) == (2, 4, 0.5, 2.0)


def test_where_nothing_is_determined_no_promise_is_kept() -> None:
    def never(x: np.ndarray, block: np.ndarray) -> Interval:
        raise NotDetermined("never")

    figure = curve_figure(scenario(never), 8, np.random.default_rng(1))
    assert (figure.trials, figure.determined, figure.kept) == (0, 0.0, False)


def test_what_is_to_be_found_is_counted_over_all_experiments() -> None:
    figure = curve_figure(scenario(lambda x, block: True), 8, np.random.default_rng(1))
    assert (figure.hits, figure.trials, figure.width) == (8, 8, None)
