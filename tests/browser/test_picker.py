"""The groups of loads: a reader looks at one alone, and has all without script and on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from concbench.report.page.build import page_of
from tests.report.made_up import dataset_of
from tests.report.pages import sizes

from .window import WIDE, Window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def all_loads(folder: Path) -> Path:
    """Return a page with loads of two families."""
    kinds = ("spawn", "ring", "switch")
    cells = [one for name in "ab" for kind in kinds for one in sizes(name, kind, 99.0, 10, 1000)]
    path = folder / "loads.html"
    path.write_text(page_of(dataset_of(*cells)), encoding="utf-8")
    return path


def groups_seen(page: Page) -> list[str]:
    """Return the ids of the groups that are seen."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('#answer .group')].filter((one) => one.checkVisibility())"
        ".map((one) => one.id)"
    )
    return found


def test_a_group_is_seen_alone_until_all_are_asked_for(window: Window, all_loads: Path) -> None:
    page = window.open(all_loads, WIDE)
    everyone = groups_seen(page)
    assert len(everyone) > 1
    links = page.locator("#answer .picks")
    links.get_by_role("link", name="basics").click()
    assert groups_seen(page) == ["load-in-basics"]
    expect(links.locator("[aria-current]")).to_contain_text("basics")
    links.get_by_role("link", name="all").click()
    assert groups_seen(page) == everyone


def test_what_is_linked_to_and_what_is_printed_is_brought_back(window: Window, all_loads: Path) -> None:
    page = window.open(all_loads, WIDE)
    everyone = groups_seen(page)
    links = page.locator("#answer .picks")
    other = page.locator("#load-in-basics details.load").first.get_attribute("id")
    links.get_by_role("link").first.click()
    assert len(groups_seen(page)) == 1
    page.evaluate("(id) => { location.hash = id; }", other)
    expect(page.locator(f"#{other}")).to_be_visible()
    links.get_by_role("link").first.click()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert groups_seen(page) == everyone


def test_without_script_the_links_lead_to_the_groups(window: Window, all_loads: Path) -> None:
    page = window.open(all_loads, WIDE, java_script_enabled=False)
    link = page.locator("#answer .picks a").last
    assert page.locator(f"{link.get_attribute('href')} h3").is_visible()
    assert page.locator("#answer .picks a").get_by_text("all", exact=True).count() == 0
