"""What holds for all tests: signals are not ignored, the garbage collector leaves modules alone, how many
examples Hypothesis draws (other ones each time, so few at once are many over days), and which tests stay
together, and which are alone, when they are shared out among processes.
"""

import gc
import importlib.util
import os
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.alone import Room

if importlib.util.find_spec("hypothesis") is not None:  # the measured side's tests are run without it
    from hypothesis import settings

    settings.register_profile("usual", max_examples=25, deadline=None)  # tests share the machine
    settings.register_profile("thorough", max_examples=1000, deadline=None)
    settings.load_profile("usual")


STARTING = {"browser", "commands", "docs", "measure", "pytest_plugin", "report", "suites"}
"""Folders whose tests start processes or draw pages."""

PAGES = ("report/test_page.py", "report/test_passages.py", "report/charts/test_hover.py")
"""Files whose tests look at the page that the browser's tests open, which takes seconds to make."""

ROOM = pytest.StashKey[Room]()


def pytest_configure(config: pytest.Config) -> None:
    """Let programs that tests start be interrupted, also where all this runs in the background of a shell.

    A shell without job control has such a program ignore Ctrl-C, and ``nohup`` SIGHUP: that is inherited.
    """
    for polite, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(polite) is signal.SIG_IGN:
            signal.signal(polite, usual)
    os.environ.pop("PYTEST_XDIST_WORKER", None)  # pytest-benchmark, started by a test, would time nothing
    if hasattr(config, "workerinput"):
        name = f"concbench-tests-{config.workerinput['testrunuid']}"
        config.stash[ROOM] = Room(Path(tempfile.gettempdir()) / name)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that start processes first, so that nothing long is left for the end."""
    items.sort(key=lambda item: not STARTING.intersection(item.nodeid.split("/")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Leave the tests of a file, and those that look at the same pages, to one process of pytest-xdist.

    What they share would be made by every process else: a measured run, a page, a browser. (With its own
    groups, ``--dist loadgroup``, every test would have a longer name.)
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "pages" if "browser/" in file or file.endswith(PAGES) else file

    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test that compares times run while the other processes of pytest-xdist run none."""
    room = item.config.stash.get(ROOM, None)
    if room is None:
        return (yield)
    with room.entered(alone=item.get_closest_marker("timing") is not None):
        return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the room."""
    if ROOM in config.stash:
        config.stash[ROOM].close()


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Freeze modules, tests and fixtures: a collection before each sample would look through them, for 0.2 s.

    What a test makes is not frozen, so what it leaves behind is collected, and complained of, as ever.
    """
    gc.collect()
    gc.freeze()
