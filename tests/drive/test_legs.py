"""Who goes on to the next look: all where there is time, else those whom a look can be had of."""

from collections.abc import Mapping

import pytest

from concbench.drive.legs import SLACK, Foretold, Legs, Prices
from tests.drive.test_pairs import cell_of

LOOKS = (16, 24, 36)


def legs_of(seconds: Mapping[str, float], start: float = 0.0, counting: str = "") -> Legs:
    """Return legs of cells that take so many seconds a pair; their names begin with that of their model."""
    prices = Prices([cell_of(name[0], 1, id=name) for name in seconds])
    for name, each in seconds.items():
        prices.cells[name].add(each)
    for model in prices.starts.values():
        model.add(start)
    return Legs(LOOKS, prices, counting)


def measured(legs: Legs, open_cells: set[str], seconds: float) -> dict[str, int]:
    """Return how many pairs each cell has once the time is up, where costs are as foretold."""
    left, going = seconds, legs.going(open_cells, seconds)
    while going and left >= legs.prices.of(dict.fromkeys(going, 1)):
        left -= legs.prices.of(dict.fromkeys(going, 1))
        legs.pairs.update(going)
        going = legs.going(open_cells, left)
    return dict(legs.pairs)


def test_where_there_is_time_all_go_on_together() -> None:
    legs = legs_of({"a1": 1.0, "a2": 2.0, "b": 9.0}, start=1.0)
    everybody = {"a1", "a2", "b"}
    assert legs.going(everybody, SLACK * 16 * 14) == everybody
    assert legs.foretold(everybody, SLACK * 16 * 14).waiting == []


def test_the_dearest_wait_until_the_others_have_come_to_their_look() -> None:
    legs = legs_of({"a": 1.0, "b": 10.0, "c": 2.0})
    everybody = {"a", "b", "c"}
    assert legs.going(everybody, 100.0) == {"a", "c"}
    told = legs.foretold(["a", "b", "c"], 100.0)
    assert told == Foretold(("a", "b", "c"), frozenset("ac"), whole=16 * 13.0, fits=100)
    assert told.waiting == ["b"]


def test_who_waited_has_its_turn_if_it_fits_once_the_others_are_decided() -> None:
    legs = legs_of({"a": 1.0, "b": 10.0})
    assert legs.going({"a", "b"}, 180.0) == {"a"}
    legs.pairs["a"] = 16
    assert legs.going({"b"}, 180.0) == {"b"}
    assert legs.going({"b"}, 164.0) == {"b"}


def test_nobody_gets_pairs_beyond_a_look_before_everybody_who_can_has_had_one() -> None:
    assert measured(legs_of({"a": 1.0, "b": 4.0}), {"a", "b"}, 90.0) == {"a": 26, "b": 16}
    assert measured(legs_of({"a": 1.0, "b": 4.0}), {"a", "b"}, 60.0)["a"] >= 36


def test_after_the_first_look_those_of_like_cost_go_on_together_though_time_will_be_up_first() -> None:
    legs = legs_of({"a": 1.0, "b": 1.5})
    legs.pairs.update({"a": 16, "b": 16})
    assert legs.going({"a", "b"}, 15.0) == {"a", "b"}


def test_and_one_that_costs_far_more_waits() -> None:
    legs = legs_of({"a": 1.0, "b": 1.5, "c": 9.0})
    legs.pairs.update({"a": 16, "b": 16, "c": 16})
    assert legs.going({"a", "b", "c"}, 60.0) == {"a", "b"}


def test_workers_are_started_once_for_all_cells_of_a_model() -> None:
    legs = legs_of({"a1": 1.0, "a2": 1.0, "b": 1.0}, start=10.0)
    assert legs.prices.of({"a1": 2, "a2": 1, "b": 1}) == 20 + 2 + 1 + 10 + 1
    assert legs.going({"a1", "a2", "b"}, 230.0) == {"a1", "a2"}


def test_where_nothing_fits_what_is_left_goes_to_all_of_whom_a_pair_does() -> None:
    legs = legs_of({"a": 1.0, "b": 2.0, "c": 20.0})
    told = legs.foretold(["a", "b", "c"], 10.0)
    assert (told.fitting, told.fits) == (frozenset(), 10)
    assert legs.going({"a", "b", "c"}, 10.0) == {"a", "b"}


def test_who_goes_on_is_chosen_at_looks_and_where_their_look_would_not_be_reached() -> None:
    legs = legs_of({"a": 1.0, "b": 1.0})
    assert legs.going({"a", "b"}, 40.0) == {"a", "b"}
    legs.pairs.update({"a": 4, "b": 4})
    assert legs.going({"a", "b"}, 25.0) == {"a", "b"}
    legs.prices.cells["b"].seen.append(2.0)
    assert legs.going({"a", "b"}, 25.0) == {"a"}


def test_what_was_seen_counts_for_more_than_what_was_foretold() -> None:
    legs = legs_of({"a": 1.0, "b": 1.0})
    legs.prices.cells["a"].seen += [3.0, 5.0]
    assert legs.prices.of({"a": 1}) == 4.0
    assert (legs.prices.most("a", {"a"}), legs.prices.most("b", {"b"})) == (5.0, 1.0)


@pytest.mark.parametrize("budget", [30.0, 90.0, 200.0, 700.0])
def test_cells_rest_only_at_a_look_or_with_none(budget: float) -> None:
    costs = {f"{letter}{number}": 0.1 * 3**number for letter in "ab" for number in range(4)}
    legs = legs_of(costs, start=0.2)
    left, going = budget, set(costs)
    before: set[str] = set()
    while left >= legs.prices.of(dict.fromkeys(going, 1)):
        going = legs.going(set(costs), left)
        for cell in before - going:
            assert legs.pairs[cell] in (0, *LOOKS) or left < 16 * legs.prices.of({cell: 1})
        left -= legs.prices.of(dict.fromkeys(going, 1))
        legs.pairs.update(going)
        before = going
        if all(has >= LOOKS[-1] for has in legs.pairs.values()):
            break
    assert sum(has >= LOOKS[0] for has in legs.pairs.values()) >= 2


def test_what_counts_for_nothing_waits_first_and_after_a_look_however_little_it_costs() -> None:
    legs = legs_of({"a": 1.0, "b": 3.0, "c": 2.0}, counting="bc")
    assert legs.going({"a", "b", "c"}, 100.0) == {"b", "c"}
    legs.pairs.update({"a": 16, "b": 16, "c": 16})
    assert legs.going({"a", "b", "c"}, 45.0) == {"b", "c"}
    assert legs.going({"a", "b", "c"}, 60.0, again=True) == {"a", "b", "c"}


def test_where_nothing_counts_the_dearest_wait_as_ever() -> None:
    assert legs_of({"a": 1.0, "b": 3.0, "c": 2.0}, counting="z").going({"a", "b", "c"}, 60.0) == {"a", "c"}
