"""The rows of a table: in few letters, with all that the page's script cannot read from them."""

import math
import re

import pytest

from concbench.report.blocks import Field, Row, Table, text
from concbench.report.charts.palette import Look
from concbench.report.page.dress import Dress
from concbench.report.page.rows import filters_of, must_be_told, rows_of, worth
from tests.report.pages import parsed


def table(*rows: Row, **how: object) -> Table:
    columns = tuple(f"c{place}" for place in range(len(rows[0].fields)))
    return Table(name="t", caption="A table", columns=columns, rows=rows, **how)  # type: ignore[arg-type]


def html_of(one: Table, dress: Dress | None = None) -> str:
    return f"<table><tbody>{rows_of(one, dress or Dress())}</tbody></table>"


def test_a_row_is_short_and_whole() -> None:
    fields = (text("spawn"), text("372 [256–426] µs", order=371847), text("–", faint=True))
    html = html_of(table(Row(fields), Row(fields), numeric=frozenset({1, 2})))
    assert html.count("<tr\n><th scope=row>spawn<td>372 [256–426] µs<td>") == 2
    rows = parsed(html).all("tr")
    assert [[field.text for field in row] for row in rows] == [["spawn", "372 [256–426] µs", ""]] * 2


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("372 [256–426] µs", 372e3),
        ("+1.80 [-1.70 – 1.90] ms", 1.8e6),
        ("-0.5 ns", -0.5),
        ("×1.4 [1.2–1.6]", 1.4),
        ("18.6%", 18.6),
        ("10 in 10", 10),
        ("1\u202f000 s", 1e12),
        ("2.00 MiB (peak)", 2**21),
        ("5 samples", 5),
        ("tasks 10, spread 0", 10),
    ],
)
def test_a_figure_is_read_from_its_words(words: str, value: float) -> None:
    assert worth(words) == pytest.approx(value)


@pytest.mark.parametrize("words", ["best", "7zip", "", "–", "first: 254 µs", "as good, 2 µs", "1.2.3"])
def test_what_is_no_figure_is_not_read_as_one(words: str) -> None:
    assert math.isnan(worth(words))


def test_figures_are_not_told_again_where_their_words_stand_in_the_same_order() -> None:
    assert not must_be_told(
        [text("1.00 ms", order=1e6), text("999 µs", order=999_400), text("–", faint=True)]
    )
    assert not must_be_told([text("1010 ns", order=1010.4), text("1.01 µs", order=1010.2)])


@pytest.mark.parametrize(
    "column",
    [
        [text("2 ms", order=1.0), text("1 ms", order=2.0)],
        [text("×1.1", order=3.0), text("best", order=0.0)],
        [text("1", "2", order=1.0)],
        [text("1.02 ms", order=1.0), text("1.00 ms", order=2.0), text("1.01 ms", order=3.0)],
        [text("a", order="b")],
        [text("1 s", order=1.0), text("unknown")],
    ],
)
def test_what_words_do_not_say_or_say_otherwise_is_told(column: list[Field]) -> None:
    assert must_be_told(column)
    html = html_of(table(*(Row((one,)) for one in column)))
    assert html.count("data-order") == sum(one.order not in (None, worth(*one.lines)) for one in column)


def test_of_a_column_that_is_told_figures_that_are_what_they_say_are_not() -> None:
    column = [text("tasks 10, spread 0", order=10.0), text("api usual, tasks 5", order=5.0)]
    html = html_of(table(*(Row((one,)) for one in column)))
    assert html.count("data-order=5>") == html.count("data-order") == 1


def test_names_that_are_sorted_as_they_are_shown_are_not_told_again() -> None:
    assert not must_be_told([text("asyncio", order="asyncio"), text("trio", order="trio")])


def test_a_row_says_what_it_is_of_where_its_heads_do_not() -> None:
    heads = (text("spawn"), text("tasks 1"), text("asyncio"))
    plain, other = Row(heads, "spawn", ("asyncio",)), Row(heads, "switch", ("asyncio", "trio"))
    one = table(plain, other, heads=3, filters=True)
    assert filters_of(one) == "workload model"
    assert [row.attributes for row in parsed(html_of(one)).all("tr")] == [
        {}, {"data-workload": "switch", "data-models": "asyncio\ntrio"},
    ]  # fmt: skip
    assert filters_of(table(plain, heads=3)) == ""
    several = (Row(heads, "spawn"), Row(heads, "switch"))
    assert filters_of(table(*several, heads=3, filters=True)) == "workload"
    assert filters_of(table(plain, heads=3, filters=True)) == "model"
    assert "data-" not in html_of(table(other, heads=3))


def test_classes_are_said_once_and_only_those_that_are_used() -> None:
    dress = Dress()
    field = Field(lines=("asyncio",), look=Look(1, 2), strong=True)
    hot = Field(lines=("×2",), grade=3)
    html = html_of(table(Row((field, hot)), Row((field, hot)), heads=1), dress)
    assert html.count('<th scope=row class="m12 strong">asyncio<td class=h3>×2') == 2
    css = str(dress.css())
    assert css.count(".m12::before") == 1
    assert 'content: "▲ " / ""; color: var(--series-1)' in css
    assert set(re.findall(r"\.[mhns]\d+", css)) == {".m12"}


def test_columns_of_figures_are_named_by_the_table() -> None:
    dress = Dress()
    assert (dress.numeric([1, 2, 5]), dress.numeric([5, 2, 1]), dress.numeric([])) == ("n0", "n0", "")
    (rule,) = [line for line in str(dress.css()).splitlines() if "n0" in line]
    assert ":is(:nth-child(n+2):nth-child(-n+3), :nth-child(6))" in rule
    assert "text-align: right" in rule
