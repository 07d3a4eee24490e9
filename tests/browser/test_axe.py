"""axe-core finds nothing to object to: in light and dark, wide and on a phone, folded and unfolded."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .window import DARK_PHONE, PATIENCE, WIDE, View, unfolded

pytestmark = [pytest.mark.browser, pytest.mark.nightly]

AXE = os.environ.get("AXE_CORE", "")
"""The path of ``axe.min.js``, of npm's package axe-core (``CONTRIBUTING.md``)."""

VIOLATIONS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map((one) => one.id + ": " + one.nodes.map((node) => node.html.slice(0, 100)).join("; "))"""


@pytest.mark.skipif(not AXE, reason="AXE_CORE does not name axe-core's script")
@pytest.mark.parametrize("view", [WIDE, DARK_PHONE], ids=lambda view: f"{view.scheme}-{view.width}")
def test_axe_core_finds_no_violation(
    browser: Browser, example: Path, pair: Path, compared: Path, stepped: Path, view: View
) -> None:
    context = browser.new_context(offline=True, bypass_csp=True, **view.options)  # the page lets no script in
    context.set_default_timeout(PATIENCE)
    try:
        for report in (example, pair, compared, stepped):
            page = context.new_page()
            page.goto(report.as_uri())
            page.add_script_tag(path=AXE)
            assert page.evaluate(VIOLATIONS) == []
            assert unfolded(page).evaluate(VIOLATIONS) == []
    finally:
        context.close()
