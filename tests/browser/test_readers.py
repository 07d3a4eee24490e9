"""A report for every reader: with a keyboard, with a screen reader, without JavaScript, on paper."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .colours import contrast, texts
from .runs import HOSTILE
from .window import DARK, PHONE, WIDE, Gallery, Window, unfolded

pytestmark = pytest.mark.browser

A4 = 703
"""Width of a sheet between margins of 1.2 cm, px."""


def problems(page: Page, script: str) -> list[str]:
    """Return what a script finds."""
    found: list[str] = page.evaluate(script)
    return found


def test_a_page_has_one_heading_of_the_first_order_and_the_landmarks(shown: Gallery, example: Path) -> None:
    page = shown(example)
    for role in ("main", "navigation", "banner", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("html").get_attribute("lang") == "en"


def test_what_a_screen_reader_needs_has_a_name(shown: Gallery, example: Path) -> None:
    page = shown(example)
    assert page.locator("[role=img]").count() >= 10
    nameless = """() => {
      const bad = (selector, fits) => [...document.querySelectorAll(selector)]
        .filter((one) => !fits(one)).map((one) => selector + ": " + one.outerHTML.slice(0, 80));
      const named = (one) => (one.getAttribute("aria-label") || "").trim() !== "";
      const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
      return [
        ...bad("[role=img], [role=region], nav", named),
        ...bad("th", (one) => ["col", "row"].includes(one.getAttribute("scope")) && one.textContent.trim()),
        ...bad("table", (one) => one.caption && one.caption.textContent.trim()),
        ...bad("select", (one) => one.labels.length === 1),
        ...bad("button, a[href]", (one) => one.textContent.trim()),
        ...bad("section", (one) => document.getElementById(one.getAttribute("aria-labelledby"))),
        ...bad("a[href^='#']", (one) => document.getElementById(one.hash.slice(1))),
        ...bad(".scroll", (one) => one.tabIndex === 0 && one.getAttribute("role") === "region"),
        ...ids.filter((id, place) => ids.indexOf(id) !== place),
      ];
    }"""
    assert problems(page, nameless) == []


def test_arrows_that_show_how_a_table_is_sorted_are_not_read_aloud(shown: Gallery, example: Path) -> None:
    header = shown(example).locator("#load-models thead")
    assert "↕" in header.evaluate("one => getComputedStyle(one.querySelector('button'), '::after').content")
    assert "↕" not in header.aria_snapshot()


def test_the_first_tab_skips_to_the_answer(shown: Gallery, example: Path) -> None:
    page = shown.anew(example)
    skip = page.get_by_role("link", name="Skip to the answer")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main section').id") == "answer"


def test_a_section_that_is_jumped_to_is_not_hidden_by_the_navigation(shown: Gallery, example: Path) -> None:
    page = shown.anew(example, PHONE)
    page.get_by_role("link", name="Heat map").click()
    heading = page.get_by_role("heading", name="Heat map")
    expect(heading).to_be_in_viewport()
    top, bar = heading.bounding_box(), page.get_by_role("navigation").bounding_box()
    assert top is not None
    assert bar is not None
    assert top["y"] >= bar["y"] + bar["height"] - 1


def test_what_is_linked_to_is_unfolded(window: Window, example: Path) -> None:
    page = window.open(example)
    expect(page.locator("#map table").first).not_to_be_visible()
    page.get_by_role("link", name="Heat map").click()
    expect(page.locator("#map table").first).to_be_visible()
    page.goto(f"{example.as_uri()}#cells")
    expect(page.locator("#cells table")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_passage_that_is_referred_to_is_shown_by_its_link(
    window: Window, example: Path, script: bool
) -> None:
    page = window.open(example, java_script_enabled=script)
    passage = page.locator("#doc-report-which-model")
    expect(passage).not_to_be_visible()
    page.locator("#answer .see a").click()
    expect(passage).to_be_visible()
    expect(passage).to_be_in_viewport()
    expect(page.locator("#doc-report-rank")).not_to_be_visible()


def test_a_link_in_a_popover_closes_it(window: Window, example: Path) -> None:
    page = unfolded(window.open(example))
    for _again in range(2):
        page.locator("#scaling .ask").first.click()
        page.locator("[popover]:popover-open a", has_text="REPORT: Laws").click()
        expect(page.locator("[popover]:popover-open")).to_have_count(0)
        expect(page.locator("#doc-report-laws")).to_be_in_viewport()


def test_what_printing_unfolded_is_folded_again_and_nothing_else(window: Window, example: Path) -> None:
    page = window.open(example)
    page.goto(f"{example.as_uri()}#cells")
    for event, visible in (("beforeprint", True), ("afterprint", False)):
        page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        expect(page.locator("#map table").first).to_be_visible(visible=visible)
        expect(page.locator("#cells table")).to_be_visible()


def test_an_address_that_is_none_keeps_no_table_from_being_sorted(window: Window, example: Path) -> None:
    page = window.open(example)
    page.goto(f"{example.as_uri()}#100%")
    page.reload()
    assert page.evaluate("document.querySelectorAll('thead button').length")
    assert window.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_a_question_mark_says_how_to_read_what_stands_below_it(
    window: Window, example: Path, script: bool
) -> None:
    page = unfolded(window.open(example, java_script_enabled=script))
    ask = page.locator("#scaling .ask").first
    reading = page.locator(f"#{ask.get_attribute('popovertarget')}")
    expect(reading).not_to_be_visible()
    ask.click()
    expect(reading).to_be_visible()
    expect(reading).to_contain_text("Both axes are logarithmic")
    page.keyboard.press("Escape")
    expect(reading).not_to_be_visible()


@pytest.mark.parametrize("name", ["example", pytest.param("pair", marks=pytest.mark.nightly)])
def test_the_answer_is_read_without_scrolling_and_the_page_is_short(
    window: Window, request: pytest.FixtureRequest, name: str
) -> None:
    report = request.getfixturevalue(name)
    page = window.open(report, WIDE)
    page.set_viewport_size({"width": 1280, "height": 800})
    answer = page.locator(".load summary").first.bounding_box()
    assert answer is not None
    assert answer["y"] + answer["height"] < 800
    assert page.evaluate("document.documentElement.scrollHeight") <= 5000
    page = window.open(report, PHONE)
    assert page.evaluate("document.documentElement.scrollHeight") <= 9000
    first = page.locator(".load summary").first.bounding_box()
    assert first is not None
    assert first["y"] < 800


@pytest.mark.nightly
def test_without_javascript_everything_is_there_but_controls_that_would_be_dead(
    shown: Gallery, window: Window, example: Path
) -> None:
    parts = ("table", "tbody tr", "svg.chart", "section", "details", "a.download")
    page = unfolded(window.open(example, java_script_enabled=False))
    usual, without = (
        [one.locator(f"{part}:visible").count() for part in parts] for one in (shown(example), page)
    )
    assert usual == without
    assert min(usual) > 0
    assert page.locator("button:not([popovertarget]), select, input, [role=status], [aria-sort]").count() == 0
    arrows = "() => [...document.querySelectorAll('th')].filter((one) => one.textContent.includes('↕'))"
    assert problems(page, arrows) == []


@pytest.mark.nightly
def test_on_paper_all_is_unfolded_with_no_navigation_no_control_and_no_dark_ground(
    window: Window, example: Path
) -> None:
    page = window.open(example, DARK)
    assert page.locator("svg.chart:visible").count() == 0
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("nav", ".filters", ".download", ".skip", ".ask"):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    for seen in ("table", "svg.chart", "[popover]"):
        assert page.locator(f"{seen}:visible").count() == page.locator(seen).count()
    found = texts(page)
    assert (255, 255, 255) in {pair.ground for pair in found}
    assert [pair for pair in found if contrast(pair.front, pair.ground) < 4.5] == []


@pytest.mark.nightly
def test_on_paper_no_table_is_cut_and_no_figure_is_broken(
    shown: Gallery, example: Path, pair: Path, compared: Path, stepped: Path
) -> None:
    may_break = """() => [...document.querySelectorAll(".table td")].filter((one) =>
      /^[^{]*\\d \\[[^{]*\\]/.test(one.textContent) && getComputedStyle(one).whiteSpace !== "nowrap"
      && !one.querySelector("br")
    ).map((one) => one.textContent)"""
    for report in (example, pair, compared, stepped):
        page = shown(report)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": A4, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= A4
        assert problems(page, may_break) == []


def test_on_paper_a_wide_table_has_a_line_of_named_figures_for_each_row(
    window: Window, example: Path
) -> None:
    page = unfolded(window.open(example))
    assert page.locator("#cells td").nth(1).evaluate("one => getComputedStyle(one).display") == "table-cell"
    page.emulate_media(media="print")
    expect(page.locator("#cells thead")).not_to_be_visible()
    name = "one => getComputedStyle(one, '::before').content"
    assert page.locator("#cells td").nth(1).evaluate(name) == '"time: "'
    assert page.locator("#steps, #cells td:empty:visible").count() == 0
    expect(page.locator("#outcomes thead")).to_be_visible()


def test_on_paper_heads_can_be_repeated_and_texts_of_the_glossary_say_of_what_they_are(
    window: Window, example: Path
) -> None:
    page = unfolded(window.open(example))
    titles = page.locator(".glossary .printed")
    expect(titles.first).not_to_be_visible()
    page.emulate_media(media="print")
    assert titles.evaluate_all("all => all.every((one) => one.checkVisibility() && one.textContent.trim())")
    shown_as = (
        "all => all.map((one) => getComputedStyle(one).display)"  # Chromium repeats no head with controls
    )
    assert set(page.locator("thead button").evaluate_all(shown_as)) == {"contents"}


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["example", "compared", "stepped"])
def test_a_finger_finds_every_control(shown: Gallery, request: pytest.FixtureRequest, name: str) -> None:
    page = shown(request.getfixturevalue(name), PHONE)
    small = """() => [...document.querySelectorAll("button, summary, select, nav a")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert problems(page, small) == []


def test_a_text_in_a_table_is_no_tower_on_a_phone(shown: Gallery, example: Path) -> None:
    page = shown(example, PHONE)
    tall = """() => [...document.querySelectorAll("[id$='-laws'] td, #weights td")]
      .filter((one) => one.getBoundingClientRect().height > 100).map((one) => one.textContent)"""
    assert problems(page, tall) == []


@pytest.mark.parametrize("name", ["compared", "stepped"])
def test_other_pages_say_the_answer_first_and_are_short(
    window: Window, request: pytest.FixtureRequest, name: str
) -> None:
    report = request.getfixturevalue(name)
    page = window.open(report, WIDE)
    answer = page.locator(".line").first.bounding_box()
    assert answer is not None
    assert answer["y"] + answer["height"] < 800
    assert page.evaluate("document.documentElement.scrollHeight") <= 5000
    assert page.locator("table:visible, svg.chart:visible").count() == 0
    page = window.open(report, PHONE)
    assert page.evaluate("document.documentElement.scrollHeight") <= 9000
    assert unfolded(page).evaluate("document.documentElement.scrollWidth") <= PHONE.width


@pytest.mark.nightly
def test_hostile_names_are_words_everywhere(shown: Gallery, odd: Path) -> None:
    page = shown.anew(odd)
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, base, form").count() == 0
    handlers = """() => [...document.querySelectorAll("*")]
      .filter((one) => one.getAttributeNames().some((name) => name.startsWith("on")))
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert problems(page, handlers) == []
    for name in HOSTILE.values():
        assert page.locator("tbody th", has_text=name).count() > 0
        assert page.locator("svg.chart text, figcaption", has_text=name[:12]).count() > 0
        expect(page.locator("#cells").locator("option", has_text=name)).to_have_count(1)
    holder = page.locator("#cells")
    holder.get_by_role("combobox", name="model").select_option(HOSTILE["asyncio"])
    assert holder.locator("tbody tr:visible").count() > 0
