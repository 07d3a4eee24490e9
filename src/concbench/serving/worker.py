"""The process that serves a project's own benchmarks: finds them, and times what they hand over.

Like :mod:`concbench.measure.worker` it talks over pipes of its own, and what it prints is kept for its last
words. ``kind`` says how benchmarks are found: tests of pytest, an asv suite, or functions that are named.
"""

import faulthandler
import json
import os
import resource
import sys
import traceback
from importlib import import_module
from time import perf_counter_ns

from concbench.lifeline import hold
from concbench.measure.failures import told
from concbench.serving.channel import Channel
from concbench.serving.surroundings import lend

KINDS = {
    "pytest": "concbench.serving.tests.session",
    "asv": "concbench.serving.suite.session",
    "call": "concbench.serving.functions",
}
"""The module that serves each kind; its ``serve_all(setup, channel)`` returns once nothing more is asked."""


def main(arguments: list[str]) -> None:
    """Run as a worker; ``arguments``: what to serve, as JSON, then the file descriptors."""
    try:
        work(arguments)
    except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
        traceback.print_exc()
        sys.exit(told(error))


def work(arguments: list[str]) -> None:
    """Find what there is to serve, and serve it until the driver closes the pipe."""
    setup = json.loads(arguments[0])
    request_fd, reply_fd, lifeline_fd = map(int, arguments[1:4])
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # hanging workers are aborted: no core files
    hold(lifeline_fd)
    sys.path[:0] = setup["roots"]
    sys.path.append(setup["folder"])
    os.chdir(setup["folder"])
    lend(setup)
    with open(request_fd, encoding="utf-8") as requests:  # noqa: PTH123  (a file descriptor has no path)
        channel = Channel(requests, reply_fd, setup)
        module = import_module(KINDS[setup["kind"]])
        module.serve_all(setup, channel)
        began = perf_counter_ns()
    channel.close(began)
    sys.stdout.flush()
    os._exit(0)  # threads that hang must not hold up the driver
