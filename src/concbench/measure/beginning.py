"""How a process of ours begins that a driver talks to, and how it ends of an exception."""

import faulthandler
import json
import resource
import sys
import traceback
from collections.abc import Callable
from typing import Any

from concbench.lifeline import hold
from concbench.measure.failures import told


def to_its_end(work: Callable[[list[str]], None], arguments: list[str]) -> None:
    """Do the work of a process; the last words of one that ends of an exception are that, with its line."""
    try:
        work(arguments)
    except BaseException as error:  # noqa: BLE001  (a model, or a project's code, may raise anything)
        traceback.print_exc()
        sys.exit(told(error))


def begin(arguments: list[str]) -> tuple[dict[str, Any], int, int]:
    """Return what to serve, as it was told, and the file descriptors of requests and of answers.

    From here on the process ends with its driver, and one that is aborted leaves its traceback, and no core.
    """
    setup = json.loads(arguments[0])
    request_fd, reply_fd, lifeline_fd = map(int, arguments[1:4])
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hold(lifeline_fd)
    return setup, request_fd, reply_fd
