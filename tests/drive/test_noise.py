"""Noise is read by any worker that comes up, and none is left of it."""

from concbench.drive.noise import read_noise
from tests.measure.fakes import Yard, plan_of

CONTENDERS = plan_of().contenders


def test_noise_is_read_by_the_first_worker_that_is_available() -> None:
    yard, started = Yard(unavailable=frozenset("a"), stillborn=frozenset("b")), dict[str, int]()
    read = read_noise(CONTENDERS, yard.launch, 2.0, started.__setitem__)
    assert read == {"contender": "c", "calibration_ns": [1_000_000] * 3}
    assert started == {"c": 100_000_000}
    assert yard.alive() == []


def test_noise_is_not_known_where_no_worker_comes_up() -> None:
    yard, started = Yard(stillborn=frozenset("abc")), dict[str, int]()
    assert read_noise(CONTENDERS, yard.launch, 2.0, started.__setitem__) == {}
    assert started == {}
