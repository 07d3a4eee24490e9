"""Error rates in the terminal and on their page: the sentence first, and no rate of nothing."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from concbench.analysis.rates import Order, Power, Rates
from concbench.report.blocks import Picture, Words
from concbench.report.page.build import rates_page_of
from concbench.report.sections.rates import rates_section
from concbench.report.terminal.rates import print_rates, share_words
from concbench.stats.proportion import proportion
from tests.report.hostile import NAMES
from tests.report.pages import lines_of, parsed, table_named

FACTORS = (1.02, 1.05, 1.1)


def powers(*models: str) -> tuple[Power, ...]:
    return tuple(
        Power(model=model, factor=factor, counted=factor, cells=3, found=proportion(588, 600), pairs=24.0)
        for model in models
        for factor in FACTORS
    )


def rates(found: Sequence[Power] = (), replays: int = 1000, live: int = 20, recorded: int = 200) -> Rates:
    return Rates(
        cells=20 if recorded else 0,
        series=44 if recorded else 0,
        recorded=recorded,
        live=live,
        replays=replays,
        false_series=proportion(1, 44 * replays) if replays else proportion(0, 0),
        false_runs=proportion(1, replays) if replays else proportion(0, 0),
        same=proportion(40 * replays, 44 * replays),
        pairs_to_same=36.0,
        live_runs=proportion(0, live),
        live_series=proportion(0, 44 * live),
        live_same=proportion(40 * live, 44 * live),
        live_seconds=170.0,
        powers=tuple(found),
    )


def printed(found: Rates, width: int = 80) -> str:
    stream = io.StringIO()
    print_rates(Console(file=stream, width=width), found)
    return stream.getvalue()


def test_the_sentence_that_matters_comes_first() -> None:
    first = (
        "Of 1000 replayed comparisons of identical sides 1 raised a false alarm: 0.1 % [0.0025–0.56]."
        " Of 20 live ones 0 did: 0 % [0–16.84]."
    )
    assert printed(rates(), 150).startswith(first)
    assert rates_section(rates()).blocks[0] == Words(first, "lead")


def test_live_runs_lead_where_there_are_only_those() -> None:
    text = printed(rates(replays=0, recorded=0))
    assert text.startswith("Of 20 live comparisons")
    assert "recorded pairs" not in text


def test_too_few_pairs_to_replay_are_told() -> None:
    assert "5 recorded pairs are too few to replay: that takes 16" in printed(
        rates(replays=0, recorded=5), 200
    )
    nothing = printed(rates(replays=0, recorded=5, live=0), 200)
    assert nothing.startswith("Nothing could be judged, so there is no rate: that takes 16 pairs, and 5 are")
    assert "% [" not in nothing


def test_a_power_of_too_few_pairs_is_no_rate_and_no_mark_in_the_chart() -> None:
    unjudged = [replace(power, found=proportion(0, 0), pairs=0.0) for power in powers("generator")]
    section = rates_section(rates(unjudged))
    assert not any(isinstance(block, Picture) for block in section.blocks)
    assert lines_of(table_named(section, "powers"))[0][-2:] == [("–",), ("–",)]


def test_there_is_no_rate_of_nothing() -> None:
    assert share_words(proportion(0, 0)) == "–"
    assert share_words(proportion(5, 5)).startswith("100 % [")
    assert share_words(proportion(1, 44_000)).startswith("0.0023 % [")
    (row,) = (line for line in printed(rates(live=0)).splitlines() if "with a false alarm" in line)
    assert row.split()[-1] == "–"


@pytest.mark.parametrize("width", [80, 120])
def test_rates_and_power_fit_the_console(width: int) -> None:
    text = printed(rates(powers("generator", "asyncio+uvloop:new_event_loop")), width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "…" not in text
    assert text.count("98 % [") == 6


def test_the_page_has_a_row_for_each_model_and_factor_and_a_chart() -> None:
    section = rates_section(rates(powers("generator", "threads")))
    assert len(lines_of(table_named(section, "powers"))) == 6
    assert sum(isinstance(block, Picture) for block in section.blocks) == 1
    assert not any(isinstance(block, Picture) for block in rates_section(rates()).blocks)


@pytest.mark.parametrize("name", NAMES)
def test_words_of_a_file_are_only_text(name: str) -> None:
    found = rates(powers(name))
    assert all(letter.isprintable() for letter in printed(found).replace("\n", ""))
    page = rates_page_of(found, name)
    assert [element.tag for element in parsed(page).all("script")] == ["script"]
    assert not parsed(page).all("img")


def test_a_power_that_found_nothing_has_no_number_of_pairs() -> None:
    (power, *_rest) = powers("generator")
    nothing = replace(power, found=proportion(0, 600), pairs=0.0)
    (row,) = lines_of(table_named(rates_section(rates([nothing])), "powers"))
    assert row[-1] == ("–",)


@pytest.mark.parametrize(("dependent", "trusted"), [(0, True), (3, False)])
def test_whether_pairs_are_independent_is_said_and_what_follows_if_not(
    dependent: int, *, trusted: bool
) -> None:
    order = Order(series=44, alarms=dependent, lowest=-0.12, highest=0.151, dependent=dependent)
    found = replace(rates(powers("asyncio")), order=order)
    words = " ".join(printed(found).split())
    assert f"correlate by -0.12 to 0.15, in {dependent} of 44 series" in words
    assert ("go by the live runs" in words) is not trusted
    (said,) = [one for one in rates_section(found).blocks if isinstance(one, Words) and one.kind != "lead"]
    assert said.kind == ("plain" if trusted else "alarm")
