"""The synthetic machine is as noisy as it says."""

import numpy as np
import pytest

from simulation.synthetic import Machine, Samples, interleaved

STILL = Machine(slow=1.0, jitter=0.0, bias=0.0)
BURSTS = Machine(jitter=0.0, bias=0.0)


def draw(machine: Machine, levels: tuple[float, ...] = (1.0, 1.0), **shape: int) -> Samples:
    return interleaved(np.random.default_rng(7), levels, machine=machine, **{"experiments": 400, **shape})


def test_without_noise_the_samples_are_the_truth() -> None:
    samples = draw(STILL, (2.0, 3.0, 5.0), rounds=4)
    assert samples.shape == (400, 6, 4, 3)
    assert np.all(samples == [2.0, 3.0, 5.0])


def test_the_same_seed_draws_the_same_samples() -> None:
    assert np.array_equal(draw(Machine()), draw(Machine()))


def test_the_machine_knows_two_speeds_and_spends_half_its_time_in_each() -> None:
    samples = draw(BURSTS, experiments=3000)
    assert set(np.unique(samples)) == {1.0, 1.7}
    assert np.mean(samples == 1.7) == pytest.approx(0.5, abs=0.02)


@pytest.mark.smoke
def test_neighbours_nearly_always_share_the_state_and_distant_rounds_share_it_less() -> None:
    slow = draw(BURSTS, rounds=60) > 1
    neighbours = np.mean(slow[..., 0] == slow[..., 1])
    distant = np.mean(slow[:, :, 0, 0] == slow[:, :, -1, 0])
    assert neighbours > 0.96
    assert distant < neighbours - 0.1


def test_stays_last_as_long_as_the_dwell_says() -> None:
    slow = draw(Machine(jitter=0, bias=0, dwell=(0.2, 0.2)), (1.0,), rounds=1000, generations=1)[..., 0] > 1
    leaving = np.mean(slow[..., 1:] != slow[..., :-1])
    assert leaving == pytest.approx(0.5 * (1 - np.exp(-2 * 0.01 / 0.2)), rel=0.05)


def test_every_other_round_runs_in_reverse_so_that_the_arms_at_the_turn_are_neighbours_in_time() -> None:
    slow = draw(Machine(jitter=0, bias=0, dwell=(0.05, 0.05)), experiments=4000) > 1
    first, second = slow[:, :, 0, :], slow[:, :, 1, :]
    turn = np.mean(first[..., 1] == second[..., 1])
    around = np.mean(first[..., 0] == second[..., 0])
    assert turn > around + 0.05


def test_a_bias_belongs_to_a_process_for_good_and_legs_share_it() -> None:
    samples = draw(Machine(slow=1.0, jitter=0.0, bias=0.03), (1.0, 1.0, 1.0, 1.0), legs=2)
    logs = np.log(samples)
    assert np.all(np.ptp(logs, axis=2) == 0)
    assert np.array_equal(logs[..., 0], logs[..., 1])
    assert not np.any(logs[..., 1] == logs[..., 2])
    assert logs[:, :, 0, ::2].std() == pytest.approx(0.03, rel=0.05)


def test_jitter_differs_from_sample_to_sample() -> None:
    logs = np.log(draw(Machine(slow=1.0, bias=0.0, jitter=0.02)))
    assert logs.std() == pytest.approx(0.02, rel=0.05)
    assert logs.std(axis=2).min() > 0


def test_a_heavy_tailed_bias_has_outliers_that_a_normal_one_lacks() -> None:
    machines = (Machine(slow=1.0, jitter=0.0, bias_freedom=freedom) for freedom in (None, 3.0))
    normal, heavy = (np.abs(np.log(draw(machine))).max() for machine in machines)
    assert normal < 6 * 0.03 < heavy
