"""What holds for all tests: signals are not ignored, the garbage collector leaves modules alone, how many
examples Hypothesis draws (other ones each time, so few at once are many over days), and which tests stay
together when they are shared out among processes.
"""

import gc
import importlib.util
import os
import signal
from typing import Any

import pytest

if importlib.util.find_spec("hypothesis") is not None:  # the measured side's tests are run without it
    from hypothesis import settings

    settings.register_profile("usual", max_examples=40, deadline=None)  # tests share the machine
    settings.register_profile("thorough", max_examples=1000, deadline=None)
    settings.load_profile("usual")


def pytest_configure() -> None:
    """Let programs that tests start be interrupted, also where all this runs in the background of a shell.

    A shell without job control has such a program ignore Ctrl-C, and ``nohup`` SIGHUP: that is inherited.
    """
    for polite, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(polite) is signal.SIG_IGN:
            signal.signal(polite, usual)
    os.environ.pop("PYTEST_XDIST_WORKER", None)  # pytest-benchmark, started by a test, would time nothing


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Leave the tests of a file, and those that share a browser, to one process of pytest-xdist.

    What they share would be made by every process else: a measured run, a page, a browser.
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if "browser/" in file else file

    return Together(config, log)


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Freeze modules, tests and fixtures: a collection before each sample would look through them, for 0.2 s.

    What a test makes is not frozen, so what it leaves behind is collected, and complained of, as ever.
    """
    gc.collect()
    gc.freeze()
