"""A report in light and dark, on a wide screen and a phone: quiet, its charts whole, all of it legible."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from concbench.models.index import MEMBERS
from concbench.report.page.build import page_of
from tests.report.made_up import run_of
from tests.report.pages import material_of_runs, sizes

from .colours import contrast, series, texts
from .window import DARK, DARK_PHONE, PHONE, VIEWS, WIDE, Gallery, View, Window

pytestmark = pytest.mark.browser

each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.scheme}-{view.width}")

CHARTS = """() => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const coloured = rules.filter((rule) => /^[.]s[0-9]+ .*--series-/.test(rule.cssText))
    .map((rule) => rule.selectorText).join();
  return [...document.querySelectorAll("svg.chart")].map((svg) => {
  svg.scrollIntoView({block: "center", behavior: "instant"});
  const box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const words = [...svg.querySelectorAll("text")];
  const outside = words.filter((text) => {
    const {left, right, top, bottom} = text.getBoundingClientRect();
    return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
  });
  const marks = [...svg.querySelectorAll(coloured)].map((mark) => mark.getBoundingClientRect());
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    name: svg.getAttribute("aria-label"),
    left: box.left, right: box.right, width: box.width, height: box.height,
    outside: outside.map((text) => text.textContent),
    smallest: scale * Math.min(...words.map((text) => parseFloat(getComputedStyle(text).fontSize))),
    marks: marks.filter(({width, height}) => width + height > 2).length,
    onTop: svg.contains(seen),
  };
});
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it is shown, px; ``smallest`` is its smallest letter, ``outside`` its words that are cut."""

    name: str
    left: float
    right: float
    width: float
    height: float
    outside: list[str]
    smallest: float
    marks: int
    on_top: bool


def charts(page: Page) -> list[Chart]:
    found: list[dict[str, Any]] = page.evaluate(CHARTS)
    return [Chart(on_top=chart.pop("onTop"), **chart) for chart in found]


def is_quiet(shown: Gallery, report: Path, view: View) -> None:
    page = shown(report, view)
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
    page.get_by_role("navigation").get_by_role("link", name="Method and raw data").click()
    assert shown.complaints == []
    assert shown.requests == []


@each_view
def test_a_report_is_quiet_asks_for_nothing_and_never_scrolls_sideways(
    shown: Gallery, example: Path, view: View
) -> None:
    is_quiet(shown, example, view)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "view"),
    [("pair", WIDE), ("pair", DARK_PHONE), ("anew", WIDE), ("anew", DARK_PHONE), ("odd", DARK_PHONE)],
    ids=lambda one: f"{one.scheme}-{one.width}" if isinstance(one, View) else one,
)
def test_so_is_one_of_two_runs_of_a_fresh_one_and_of_one_with_hostile_names_at_an_odd_path(
    shown: Gallery, request: pytest.FixtureRequest, name: str, view: View
) -> None:
    is_quiet(shown, request.getfixturevalue(name), view)


def test_what_a_page_complains_of_and_asks_for_is_heard(window: Window, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    script = "alert(1); console.error('ow'); oh()"
    bad.write_text(f"<img src='https://example.org/x.png'><script>{script}</script>")
    window.open(bad).wait_for_load_state()
    heard = " ".join(window.complaints)
    assert [word in heard for word in ("dialog: 1", "error: ow", "oh is not defined")] == [True, True, True]
    assert window.requests == ["https://example.org/x.png"]
    window.complaints.clear()
    window.requests.clear()


@each_view
def test_every_chart_is_seen_whole_and_is_large_enough_to_read(
    shown: Gallery, example: Path, view: View
) -> None:
    found = charts(shown(example, view))
    assert len(found) >= 10
    for chart in found:
        assert chart.left >= 0, chart.name
        assert chart.right <= view.width, chart.name
        assert chart.width >= 220, chart.name
        assert 100 <= chart.height <= 1500, chart.name
        assert chart.smallest >= 8, chart.name
        assert chart.outside == [], chart.name
        assert chart.marks >= 2, chart.name
        assert chart.on_top, chart.name


@pytest.mark.nightly
@pytest.mark.parametrize("view", [WIDE, DARK_PHONE], ids=["wide", "dark-phone"])
def test_charts_of_two_runs_and_of_a_fresh_one_are_seen_whole_too(
    shown: Gallery, pair: Path, anew: Path, view: View
) -> None:
    for report in (pair, anew):
        found = charts(shown(report, view))
        assert found
        assert [chart.outside for chart in found if chart.outside] == []
        assert all(0 <= chart.left < chart.right <= view.width for chart in found)
    assert "Who runs when" in " ".join(chart.name for chart in found)


def test_on_a_phone_a_wide_table_scrolls_to_its_end_and_the_page_stays(shown: Gallery, example: Path) -> None:
    page = shown.anew(example, PHONE)
    region = page.locator("#cells").get_by_role("region")
    region.scroll_into_view_if_needed()
    last = region.locator("tbody tr").first.locator("td").last
    region.evaluate("region => region.scrollLeft = region.scrollWidth")
    box, seen = last.bounding_box(), region.bounding_box()
    assert box is not None
    assert seen is not None
    assert seen["x"] <= box["x"]
    assert box["x"] + box["width"] <= seen["x"] + seen["width"] + 1
    assert page.evaluate("window.scrollX") == 0


def test_the_tables_that_answer_fit_on_a_wide_screen(shown: Gallery, example: Path) -> None:
    regions = shown(example).locator(".load").get_by_role("region")
    assert regions.count() > 5
    wider = "all => all.map((region) => region.scrollWidth - region.clientWidth)"
    assert set(regions.evaluate_all(wider)) == {0}


@each_view
def test_everything_written_stands_out_from_its_ground(shown: Gallery, example: Path, view: View) -> None:
    found = texts(shown(example, view))
    assert len(found) > 8
    assert [pair for pair in found if contrast(pair.front, pair.ground) < 4.5] == []


MANY = list(chain(*(members for family, members in MEMBERS.items() if family != "ladder")))
"""Contenders of a page that is as wide as they come: the ladder's are on a page of their own."""

