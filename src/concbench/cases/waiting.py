"""Where tasks wait: found in the frames of what has not ended, at the moment when it is asked for."""

import gc
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CoroutineType, FrameType, GeneratorType
from typing import Any, TypeAlias

import concbench.models

MODELS = str(Path(concbench.models.__file__ or "").parent)

OTHERS = (str(Path(MODELS).parent), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))
"""Where the code of libraries lies, ours among them: it is not where a user looks for what waits."""

Place: TypeAlias = tuple[int | None, str]
"""The index of a task, None where it cannot be told, and where it waits."""


def where(thread: int | None, made: Any, interrupted: FrameType | None) -> str:
    """Return where a coroutine, a generator or a thread (nothing ``made``) waits; nothing where it has ended.

    One that is running is where its thread is: ``interrupted`` is where the main thread was.
    """
    running = getattr(made, "cr_running", False) or getattr(made, "gi_running", False)
    if made is not None and not running:
        return told(inwards(made))
    if thread in (None, threading.main_thread().ident):
        return told(backwards(interrupted))
    return told(backwards(sys._current_frames().get(thread or 0)))


def inwards(made: Any) -> list[FrameType]:
    """Return the frames of a coroutine or generator that is suspended, the innermost first."""
    frames: list[FrameType] = []
    while isinstance(made, CoroutineType | GeneratorType):
        coroutine = isinstance(made, CoroutineType)
        frame = made.cr_frame if coroutine else made.gi_frame  # type: ignore[union-attr]
        if frame is not None:
            frames.insert(0, frame)
        made = made.cr_await if coroutine else made.gi_yieldfrom  # type: ignore[union-attr]
    return frames


def backwards(frame: FrameType | None) -> list[FrameType]:
    """Return a frame and those that called it."""
    frames: list[FrameType] = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def told(frames: list[FrameType]) -> str:
    """Return the innermost place of the user's own code; of any code if there is none of his."""
    own = [frame for frame in frames if not frame.f_code.co_filename.startswith(OTHERS)]
    for frame in own or frames:
        return f"{frame.f_code.co_filename}:{frame.f_lineno}, in {frame.f_code.co_qualname}"
    return ""


def in_models(factories: Any, interrupted: FrameType | None) -> Iterator[Place]:
    """Yield the tasks of a run that nobody watches, as the coroutines of models that collect them know them.

    A coroutine of a model knows all tasks, and the ``factories`` they were made of, or one, and its index.
    """
    for one in gc.get_objects():
        if isinstance(one, CoroutineType) and one.cr_frame and one.cr_code.co_filename.startswith(MODELS):
            known = one.cr_frame.f_locals
            if known.get("factories") is factories:
                for index, task in enumerate(known.get("tasks", ())):
                    if hasattr(task, "get_coro") and not task.done():
                        yield index, where(None, task.get_coro(), interrupted)
            elif "index" in known and any(known.get("factory") is own for own in factories):
                yield known["index"], where(None, one, interrupted)


def in_threads(interrupted: FrameType | None) -> Iterator[Place]:
    """Yield the tasks that are threads, as the frame that waits for them knows them."""
    for frame in backwards(interrupted):
        threads = frame.f_locals.get("threads")
        if frame.f_code.co_filename.startswith(MODELS) and isinstance(threads, list):
            for index, thread in enumerate(threads):
                if isinstance(thread, threading.Thread) and thread.is_alive() and thread.ident:
                    yield index, where(thread.ident, None, interrupted)
