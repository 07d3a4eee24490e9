"""What failed, as the user's own code raised it: out of its library's group, and without frames of ours."""

import os
import sys
from collections.abc import Sequence
from inspect import unwrap
from itertools import pairwise
from pathlib import Path
from traceback import walk_tb
from types import ModuleType, TracebackType
from typing import Any

from concbench.cases.checking import WrongRun
from concbench.cases.foreign import told_foreign
from concbench.cases.waiting import MODELS
from concbench.errors import UserError
from concbench.models.base import Model

OF_GROUPS = ("asyncio", "anyio", "contextlib", "trio")
"""What the frames are of in which a group of tasks ends; the one that has opened the group is before them."""

LEAVING = ("ExitStack.", "AsyncExitStack.")
"""What stands between our code and the user's where a resource is left."""

NOT_THE_USERS = ("asyncio", "concbench", "pytest_benchmark")
"""The packages whose frames before the user's are left out, if they are there at all."""


def as_raised(error: BaseException, model: Model | None) -> BaseException:
    """Return what a test is to fail with when a run failed with ``error`` under a model.

    The libraries of coroutines put what their tasks raise into a group: its first member is what failed
    first, and a note on it says how many more did. (A group that a task made stays one.) The traceback begins
    with the first frame of the user's code; refusals and wrong results, which are about a call in the test,
    begin with that call.
    """
    if isinstance(error, BaseExceptionGroup) and _is_of_run(error, model):
        error = _first_of(error)
    told_foreign(error)
    if isinstance(error, UserError | WrongRun):
        return error.with_traceback(None)
    return error.with_traceback(from_users_code(error.__traceback__) or error.__traceback__)


def _is_of_run(group: BaseExceptionGroup[BaseException], model: Model | None) -> bool:
    """Say whether it was a model that opened the group of tasks, or a resource, and not the function."""
    codes = [frame.f_code for frame, _line in walk_tb(group.__traceback__)]
    for outer, inner in pairwise(codes):
        if inner.co_qualname.startswith(LEAVING) and outer.co_filename.startswith(_folders(("concbench",))):
            return True
    own = [code.co_filename for code in codes if not code.co_filename.startswith(_folders(OF_GROUPS))]
    opened: Any = unwrap(model.open) if model else None
    code = getattr(opened, "__code__", None)
    return not own or own[-1].startswith(MODELS) or own[-1] == getattr(code, "co_filename", None)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first, *others = group.exceptions
    if others:
        first.add_note(f"({len(others)} more tasks failed; this was the first)")
    return first


def from_users_code(traceback: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback that begins with a frame that is the user's; None if there is none."""
    folders = _folders(NOT_THE_USERS)
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(folders):
        traceback = traceback.tb_next
    return traceback


def _folders(packages: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_place, filter(None, map(sys.modules.get, packages))))


def _place(module: ModuleType) -> str:
    """Return the folder of a package; the file of a module that is none."""
    file = Path(module.__file__ or "")
    return f"{file.parent}{os.sep}" if hasattr(module, "__path__") else str(file)
