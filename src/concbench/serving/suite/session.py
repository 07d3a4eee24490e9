"""A session that serves an asv suite: it finds the benchmarks, then runs those that it is asked for."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from concbench import __version__
from concbench.measure.failures import outcome
from concbench.serving.attending import attend_all
from concbench.serving.channel import Channel, Message
from concbench.serving.faults import located
from concbench.serving.suite.caches import Caches
from concbench.serving.suite.finding import Found, find
from concbench.serving.suite.locating import NoSuite, suite_folder
from concbench.serving.suite.marks import lend_marks


def serve_all(setup: Mapping[str, Any], channel: Channel) -> None:
    """Find the benchmarks in ``setup["paths"]``, and serve them until nothing more is asked."""
    channel.greet(f"concbench {__version__}")
    folder = Path(setup["folder"])
    place = setup["temporary"]
    os.chdir(place)  # as in asv nothing is found by a path that begins at the project
    lend_marks()
    found = Found(folder)
    try:
        for path in setup["paths"]:
            find(suite_folder(folder, path), setup["keyword"], found)
    except NoSuite as error:
        channel.give_up(outcome("unavailable", str(error)))
    except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
        channel.give_up(outcome("crashed", located(error, folder)))
    else:
        caches = Caches(Path(place))
        bodies = {name: partial(one.run, caches) for name, one in found.benchmarks.items()}
        attend_all(channel, about(found), bodies)
    os.chdir(folder)


def about(found: Found) -> Message:
    """Return what the driver is told of what was found."""
    tests = [{"name": one.name, "file": one.group, "fixture": "time"} for one in found.benchmarks.values()]
    errors = [{"file": group, "reason": reason} for group, reason in found.errors.items()]
    return {"tests": tests, "errors": errors, "left_out": dict(found.others)}
