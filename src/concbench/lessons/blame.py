"""Why a learner's program failed, in a learner's words: whose line it was, and what is likely behind it.

Standard library only.
"""

import builtins
import re
import sys
from collections.abc import Generator, Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from concbench.words import cut, error_told, error_words, shown

LOOK = " — look: "
"""Stands between what is wrong and what to look for."""

MOST_NAMED = 200


class Wrong(Exception):
    """What is wrong with an answer, and what to look for first."""

    def __init__(self, what: str, look: str) -> None:
        super().__init__(f"{what}{LOOK}{look}")


def split(words: str) -> tuple[str, str]:
    """Return what is wrong, and what to look for, which may be nothing."""
    what, _, look = words.partition(LOOK)
    return what, look


class LearnersFailure(Exception):
    """A learner's program has raised something: in words, with what to look for."""


def blamed(error: BaseException, program: Any) -> Wrong:
    """Return what an exception out of a program says to who wrote it."""
    frames = [(frame, line) for frame, line in walk_tb(error.__traceback__)]
    if (request := _request(frames)) is not None:
        return _misspelt(*request, error)
    if _is_cancelled(error, program):
        frames = _before_join(frames, program)
    what = cut(error_told(error), MOST_NAMED * 2)
    if isinstance(error, SyntaxError) and error.filename:
        what = f"{type(error).__name__}: {error.msg}, at {Path(error.filename).name}:{error.lineno}"
        what += f": {cut(error.text.strip(), MOST_NAMED)}" if error.text else ""
    elif (where := _place(frames, program)) is not None:
        what = f"{what}, {where}"
    return Wrong(what, next(_looks(error, frames, program)))


def _is_cancelled(error: BaseException, program: Any) -> bool:
    kind = getattr(program, "Cancelled", None)
    return isinstance(kind, type) and isinstance(error, kind)


def _before_join(frames: list[tuple[FrameType, int]], program: Any) -> list[tuple[FrameType, int]]:
    """Return the frames down to the learner's own that joined: further in is where another was cancelled."""
    file = getattr(program, "__file__", None)
    for position, ((frame, _), (inner, _)) in enumerate(pairwise(frames), 1):
        if frame.f_code.co_filename == file and inner.f_code.co_name in ("join", "result_of"):
            return frames[:position]
    return frames


ENDLESS = {"every task waits for another one", "nobody on the stage will ever send anything"}


def _place(frames: list[tuple[FrameType, int]], program: Any) -> str | None:
    """Return the innermost line of the learner's own file, as ``in FUNCTION at FILE:LINE``."""
    file = getattr(program, "__file__", None)
    mine = [(frame, line) for frame, line in frames if frame.f_code.co_filename == file]
    if not mine:
        return None
    frame, line = mine[-1]
    return _told(frame, line)


def place_of(error: BaseException, program: Any) -> str | None:
    """Return where in the learner's own file a program was when something was raised, or None."""
    return _place(list(walk_tb(error.__traceback__)), program)


def _told(frame: FrameType, line: int) -> str:
    name = frame.f_code.co_name
    place = f"at {Path(frame.f_code.co_filename).name}:{line}"
    return place if name.startswith("<") else f"in {name} {place}"


def _request(frames: list[tuple[FrameType, int]]) -> tuple[Any, Any, Any] | None:
    """Return a loop, its task and what that had yielded, where a loop failed at doing that, or None.

    The loops of the lesson have these names for them. A frame further in is the task's, or the loop's.
    """
    for position, (frame, _) in enumerate(frames):
        local = frame.f_locals
        if not {"self", "task", "request"} <= set(local) or frame.f_code.co_name != "run":
            continue
        further = [one for one, _ in frames[position + 1 :]]
        if all(one.f_locals.get("self") is local["self"] and one.f_code.co_name != "wait" for one in further):
            return local["self"], local["task"], local["request"]
    return None


def _misspelt(loop: Any, task: Any, request: Any, error: BaseException) -> Wrong:
    """Say which request a loop could not do, where it was yielded, and what it can do."""
    yielded = f"`yield` of {shown(request)}{waiting_at(task)}"
    known = [
        name
        for name, value in vars(type(loop)).items()
        if callable(value) and not name.startswith("_") and name not in ("run", "wait")
    ]
    if isinstance(request, Generator):
        return Wrong(
            f"{yielded}: the loop is handed a generator", "a generator is run by `yield from`, not by `yield`"
        )
    if type(request) is not tuple or len(request) != 2 or type(request[0]) is not str:
        return Wrong(
            f"{yielded}: a request is a pair, of its name and what it is about",
            f'as in `yield "{(known or ["wake"])[-1]}", …`; a bare `yield` asks for another turn',
        )
    if request[0] not in known:
        return Wrong(
            f"{yielded}: the loop knows no request {request[0]!r}{meant(request[0], known)}",
            f"a request is a method of Loop: {', '.join(known)}",
        )
    return Wrong(
        f"{yielded}: the loop cannot do it: {cut(error_told(error), MOST_NAMED)}",
        f"what does {request[0]} of Loop take as its second argument?",
    )


