"""A cell as a plain function, for tools that time functions: one call makes the tasks and runs them once."""

import atexit
import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache

import work  # type: ignore[import-not-found]

from concbench.models import index

CELLS: list[str] = json.loads(os.environ["CONCBENCH_GATED_CELLS"])
"""The names of the cells, such as ``switch/generator``."""

_PROCESS = ExitStack()
atexit.register(_PROCESS.close)


@cache
def cell(name: str) -> Callable[[], None]:
    """Return the function that runs a cell; its model is opened once in a process, and each result judged."""
    workload_name, _, model_name = name.partition("/")
    (workload,) = (one for one in work.WORKLOADS if one.name == work.PREFIX + workload_name)
    model = index.get(model_name)
    params, session = workload.brief, _PROCESS.enter_context(model.open())

    def run() -> None:
        wrong = workload.judge(session.run(workload.factories(model.dialect, session.rt, params)), params)
        if wrong is not None:
            raise RuntimeError(f"{name}: {wrong}")

    return run
