"""Ctrl-C, and the signals that ask a program to end: all are a KeyboardInterrupt, but never amid an import.

Raised there, it may be lost: the import system runs callbacks whose errors Python prints and forgets, and a
module that is being imported may take it for a library that is missing. So a signal that comes during an
import waits until that is over, which is looked at every millisecond; a second one is raised at once. So does
one that comes while something is begun that is not to be left in halves, such as a process, or while
``__del__`` takes an object down, whose errors Python prints and forgets, too.
"""

import signal
from collections.abc import Callable
from types import CodeType, FrameType
from typing import ParamSpec, TypeVar

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What asks a program to end. Windows has no SIGHUP, and results are read there too."""

UNHEARD = (signal.SIG_DFL, signal.default_int_handler)
"""What handles a signal of which nobody has decided anything; one that is ignored stays so."""

CAN_WAIT = hasattr(signal, "setitimer")
"""Whether there is a timer to wait with: not on Windows, where a signal is raised wherever it comes."""

AGAIN_S = 0.001

IMPORTER = "<frozen importlib._bootstrap>"

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

_whole: set[CodeType] = set()
"""The code of functions that are not interrupted."""


def whole(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Have a function, which is to be short, run to its end before a signal is raised."""
    _whole.add(function.__code__)
    return function


def hear() -> None:
    """Let every signal that asks for an end raise KeyboardInterrupt in the main thread."""
    for number in ENDING:
        if signal.getsignal(number) in UNHEARD:
            signal.signal(number, _end)


def _end(_signal: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, or wait where it may be lost and nothing waits yet."""
    if CAN_WAIT and is_to_wait(frame) and not _waits():
        signal.signal(signal.SIGALRM, _look_again)
        signal.setitimer(signal.ITIMER_REAL, AGAIN_S, AGAIN_S)
        return
    _raise()


def _look_again(_signal: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt if what was waited for is over, and nothing was raised meanwhile."""
    if _waits() and not is_to_wait(frame):
        _raise()


def _raise() -> None:
    if CAN_WAIT and _waits():
        signal.setitimer(signal.ITIMER_REAL, 0)
    raise KeyboardInterrupt


def _waits() -> bool:
    return signal.getsignal(signal.SIGALRM) is _look_again and any(signal.getitimer(signal.ITIMER_REAL))


def is_to_wait(frame: FrameType | None) -> bool:
    """Say whether a frame runs, directly or not, for an import, what is to be whole, or an object's end."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename == IMPORTER or code.co_name == "__del__" or code in _whole:
            return True
        frame = frame.f_back
    return False
