"""The experiments with histories: what is promised of step changes is kept, and can be broken."""

import numpy as np
import pytest

from simulation import histories
from simulation.coverage import curve_figure
from simulation.histories import history_scenarios
from simulation.scaling import CurveScenario

TRIALS = 60

tried = history_scenarios()


@pytest.mark.parametrize("one", tried, ids=lambda one: one.name)
def test_a_history_is_answered_as_often_as_promised(one: CurveScenario) -> None:
    figure = curve_figure(one, TRIALS, np.random.default_rng(1))
    assert figure.trials
    assert figure.kept


def test_false_steps_places_and_sizes_have_a_promise() -> None:
    assert {one.promised for one in tried if one.name.startswith("false")} == {(0.0, histories.LEVEL)}
    assert {one.promised for one in tried if one.name.startswith(("place", "size"))} == {(0.95, 1.0)}


def test_a_level_that_is_too_generous_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "LEVEL", 0.5)
    false = next(one for one in tried if one.name.startswith("false"))
    assert not curve_figure(false, TRIALS, np.random.default_rng(1)).kept


def test_a_place_beside_the_truth_is_not_enclosed() -> None:
    place = next(one for one in tried if one.name.startswith("place of a step, 30 commits, × 2"))
    wrong = CurveScenario(
        name=place.name, x=place.x, levels=place.levels, method=place.method, truth=3.0, generations=30
    )
    assert not curve_figure(wrong, TRIALS, np.random.default_rng(1)).kept
