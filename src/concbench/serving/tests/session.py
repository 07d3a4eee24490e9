"""A session of pytest that is served: it collects, then runs the tests that it is asked for, one by one."""

import contextlib
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from concbench.measure.failures import outcome
from concbench.serving.channel import Channel
from concbench.serving.tests.chosen import files_of
from concbench.serving.tests.overheard import ERRORS, Overheard

NO_PYTEST = "there is no pytest in the environment of"


def serve_all(setup: Mapping[str, Any], channel: Channel) -> None:
    """Collect the tests of ``setup["args"]``, and serve them until nothing more is asked."""
    if importlib.util.find_spec("pytest") is None:
        channel.decline(f"{NO_PYTEST} {sys.executable}")
        return
    import pytest  # noqa: PLC0415  (only this kind of side needs it)

    from concbench.pytest_plugin import plugin as fixtures  # noqa: PLC0415
    from concbench.serving.tests.absent import Absent, absent  # noqa: PLC0415
    from concbench.serving.tests.installed import Installed  # noqa: PLC0415
    from concbench.serving.tests.plugin import ServedSession  # noqa: PLC0415  (they import pytest)

    channel.greet(f"pytest {pytest.__version__}")
    os.environ.pop("PYTEST_ADDOPTS", None)  # what the user's shell has is not the project's
    serving = ServedSession(channel)
    more = [*([Installed(setup)] if setup["built"] else []), *([Absent()] if absent() else [])]
    said = Overheard(ERRORS)  # where pytest tells what is wrong before there is any session
    with contextlib.redirect_stderr(said):
        code = pytest.main([*arguments(setup)], plugins=[fixtures, serving, *more])
    if not serving.opened:
        channel.give_up(outcome("crashed", serving.why(code, said.beginning)))
    elif not serving.ended:
        raise RuntimeError(f"pytest ended with exit code {int(code)} before it was let go")


def arguments(setup: Mapping[str, Any]) -> Iterator[str]:
    """Yield pytest's command line: what it writes goes into the process's own folder."""
    own = setup["temporary"]
    yield from ("-p", "no:concbench", "-o", f"cache_dir={own}/cache", "--rootdir", setup["folder"])
    if setup["keyword"]:
        yield from ("-k", setup["keyword"])
    yield from shlex.split(setup["args"])
    yield from ("--basetemp", f"{own}/t")
    yield from files_of(setup["paths"])
