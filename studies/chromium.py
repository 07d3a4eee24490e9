"""A Chromium to look at reports with: for ``screenshots.py`` and for the tests in ``tests/browser``."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What a browser that can be driven is called, where it is installed."""

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It opens nothing but files of ours, also as root, and asks the network for nothing of its own."""


class NoBrowser(Exception):
    """There is no browser; the message says what to install."""


def executable(playwright_s_own: str) -> str:
    """Return the path of the browser: that in ``CHROME``, one that is installed, or Playwright's own.

    Raises NoBrowser where ``CHROME`` names no program, and where there is none of them all.
    """
    asked = os.environ.get("CHROME")
    if asked:
        if found := shutil.which(asked):
            return found
        raise NoBrowser(f"CHROME is {asked}, which is no program; name a Chromium or Chrome, or unset it")
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if Path(playwright_s_own).exists():
        return playwright_s_own
    raise NoBrowser(
        "no Chromium or Chrome is installed; install one (on Debian: apt install chromium; anywhere:"
        " python -m playwright install chromium), or set CHROME to its path"
    )


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser without a window, and end it. Raises NoBrowser."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium
        browser = chromium.launch(executable_path=executable(chromium.executable_path), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
