"""Verdicts over many looks and many series."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.stats.interval import NotDetermined
from concbench.stats.looks import LOOKS, Looks
from concbench.stats.signed_rank import signed_rank
from concbench.stats.verdicts import Judge, Judged

MARGIN = math.log(1.01)
OPPOSITE = {"slower": "faster", "faster": "slower", "same": "same", "unsure": "unsure"}
seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, n: int = LOOKS.pairs[-1], spread: float = 0.02) -> np.ndarray:
    """Log-ratios of pairs, with heavy tails."""
    drawn: np.ndarray = spread * np.random.default_rng(seed).standard_t(4, n)
    return drawn


def family(seed: int, effect: float = 0.04) -> dict[str, np.ndarray]:
    """Six series: two slower, one faster, the others equal; one of them hardly noisy."""
    effects = {"a": effect, "b": effect / 2, "c": -effect, "d": 0.0, "e": 0.0}
    drawn = {key: by + noise(seed + at) for at, (key, by) in enumerate(effects.items())}
    return {**drawn, "f": noise(seed + 6, spread=0.002)}


def judges(series: dict[str, np.ndarray]) -> list[dict[str, Judged]]:
    """Return what is known after each of the planned looks."""
    judge = Judge(dict.fromkeys(series, MARGIN))
    return [judge.look({key: all_[:n] for key, all_ in series.items()}) for n in LOOKS.pairs]


def alone(values: object, margin: float = MARGIN, looks: Looks = LOOKS) -> Judged:
    return Judge({"cell": margin}, looks=looks).look({"cell": values})["cell"]  # type: ignore[dict-item]


def ends(judged: Judged) -> tuple[float, float, float]:
    return judged.low, judged.middle, judged.high


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_what_is_decided_stays_decided_and_what_is_known_grows(seed: int) -> None:
    looks = judges(family(seed))
    for before, after in pairwise(looks):
        for key, was in before.items():
            now = after[key]
            assert now.p_value <= was.p_value
            assert was.low <= now.low <= now.middle <= now.high <= was.high
            assert was.verdict in ("unsure", now.verdict)


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_sides_that_change_places_have_the_opposite_verdicts(seed: int) -> None:
    there = judges(family(seed))[3]
    back = judges({key: -series for key, series in family(seed).items()})[3]
    for key, one in there.items():
        other = back[key]
        assert other.verdict == OPPOSITE[one.verdict]
        assert ends(other) == pytest.approx((-one.high, -one.middle, -one.low))
        assert (other.p_value, other.reason, other.open) == (one.p_value, one.reason, one.open)


@settings(max_examples=12, deadline=None)
@given(seeds, st.integers(-10, 10))
def test_another_unit_changes_no_verdict(seed: int, power: int) -> None:
    unit = 2.0**power
    series = family(seed)
    before = Judge(dict.fromkeys(series, MARGIN)).look(series)
    after = Judge(dict.fromkeys(series, unit * MARGIN)).look({k: unit * v for k, v in series.items()})
    for key, one in before.items():
        assert ends(after[key]) == tuple(unit * end for end in ends(one))
        assert (after[key].verdict, after[key].p_value) == (one.verdict, one.p_value)


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_a_verdict_says_what_the_interval_says(seed: int) -> None:
    for judged in judges(family(seed))[-1].values():
        if judged.verdict == "slower":
            assert judged.low > MARGIN
        elif judged.verdict == "faster":
            assert judged.high < -MARGIN
        elif judged.verdict == "same":
            assert -MARGIN <= judged.low <= judged.high <= MARGIN
        assert (judged.reason is None) == (judged.verdict != "unsure")


def test_clear_differences_are_told_from_none() -> None:
    last = judges(family(3))[-1]
    assert {key: last[key].verdict for key in "acf"} == {"a": "slower", "c": "faster", "f": "same"}


@given(st.sampled_from(LOOKS.pairs), seeds)
def test_a_p_value_is_two_sided_and_pays_for_its_look(pairs: int, seed: int) -> None:
    values = 0.02 + noise(seed, pairs)
    above, below = signed_rank(values, MARGIN)[0], signed_rank(values, -MARGIN)[1]
    weight = LOOKS.weights[LOOKS.pairs.index(pairs)]
    assert alone(values).p_value == pytest.approx(min(1.0, 2 * min(above, below) / weight))


def test_a_look_that_is_not_planned_takes_the_share_of_the_next_and_spends_it() -> None:
    judge = Judge({"cell": MARGIN})
    values = 0.025 + noise(1)
    first = judge.look({"cell": values[:30]})["cell"]
    assert first.p_value == pytest.approx(2 * signed_rank(values[:30], MARGIN)[0] / LOOKS.weights[2])
    second = judge.look({"cell": values[:36]})["cell"]
    assert second.p_value == pytest.approx(
        min(first.p_value, 2 * signed_rank(values[:36], MARGIN)[0] / LOOKS.weights[3])
    )


def test_more_pairs_than_planned_take_the_share_of_the_last_look() -> None:
    judge = Judge({"cell": 0.0}, looks=Looks((16, 24), (0.5, 0.5)))
    values = 0.001 + noise(1, 60)
    once = judge.look({"cell": values[:50]})["cell"]
    assert once.p_value == pytest.approx(2 * min(signed_rank(values[:50])) / 0.5)
    assert not once.open
    assert judge.look({"cell": values})["cell"] == once


def test_looking_again_at_the_same_pairs_spends_nothing() -> None:
    judge, values = Judge({"cell": MARGIN}), noise(1)
    once = judge.look({"cell": values[:16]})
    for _ in range(20):
        assert judge.look({"cell": values[:16]}) == once
    assert judge.look({"cell": values[:24]})["cell"].open


def test_a_series_stays_as_it_was_while_others_go_on_or_run_ahead() -> None:
    judge = Judge(dict.fromkeys("abc", MARGIN))
    ahead = {"a": noise(1)[:16], "b": noise(2), "c": noise(3)[:3]}
    first = judge.look(ahead)
    second = judge.look({"a": ahead["a"], "b": noise(2, 400)})
    assert [one.pairs for one in first.values()] == [16, 270, 0]
    assert repr(second) == repr(first)  # a middle that is nan equals no other one


def test_a_discovery_among_few_is_none_among_very_many() -> None:
    values = 0.1 + noise(1, 16)
    assert alone(values).verdict == "slower"
    margins = dict.fromkeys(["cell", *map(str, range(999))], MARGIN)
    judged = Judge(margins).look({"cell": values})["cell"]
    assert (judged.verdict, judged.open) == ("unsure", True)
    assert judged.reason == "the interval clears the margin, but not at 1% over all 1000 series"


@pytest.mark.parametrize(
    ("difference", "verdict"), [(0.0, "same"), (256.0, "same"), (257.0, "slower"), (-300.0, "faster")]
)
def test_differences_that_repeat_exactly_are_decided_at_the_first_look(
    difference: float, verdict: str
) -> None:
    judged = alone([difference] * 16, margin=256.0)
    assert (judged.verdict, ends(judged)) == (verdict, (difference,) * 3)


def test_differences_that_are_nearly_always_the_margin_are_not_beyond_it() -> None:
    assert alone([256.0] * 14 + [264.0] * 10, margin=256.0).verdict == "unsure"


def test_without_a_margin_only_exactly_equal_sides_are_the_same() -> None:
    assert alone([0.0] * 16, margin=0.0).verdict == "same"
    assert alone(noise(1), margin=0.0).verdict == "unsure"
    assert alone(0.1 + noise(1), margin=0.0).verdict == "slower"


@pytest.mark.parametrize("pairs", [0, 1, LOOKS.pairs[0] - 1])
def test_too_few_pairs_say_nothing(pairs: int) -> None:
    judged = alone(noise(1, pairs))
    assert (judged.verdict, judged.pairs, judged.p_value, judged.open) == ("unsure", 0, 1.0, True)
    assert (judged.low, judged.high) == (-math.inf, math.inf)
    assert math.isnan(judged.middle)
    assert judged.reason == "too few pairs: 16 are needed"


def test_after_the_last_look_nothing_is_open() -> None:
    judged = alone(0.009 + noise(1))
    assert (judged.verdict, judged.open, judged.reason) == (
        "unsure",
        False,
        "still undecided at its last look, after 270 pairs",
    )


def test_looks_that_contradict_each_other_leave_the_first_word_standing() -> None:
    judge = Judge({"cell": MARGIN})
    first = judge.look({"cell": np.full(16, 0.1)})["cell"]
    second = judge.look({"cell": np.concatenate([np.full(16, 0.1), np.full(254, -0.1)])})["cell"]
    assert (first.verdict, second.verdict) == ("slower", "slower")
    assert ends(second) == ends(first)


@pytest.mark.parametrize(("sign", "word"), [(1, "slower"), (-1, "faster")])
def test_no_verdict_has_its_significance_from_the_opposite_direction(sign: int, word: str) -> None:
    turned = sign * np.concatenate([np.full(16, 0.05), np.full(254, -0.05)]) + noise(1, 270, 0.001)
    judge = Judge(dict.fromkeys(range(100), MARGIN))
    looks = [judge.look({0: turned[:n]})[0] for n in LOOKS.pairs]
    assert word not in {one.verdict for one in looks}
    assert looks[-1].verdict == "unsure"
    assert "say the opposite" in str(looks[-1].reason)


def test_a_value_that_is_not_finite_is_refused_before_anything_is_spent() -> None:
    judge, values = Judge(dict.fromkeys("ab", MARGIN)), noise(1, 16)
    for bad in (math.nan, math.inf):
        with pytest.raises(NotDetermined, match="value 16 of 17"):
            judge.look({"a": values, "b": [*values, bad]})
    assert judge.look({})["a"].pairs == 0


def test_bad_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="'other' is not one of the series"):
        Judge({"cell": 1.0}).look({"other": [1.0]})
    for margin in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="finite distance of 0 or more"):
            Judge({"cell": margin})
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        Judge({"cell": 1.0}, rate=0.0)
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        Judge({"cell": 1.0}, confidence=99.0)
    with pytest.raises(ValueError, match="one value for each process"):
        Judge({"cell": 1.0}).look({"cell": [[1.0]]})


def test_no_series_have_no_verdicts() -> None:
    assert Judge[str]({}).look({}) == {}
