"""What a curve has to be before a law is fitted to it."""

import numpy as np
import pytest

from concbench.stats.crossover import crossovers
from concbench.stats.curve import check_noise, curve
from concbench.stats.interval import NotDetermined
from concbench.stats.knee import knee
from concbench.stats.line import line
from concbench.stats.scaling import better_law, power_law
from tests.stats.data_curves import DECADES, HALVES, exact, noisy

laws = pytest.mark.parametrize("law", [power_law, line, better_law, knee])


def test_sizes_are_put_in_order_with_their_costs() -> None:
    data = curve([100, 1, 10], exact([3.0, 1.0, 2.0]))
    assert data.x.tolist() == [1, 10, 100]
    assert data.costs.tolist() == [[1, 2, 3]] * 6


@pytest.mark.parametrize(
    ("x", "shape"), [([1, 10, 100], (6, 4)), ([1, 10, 100], (6,)), ([[1, 10, 100]], (6, 3)), (5, (6, 1))]
)
def test_costs_that_do_not_belong_to_the_sizes_are_refused(x: object, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="need costs"):
        curve(x, np.ones(shape))  # type: ignore[arg-type]


@pytest.mark.parametrize("x", [[1, 1, 10], [0, 1, 10], [-1, 1, 10], [1, 10, float("nan")]])
def test_sizes_are_positive_and_each_there_once(x: list[float]) -> None:
    with pytest.raises(ValueError, match="positive numbers, each of them once"):
        curve(x, np.ones((6, 3)))


@laws
def test_five_processes_are_too_few_whatever_they_say(law: object) -> None:
    with pytest.raises(NotDetermined, match="5 processes are too few"):
        law(HALVES, exact(HALVES, processes=5))  # type: ignore[operator]


@laws
def test_two_sizes_are_too_few_for_any_law(law: object) -> None:
    with pytest.raises(NotDetermined, match=r"2 sizes are too few: measure at least [35]"):
        law([1, 10], exact([1, 10]))  # type: ignore[operator]


@laws
def test_a_process_without_a_cost_is_named_and_not_left_out_silently(law: object) -> None:
    costs = exact(HALVES)
    costs[3, 2] = np.nan
    with pytest.raises(NotDetermined, match=r"process 3 has no cost at 10: leave it out of the whole curve"):
        law(HALVES, costs)  # type: ignore[operator]


@laws
def test_a_cost_of_nothing_has_no_logarithm(law: object) -> None:
    costs = exact(HALVES)
    costs[4, 1] = 0.0
    with pytest.raises(NotDetermined, match=r"process 4 paid 0 at 3, which has no logarithm"):
        law(HALVES, costs)  # type: ignore[operator]


def test_crossovers_want_six_generations_and_costs_of_one_shape() -> None:
    with pytest.raises(NotDetermined, match="5 processes"):
        crossovers(DECADES, exact(DECADES, 5), exact(DECADES, 5))
    with pytest.raises(ValueError, match="do not pair"):
        crossovers(DECADES, exact(DECADES, 6), exact(DECADES, 7))


@pytest.mark.parametrize("law", [power_law, line])
def test_too_much_noise_says_how_many_processes_would_do(law: object) -> None:
    with pytest.raises(NotDetermined, match=r"too much noise: .* measure some \d+ processes") as caught:
        law(DECADES, noisy(DECADES, spread=4.0))  # type: ignore[operator]
    needed = int(caught.value.reason.split("some ")[1].split()[0])
    check_noise(np.log(DECADES), np.log(noisy(DECADES, processes=2 * needed, spread=4.0)))


def test_a_bias_of_a_process_or_a_curved_law_is_no_noise() -> None:
    bias = np.exp(np.random.default_rng(1).standard_normal((6, 1)))
    check_noise(np.log(HALVES), np.log(exact(1000 + HALVES**2) * bias))
