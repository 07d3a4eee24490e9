"""The process that serves a project's own benchmarks: finds them, and times what they hand over.

Like :mod:`concbench.measure.worker` it talks over pipes of its own, and what it prints is kept for its last
words. ``kind`` says how benchmarks are found: tests of pytest, an asv suite, or functions that are named.
"""

import os
import sys
from importlib import import_module
from time import perf_counter_ns

from concbench.measure.beginning import begin, to_its_end
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
    to_its_end(work, arguments)


def work(arguments: list[str]) -> None:
    """Find what there is to serve, and serve it until the driver closes the pipe."""
    setup, request_fd, reply_fd = begin(arguments)
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
