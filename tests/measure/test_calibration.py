"""The calibration loop: a fixed amount of work, told by a clock that the test holds."""

import gc
import sys
from collections.abc import Callable

import pytest

from concbench.measure import calibration

pytestmark = pytest.mark.measured_side


def ticking(step: int) -> Callable[[], int]:
    now = 0

    def clock() -> int:
        nonlocal now
        now += step
        return now

    return clock


def test_a_reading_is_what_the_clock_moved_on_between_start_and_end() -> None:
    assert calibration.calibrate(ticking(7)) == 7


def test_the_real_clock_moves_on_during_a_pass() -> None:
    assert calibration.calibrate() > 0


def test_the_work_is_a_count_and_not_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def counting(loops: int) -> range:
        counted.append(loops)
        return range(loops)

    monkeypatch.setattr(calibration, "range", counting, raising=False)
    calibration.calibrate(ticking(1))
    calibration.calibrate(ticking(10**9))
    assert counted == [calibration.LOOPS, calibration.LOOPS]


def test_a_pass_brings_no_garbage_collection_nearer() -> None:
    def nothing() -> int:
        return 0

    def tracked(work: Callable[[], int]) -> int:
        before = gc.get_count()[0]
        for _ in range(5):
            work()
        return gc.get_count()[0] - before

    gc.disable()
    try:
        assert tracked(calibration.calibrate) == tracked(nothing)
    finally:
        gc.enable()


def test_a_series_by_count_has_that_many_readings() -> None:
    assert calibration.series(count=4, clock=ticking(3)) == [3, 3, 3, 3]


def test_a_series_by_time_ends_when_the_time_is_over() -> None:
    # One tick of 1 ms for each look at the clock: one to begin with, two a reading, one to see if it is over.
    readings = calibration.series(seconds=0.030, clock=ticking(1_000_000))
    assert readings == [1_000_000] * 10


def test_a_series_by_time_has_at_least_one_reading() -> None:
    assert len(calibration.series(seconds=1e-9, clock=ticking(1_000_000))) == 1


@pytest.mark.parametrize(("seconds", "count"), [(None, None), (1.0, 1)])
def test_a_series_needs_either_seconds_or_count(seconds: float | None, count: int | None) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        calibration.series(seconds=seconds, count=count)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_series_refuses_a_time_that_never_ends_or_never_begins(seconds: float) -> None:
    with pytest.raises(ValueError, match="above 0 and finite"):
        calibration.series(seconds=seconds)


def test_a_series_refuses_to_read_nothing() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        calibration.series(count=0)


def test_the_measured_side_needs_nothing_but_the_standard_library() -> None:
    source = calibration.__spec__.origin
    assert source is not None
    names = {line.split()[1].partition(".")[0] for line in _imports(source)}
    assert names <= set(sys.stdlib_module_names)
    assert names


def _imports(source: str) -> list[str]:
    with open(source, encoding="utf-8") as file:  # noqa: PTH123  (plain as the file it reads)
        return [line for line in file if line.startswith(("import ", "from "))]
