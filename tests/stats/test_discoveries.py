"""Which of many series have a step."""

import numpy as np
import pytest

from concbench.stats.discoveries import ALONE, Discoveries, Figures, discoveries, orders_for


def flat(seed: int, n: int = 30) -> np.ndarray:
    drawn: np.ndarray = np.random.default_rng(seed).standard_normal(n)
    return drawn


def stepped(seed: int, n: int = 30, by: float = 30.0) -> np.ndarray:
    later: np.ndarray = flat(seed, n) + by * (np.arange(n) >= n // 2)
    return later


def judged(*values: np.ndarray) -> tuple[Discoveries, list[str]]:
    told: list[str] = []
    series = [Figures(f"series {number}", one, None) for number, one in enumerate(values)]
    return discoveries(series, lambda name, _done, _of: told.append(name)), told


def test_nothing_is_discovered_in_nothing() -> None:
    assert judged()[0] == Discoveries((), (), ALONE)


def test_one_step_among_many_flat_series_is_looked_at_until_it_is_clear() -> None:
    found, told = judged(*(flat(seed) for seed in range(200)), stepped(1))
    assert found.real == (False,) * 200 + (True,)
    assert found.level == pytest.approx(0.01 / 201)
    assert found.changes[-1].at == 15
    assert told.count("series 200") > 1
    assert len(told) < 220


def test_where_all_have_a_step_each_is_looked_at_once() -> None:
    found, told = judged(*(stepped(seed) for seed in range(30)))
    assert all(found.real)
    assert found.level == ALONE
    assert len(told) == 30


def test_a_step_that_is_too_short_to_be_clear_among_so_many_is_none() -> None:
    short = stepped(1, 14)
    assert judged(short)[0].real == (True,)
    assert not any(judged(short, *(flat(seed, 14) for seed in range(400)))[0].real)


def test_flat_series_have_a_step_as_rarely_as_promised() -> None:
    false = sum(judged(flat(seed, 24))[0].real[0] for seed in range(1500))
    assert false <= 1500 * ALONE + 3 * np.sqrt(1500 * ALONE)


def test_a_level_has_orders_that_are_finer() -> None:
    assert orders_for(ALONE) * ALONE >= 10
    assert orders_for(1e-5) >= 100 * orders_for(1e-3)