COLUMNS = """(map) => [...map.querySelectorAll("td, thead th + th")].map((cell) => {
  const {left, right} = cell.getBoundingClientRect();
  return [left, right, cell.scrollWidth - cell.clientWidth];
})"""


@pytest.fixture(scope="package")
def many(folder: Path) -> Path:
    """Return the report of many contenders, whose figures are as long as they can be."""
    cells = [cell for at, name in enumerate(MANY) for cell in sizes(name, "spawn", 100.0 * 2**at, 10)]
    path = folder / "many.html"
    path.write_text(page_of(material_of_runs(run_of(*cells))), encoding="utf-8")
    return path


@pytest.mark.parametrize("view", [WIDE, PHONE], ids=["wide", "phone"])
def test_of_the_map_at_a_glance_no_column_is_off_the_screen(shown: Gallery, many: Path, view: View) -> None:
    page = shown.anew(many, view)
    columns = page.locator("#glance").evaluate(COLUMNS)
    assert len(columns) == 2 * len(MANY) == 40
    assert [column for column in columns if column[0] < 0 or column[1] > view.width or column[2] > 0] == []


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_series_and_its_sign_stands_out_from_its_ground(
    shown: Gallery, pair: Path, scheme: Any
) -> None:
    found = series(shown(pair, View(scheme)))
    assert len({one.front for one in found}) >= 3
    assert [one for one in found if contrast(one.front, one.ground) < 3] == []


def test_light_and_dark_have_no_ground_in_common(shown: Gallery, example: Path) -> None:
    light, dark = ({pair.ground for pair in texts(shown(example, view))} for view in (WIDE, DARK))
    assert light
    assert not light & dark


def test_what_a_mark_stands_for_is_said_beside_pointer_and_keys(window: Window, example: Path) -> None:
    page = window.open(example)
    page.goto(f"{example.as_uri()}#scaling")
    chart, tip = page.locator("#scaling svg.chart").first, page.locator(".tip")
    expect(tip).to_be_hidden()
    mark = chart.locator("use").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 6, box["y"] + box["height"] / 2)
    expect(tip).to_contain_text("samples")
    page.mouse.move(1, 1)
    expect(tip).to_be_hidden()
    chart.focus()
    page.keyboard.press("ArrowRight")
    first = tip.text_content()
    page.keyboard.press("ArrowRight")
    expect(tip).not_to_have_text(first or "")
    page.keyboard.press("ArrowLeft")
    expect(tip).to_have_text(first or "")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    assert window.complaints == []
