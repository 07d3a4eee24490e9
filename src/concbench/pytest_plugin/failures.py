"""What failed, as the user's own code raised it: out of its library's group, and without frames of ours."""

import asyncio
import os
from pathlib import Path
from types import TracebackType

import pytest_benchmark

import concbench
from concbench.errors import UserError
from concbench.models.base import Dialect
from concbench.pytest_plugin.checking import WrongRun

NOT_THE_USERS = tuple(
    f"{Path(module.__file__ or '').parent}{os.sep}" for module in (asyncio, concbench, pytest_benchmark)
)
"""The folders whose frames before the user's are left out."""


def as_raised(error: BaseException, dialect: Dialect | None) -> BaseException:
    """Return what a test is to fail with when a run failed with ``error`` under a model of this dialect.

    The libraries of coroutines put what their tasks raise into a group: its first member is what failed
    first, and a note on it says how many more did. The traceback begins with the first frame of the user's
    code; refusals and wrong results, which are about a call in the test, begin with that call.
    """
    if dialect == "coroutine" and isinstance(error, BaseExceptionGroup):
        error = _first_of(error)
    if isinstance(error, UserError | WrongRun):
        return error.with_traceback(None)
    return error.with_traceback(from_users_code(error.__traceback__) or error.__traceback__)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first, *others = group.exceptions
    if others:
        first.add_note(f"({len(others)} more tasks failed; this was the first)")
    return first


def from_users_code(traceback: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback that begins with a frame that is the user's; None if there is none."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(NOT_THE_USERS):
        traceback = traceback.tb_next
    return traceback
