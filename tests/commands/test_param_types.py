"""Amounts on the command line."""

import click
import pytest

from concbench.commands.param_types import Amount, Bytes, Duration, Nanoseconds, Seconds, Share, SoMany


@pytest.mark.parametrize(
    ("kind", "text", "amount"),
    [
        (Seconds(), "90", 90.0),
        (Seconds(), "3m", 180.0),
        (Seconds(), " 1.5 h ", 5400.0),
        (Nanoseconds(), "100us", 100_000.0),
        (Nanoseconds(), "2 µs", 2000.0),
        (Bytes(), "1KiB", 1024.0),
        (Share(), "1%", 0.01),
        (Share(), "0.02", 0.02),
        (SoMany(), "99.9%", 0.999),
        (Duration(), "30ms", 0.03),
    ],
)
def test_an_amount_is_a_number_and_a_unit(kind: Amount, text: str, amount: float) -> None:
    assert kind.convert(text, None, None) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Seconds(), "3 fortnights", "such as 3m: a number and one of s, m, min, h"),
        (Seconds(), "", "no amount"),
        (Seconds(), "-3", "no amount"),
        (Seconds(), "0", "not a number of a billionth or more"),
        (Nanoseconds(), "0", "not a number of a billionth or more"),
        (Bytes(), "0", "not a number of a billionth or more"),
        (Share(), "0%", "not a number of a billionth or more"),
        (Seconds(), "99999999999999999999h", "9223372036854775807 at most"),
        (Bytes(), "9999999999999999999", "9223372036854775807 at most"),
        (Seconds(), "nan", "no amount"),
        (Seconds(), "9" * 400, "9223372036854775807 at most"),
        (Share(), "1", r"give per cent \(1%\)"),
        (Bytes(), "1%", "such as 32B"),
        (SoMany(), "100%", r"give per cent \(99%\)"),
        (Duration(), "30", "has no unit"),
        (Duration(), "x" * 10_000, "x… is no amount"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(kind: Amount, text: str, told: str) -> None:
    with pytest.raises(click.BadParameter, match=told):
        kind.convert(text, None, None)
