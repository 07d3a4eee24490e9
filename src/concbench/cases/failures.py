"""What failed, as the user's own code raised it: out of its library's group, and without frames of ours."""

import os
import sys
from pathlib import Path
from types import ModuleType, TracebackType

from concbench.cases.checking import WrongRun
from concbench.cases.foreign import told_foreign
from concbench.errors import UserError
from concbench.models.base import Dialect

NOT_THE_USERS = ("asyncio", "concbench", "pytest_benchmark")
"""The packages whose frames before the user's are left out, if they are there at all."""


def as_raised(error: BaseException, dialect: Dialect | None) -> BaseException:
    """Return what a test is to fail with when a run failed with ``error`` under a model of this dialect.

    The libraries of coroutines put what their tasks raise into a group: its first member is what failed
    first, and a note on it says how many more did. The traceback begins with the first frame of the user's
    code; refusals and wrong results, which are about a call in the test, begin with that call.
    """
    if dialect == "coroutine" and isinstance(error, BaseExceptionGroup):
        error = _first_of(error)
    told_foreign(error)
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
    folders = tuple(map(_folder, filter(None, map(sys.modules.get, NOT_THE_USERS))))
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(folders):
        traceback = traceback.tb_next
    return traceback


def _folder(package: ModuleType) -> str:
    return f"{Path(package.__file__ or '').parent}{os.sep}"
