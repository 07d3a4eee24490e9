"""Tables sort, filter and can be taken along, by mouse and by keyboard."""

import csv
import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from concbench.report.sections.processes import ABOUT

from .window import Gallery, Window, unfolded

pytestmark = pytest.mark.browser

Row = dict[str, Any]

ROWS = """(table, column) => [...table.tBodies[0].rows].map((row) => {
  const cell = row.cells[column];
  const figure = order(cell);
  return {
    text: row.textContent, cell: cell.textContent.trim(),
    unknown: cell.classList.contains("faint") || !cell.hasChildNodes(),
    order: Number.isNaN(figure) ? null : figure,
  };
})"""


def table_of(page: Page, name: str) -> Locator:
    return page.locator(f"#{name} table")


def rows_of(table: Locator, column: int) -> list[Row]:
    """Return what stands in a column, from top to bottom."""
    rows: list[Row] = table.evaluate(f"table => ({ROWS})(table, {column})")
    return rows


def column_where(table: Locator, fits: Callable[[list[Row]], bool]) -> int:
    """Return the first column that fits."""
    return next(i for i in range(table.locator("thead th").count()) if fits(rows_of(table, i)))


def is_of_several_units(rows: list[Row]) -> bool:
    known = [row for row in rows if not row["unknown"]]
    units = {row["cell"].rpartition(" ")[2] for row in known}
    return {"µs", "ms"} <= units and all(row["order"] is not None for row in known)


def has_unknown(rows: list[Row]) -> bool:
    known = [row["order"] for row in rows if not row["unknown"] and row["order"] is not None]
    return any(row["unknown"] for row in rows) and len(set(known)) > 2


def test_a_column_of_figures_is_sorted_by_what_they_are_worth_whatever_their_units(
    shown: Gallery, example: Path
) -> None:
    table = table_of(shown.anew(example), "cells")
    column = column_where(table, is_of_several_units)
    before = rows_of(table, column)
    header = table.locator("thead th").nth(column)
    expect(header).not_to_have_attribute("aria-sort", "ascending")
    for direction, backwards in (("ascending", False), ("descending", True), ("ascending", False)):
        header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", direction)
        after = rows_of(table, column)
        orders = [row["order"] for row in after if not row["unknown"]]
        assert orders == sorted(orders, reverse=backwards)
        assert sorted(row["text"] for row in after) == sorted(row["text"] for row in before)
    assert is_of_several_units(after)
    assert [row["text"] for row in after] != [row["text"] for row in before]


@pytest.mark.nightly
def test_what_is_not_known_comes_last_in_both_directions(shown: Gallery, example: Path) -> None:
    table = table_of(shown.anew(example), "cells")
    column = column_where(table, has_unknown)
    button = table.locator("thead th").nth(column).get_by_role("button")
    for _direction in ("ascending", "descending"):
        button.click()
        unknown = [row["unknown"] for row in rows_of(table, column)]
        assert unknown == sorted(unknown)
        assert unknown[0] is False


@pytest.mark.nightly
def test_names_are_sorted_as_a_reader_would_and_only_one_column_says_that_it_is_sorted(
    shown: Gallery, example: Path
) -> None:
    table = table_of(shown.anew(example), "cells")
    for name in ("unit", "workload"):
        table.get_by_role("button", name=name, exact=True).click()
    cells = [row["cell"] for row in rows_of(table, 0)]
    assert cells == sorted(cells)
    assert len(set(cells)) > 1
    assert table.locator("[aria-sort]").all_inner_texts() == ["workload"]


@pytest.mark.nightly
def test_every_column_of_every_table_can_be_sorted_and_loses_no_row(shown: Gallery, example: Path) -> None:
    page = shown.anew(example)
    wrong = page.evaluate(
        f"""() => [...document.querySelectorAll(".table table")].flatMap((table) => {{
          const rows = (column) => ({ROWS})(table, column);
          const texts = () => rows(0).map((row) => row.text).sort().join();
          const all = texts();
          return [...table.tHead.rows[0].cells].flatMap((header, column) => {{
            header.querySelector("button").click();
            const known = rows(column).filter((row) => !row.unknown && row.order !== null);
            const orders = known.map((row) => row.order).filter((order) => !Number.isNaN(order));
            const sorted = orders.every((order, place) => !place || orders[place - 1] <= order);
            return sorted && texts() === all ? [] : [[table.caption.textContent, header.textContent]];
          }});
        }})"""
    )
    assert wrong == []


