"""Running one test: once, and in this process, whatever the project's plug-ins would do with it."""

from typing import Any

import pytest

HOOK = "pytest_runtest_protocol"

PYTESTS_OWN = "runner"
"""The plug-in of pytest itself that runs a test."""

WATCHDOG = "faulthandler"
"""The one that writes a traceback, or ends the process, after ``faulthandler_timeout``."""


def run_once(item: pytest.Item, following: pytest.Item | None) -> None:
    """Run a test, with all that surrounds it; ``following`` shares fixtures with it.

    Plug-ins that run tests in a way of their own, again where they fail or in another process, have no say:
    a test stands still here while it is served. Those that only surround it, and the project's conftest
    files, do.
    """
    manager = item.config.pluginmanager
    others = [
        one.plugin
        for one in getattr(item.config.hook, HOOK).get_hookimpls()
        if one.plugin_name == WATCHDOG
        or not (one.hookwrapper or getattr(one, "wrapper", False) or _is_known(one))
    ]
    manager.subset_hook_caller(HOOK, others)(item=item, nextitem=following)


def _is_known(found: Any) -> bool:
    return str(found.plugin_name) == PYTESTS_OWN or str(found.plugin_name).endswith("conftest.py")
