"""asyncio without its C: the pure-Python Task and Future of the standard library, on the same event loop.

What every release of CPython carries beside the accelerator ``_asyncio``, for interpreters that lack it:
``asyncio.tasks._PyTask`` and ``asyncio.futures._PyFuture``. It shows what the C code is worth, and what to
expect where tasks are subclassed, traced or debugged in Python. The price: each step of a task, each future
and each callback is interpreted, and a task takes more memory. The loop, ``sleep``, ``Event`` and
``TaskGroup`` are Python code in both models; here the loop makes their tasks and futures in Python.

Up to 3.13 ``asyncio.current_task`` knows tasks of both kinds. From 3.14 on it is told of tasks in C alone,
and a TaskGroup asks it for its parent; so while a session is open the function for tasks in Python stands in
its place, as in CPython's own tests of these classes.
"""

import asyncio
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import MethodType
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model, Session

PyTask: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]
PyFuture: Any = asyncio.futures._PyFuture  # type: ignore[attr-defined]

APART = sys.version_info >= (3, 14)
"""Whether tasks in Python are registered apart from those in C."""


def python_task(loop: asyncio.AbstractEventLoop, coro: Any, **about: Any) -> Any:
    """Make a task: a task factory, as ``set_task_factory`` wants one."""
    return PyTask(coro, loop=loop, **about)


def python_future(loop: asyncio.AbstractEventLoop) -> Any:
    """Make a future, as ``BaseEventLoop.create_future`` does."""
    return PyFuture(loop=loop)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the default event loop, which makes tasks and futures in Python."""
    loop = asyncio.new_event_loop()
    loop.set_task_factory(python_task)
    loop.create_future = MethodType(python_future, loop)  # type: ignore[method-assign]
    return loop


def current_task() -> object:
    """Return the running task, as asyncio tells it now."""
    return asyncio.current_task()


@contextmanager
def open_session() -> Iterator[Session]:
    """Open the model: start the loop, and have asyncio look for the current task among those in Python."""
    in_c = asyncio.current_task
    if APART:
        _set_current_task(asyncio.tasks._py_current_task)  # type: ignore[attr-defined]
    try:
        with asyncio_model.open_session(new_event_loop) as session:
            yield session
    finally:
        _set_current_task(in_c)


def _set_current_task(function: Any) -> None:
    asyncio.current_task = asyncio.tasks.current_task = function


MODEL = Model(
    name="asyncio-py",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio with its pure-Python Task and Future, as interpreters without its C code have it",
    cost="as asyncio, with each step, future and callback interpreted, and more memory per task",
    source="CPython's asyncio: tasks._PyTask and futures._PyFuture, in a TaskGroup on the default event loop",
    version=platform.python_version,
    open=open_session,
    lends=asyncio_model.MODEL.lends,
    current=current_task,
)