def waiting_at(task: Any) -> str:
    """Return where a task has yielded: in the innermost of the generators that it is in."""
    work = getattr(task, "work", task)
    while isinstance(getattr(work, "gi_yieldfrom", None), Generator):
        work = work.gi_yieldfrom
    frame = getattr(work, "gi_frame", None)
    return "" if frame is None else f" {_told(frame, frame.f_lineno)}"


def meant(name: str, known: Iterable[str], least: float = 0.6) -> str:
    """Return the one that is spelled most like a name, as a question in brackets, or nothing."""
    like = get_close_matches(name, [one for one in known if one != name], n=1, cutoff=least)
    return f" (did you mean {like[0]}?)" if like else ""


def _looks(error: BaseException, frames: list[tuple[FrameType, int]], program: Any) -> Iterator[str]:
    """Yield what to look for, by the kind of error."""
    words = error_words(error)
    if _is_cancelled(error, program):
        yield CANCELLED
    if isinstance(error, NameError) and (name := error.name or _quoted(words)):
        yield _of_name(error, name, frames[-1][0])
    if isinstance(error, AttributeError) and error.name:
        if (kind := _no_task(error, program)) is not None:
            yield f"is it `class {kind}(Task)`? A Task has {error.name} from the start"
        yield f"is {error.name} misspelt{meant(error.name, _names_of(error.obj))}, or set nowhere?"
    if isinstance(error, ModuleNotFoundError):
        like = meant(str(error.name), sys.stdlib_module_names, 0.75)
        yield f"an answer needs Python's own modules alone, and this is none of them{like}"
    if words in ENDLESS:
        yield "who waits, and who was to wake it? An Event that nobody sets, or a place nobody wakes"
    yield from (look for kind, part, look in LOOKS if isinstance(error, kind) and part in words)


CANCELLED = (
    "Cancelled is no Exception, so that `except Exception` lets it pass; join raises it where the task that"
    " is joined was cancelled (to wait for its end alone: `yield from task.ended.wait()`)"
)


def _quoted(words: str) -> str | None:
    """Return the name that an error's words have between quotes: an UnboundLocalError has it nowhere else."""
    found = re.search(r"variable '(\w+)'", words)
    return found[1] if found else None


def _of_name(error: NameError, name: str, inner: FrameType) -> str:
    """Return what to look for where a name has no value."""
    if isinstance(error, UnboundLocalError):
        return f"{name} is assigned in the function, and so its own there: self.{name}, or `nonlocal {name}`?"
    if name in sys.stdlib_module_names:
        return f"is `import {name}` missing?"
    like = meant(name, [*inner.f_locals, *inner.f_globals, *vars(builtins)])
    return f"is it misspelt{like}?" if like else "is it misspelt, or not defined before it is used?"


def _no_task(error: AttributeError, program: Any) -> str | None:
    """Return the name of the class that lacks what the step's class Task has, where it is no such class."""
    task, kind = getattr(program, "Task", None), type(error.obj)
    if not isinstance(task, type) or issubclass(kind, task) or not hasattr(task, str(error.name)):
        return None
    return kind.__name__ if kind.__module__ == task.__module__ else None


def _names_of(thing: Any) -> list[str]:
    try:
        return dir(thing)
    except Exception:  # noqa: BLE001  (it is the learner's own, and may be asked in vain)
        return []


NOTHING = "is one of them what a work has yielded? A bare `yield` hands you None"

LOOKS: tuple[tuple[type[BaseException], str, str], ...] = (
    (TypeError, "not iterable", "after `yield from` stands a generator: does what makes it lack a `yield`?"),
    (TypeError, "'NoneType' and '", NOTHING),
    (TypeError, "' and 'NoneType'", NOTHING),
    (TypeError, "not supported between", "tuples that begin alike are compared by what follows: add a count"),
    (TypeError, "argument", "does the function, or `__init__`, take what it is handed?"),
    (BlockingIOError, "", "a socket was not ready: wait for it before each call"),
    (IndentationError, "", "indent by four spaces throughout, and the lines of one block alike"),
    (SyntaxError, "codec", "save the file as UTF-8"),
    (SyntaxError, "", "is a bracket or a quote left open, or a colon missing, there or in the line before?"),
    (NotImplementedError, "", "is the method that has to be there misspelt, or missing?"),
    (SystemExit, "", "an answer ends by `return`: to exit ends the loop with it"),
    (BaseException, "", "print what that line works with, before it: what an answer prints is shown, too"),
)  # fmt: skip
"""What to look for, by the kind of an error and a part of its words: the first that fits."""
