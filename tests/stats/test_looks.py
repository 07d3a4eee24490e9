"""Plans of looks."""

import pytest

from concbench.stats.looks import LOOKS, Looks


def test_the_first_look_can_discover_one_series_of_sixty() -> None:
    assert 2 * 2.0 ** -LOOKS.pairs[0] / LOOKS.weights[0] <= 0.01 / 60


@pytest.mark.parametrize("pairs", [(16,), (16, 24, 36), (24, 16), (16, 16), (0, 16), (-1, 16)])
def test_numbers_of_pairs_that_do_not_grow_or_have_no_weight_are_refused(pairs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a weight for each"):
        Looks(pairs, (0.5, 0.5))


@pytest.mark.parametrize("weights", [(0.5, 0.6), (1.0, 0.0), (1.5, -0.5), (float("nan"), 0.5)])
def test_weights_that_do_not_share_out_the_error_rate_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="positive and sum to 1"):
        Looks((16, 24), weights)


def test_a_plan_without_looks_is_refused() -> None:
    with pytest.raises(ValueError, match="positive and sum to 1"):
        Looks((), ())