def test_a_table_is_sorted_with_the_keyboard_alone(shown: Gallery, example: Path) -> None:
    page = shown.anew(example)
    table = table_of(page, "load-models")
    headers = table.locator("thead th")
    page.locator("#load-models").get_by_role("region").focus()
    page.keyboard.press("Tab")
    expect(table.locator(".ask")).to_be_focused()
    page.keyboard.press("Tab")
    expect(headers.nth(0).get_by_role("button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(headers.nth(1).get_by_role("button")).to_be_focused()
    expect(headers.nth(1).get_by_role("button")).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(headers.nth(1)).to_have_attribute("aria-sort", "ascending")
    first = [row["cell"] for row in rows_of(table, 1)]
    page.keyboard.press("Space")
    expect(headers.nth(1)).to_have_attribute("aria-sort", "descending")
    assert [row["cell"] for row in rows_of(table, 1)] != first
    expect(headers.nth(1).get_by_role("button")).to_be_focused()


def test_rows_are_filtered_by_workload_and_model_and_their_number_is_announced(
    shown: Gallery, example: Path
) -> None:
    holder = shown.anew(example).locator("#cells")
    workload, model = (holder.get_by_role("combobox", name=name) for name in ("workload", "model"))
    status, visible = holder.get_by_role("status"), holder.locator("tbody tr:visible")
    rows = holder.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [row.cells[0].textContent, row.cells[2].textContent])"
    )
    expect(status).to_have_text(f"{len(rows)} of {len(rows)} rows")
    chosen_workload, chosen_model = rows[-1]
    workload.select_option(chosen_workload)
    left = [row for row in rows if row[0] == chosen_workload]
    expect(status).to_have_text(f"{len(left)} of {len(rows)} rows")
    expect(visible).to_have_count(len(left))
    model.select_option(chosen_model)
    left = [row for row in left if row[1] == chosen_model]
    assert 0 < len(left) < len(rows)
    expect(status).to_have_text(f"{len(left)} of {len(rows)} rows")
    expect(visible).to_have_count(len(left))
    workload.select_option("all")
    expect(visible).to_have_count(sum(row[1] == chosen_model for row in rows))
    model.select_option("all")
    expect(visible).to_have_count(len(rows))


@pytest.mark.nightly
def test_a_filter_is_chosen_with_the_keyboard_and_stays_when_the_table_is_sorted(
    shown: Gallery, example: Path
) -> None:
    page = shown.anew(example)
    holder = page.locator("#cells")
    box = holder.get_by_role("combobox", name="workload")
    box.focus()
    page.keyboard.press("ArrowDown")
    chosen = box.input_value()
    assert chosen
    visible = holder.locator("tbody tr:visible")
    count = visible.count()
    holder.get_by_role("button", name="time", exact=True).click()
    expect(visible).to_have_count(count)
    assert set(visible.evaluate_all("rows => rows.map((row) => row.cells[0].textContent)")) == {chosen}


def test_a_click_downloads_the_tidy_table_as_plain_csv(shown: Gallery, example: Path) -> None:
    page = shown.anew(example)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the tidy table").click()
    assert download.value.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert tuple(rows[0])[: len(ABOUT)] == ABOUT
    assert len(rows) > 500
    values = [value for row in rows for name, value in row.items() if name not in ABOUT and value]
    assert len(values) > 2 * len(rows)
    assert all(math.isfinite(float(value)) for value in values)


@pytest.mark.nightly
def test_without_javascript_the_same_table_is_downloaded_compressed(window: Window, example: Path) -> None:
    page = unfolded(window.open(example, java_script_enabled=False))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the tidy table").click()
    assert download.value.suggested_filename.endswith(".csv.gz")
    first = gzip.decompress(Path(download.value.path()).read_bytes()).decode().splitlines()[0]
    assert tuple(first.split(","))[: len(ABOUT)] == ABOUT
