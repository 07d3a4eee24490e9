"""The browser, and the reports it opens: of the example, and of runs that are made here."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser

from chromium import NoBrowser, launched
from concbench.analysis.history import traces_of
from concbench.analysis.verdicts import judged_again
from concbench.report.page.build import comparison_page_of, history_page_of
from tests.report.histories import MODELS, suite
from tests.report.pages import example_page
from tests.report.paired import cell_id, comparison_with, measured

from .runs import EXAMPLE, fresh, hostile, later, report_on
from .window import Gallery, Window


def give_up(lack: NoBrowser) -> NoReturn:
    """Skip what needs a browser; fail where nothing may be left out."""
    if os.environ.get("CI"):
        pytest.fail(f"{lack} (CI is set, so this is not skipped)")
    pytest.skip(str(lack))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Yield a browser that ends with the last test here: while it runs, nothing else can run asyncio."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(launched())
        except NoBrowser as lack:
            give_up(lack)
        yield running


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Yield a window. Whatever its pages complain of, or ask the network for, fails the test."""
    window = Window(browser)
    yield window
    window.close()
    assert window.complaints == []
    assert window.requests == []


@pytest.fixture(scope="package")
def gallery(browser: Browser) -> Iterator[Gallery]:
    """Yield where pages are hung that are only looked at."""
    gallery = Gallery(browser)
    yield gallery
    gallery.close()


@pytest.fixture
def shown(gallery: Gallery) -> Iterator[Gallery]:
    """Yield the gallery. A complaint or a request that came since the last test fails this one."""
    yield gallery
    assert gallery.complaints == []
    assert gallery.requests == []


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the reports, and of the run files that were made for them."""
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="package")
def example(folder: Path) -> Path:
    """Return the report of the example. (``tests/commands`` has the real command write it.)"""
    path = folder / "example.html"
    path.write_text(example_page(), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def pair(folder: Path) -> Path:
    """Return the report of two runs side by side, of two commits."""
    return report_on(folder / "pair.html", EXAMPLE, later(folder / "later.jsonl"))


@pytest.fixture(scope="package")
def anew(folder: Path) -> Path:
    """Return the report of a tiny run that was measured just now."""
    return report_on(folder / "anew.html", fresh(folder / "anew.jsonl"))


@pytest.fixture(scope="package")
def odd(folder: Path) -> Path:
    """Return the report of a run with hostile names, at a path that has to be quoted in a URL."""
    return report_on(folder / "Übung #1 (50 % läuft).html", hostile(folder / "Namen & Wörter.jsonl"))


@pytest.fixture(scope="package")
def compared(folder: Path) -> Path:
    """Return the page of a comparison of very many cells, one in three of them slower."""
    cells = {cell_id(tasks, model): 1.1 if tasks % 3 else 1.0 for tasks in range(1, 16) for model in MODELS}
    comparison = judged_again(measured(*comparison_with(cells)))
    path = folder / "compared.html"
    path.write_text(comparison_page_of(comparison, "compared.jsonl"), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def stepped(folder: Path) -> Path:
    """Return the page of a history in which something stepped."""
    path = folder / "stepped.html"
    path.write_text(history_page_of(traces_of(suite()), "results"), encoding="utf-8")
    return path
