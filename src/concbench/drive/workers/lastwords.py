"""Last words: what a lost process wrote, and in it the cause of its end.

CPython's fault handler tells the error first, then every thread's Python frames, innermost first, and from
3.14 on the C frames too: the end of it is no cause.
"""

import os
import re
from typing import IO

from concbench.places import OURS

MOST_LETTERS = 2000
SEARCHED = 2 << 20
"""So many bytes at the end of what a process wrote are searched for a fault handler's report; 100 threads
with 100 frames each, the most that it tells, take half of it."""

FATAL = "Fatal Python error: "
_C_STACK = re.compile(r"^Current thread's C stack trace", re.MULTILINE)
_CURRENT = re.compile(r"^Current thread 0x[^\n]*\n((?:  [^\n]*(?:\n|\Z))*)", re.MULTILINE)
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)$', re.MULTILINE)
_OF_PYTHON = re.compile(r"<|.*/lib(?:64)?/python3\.\d+t?/(?!(?:site|dist)-packages/)")
"""What the file of a line is called that belongs to an interpreter's own library, or to no file."""


_GIL = re.compile(r"interpreter lock \(GIL\) has been enabled to load module '(?P<module>[^'\n]+)'")
"""What a free-threaded build warns of."""

_NEVER_AWAITED = re.compile(r"(?:^(?:\S+:\d+: )?RuntimeWarning: .*\n(?:  .*\n)?)+\Z", re.MULTILINE)
"""What Python says at its end of coroutines that nobody awaited, after it has said why it ends."""


class ProcessLost(Exception):
    """What a process of ours did not do: a cell's ``outcome``, the ``reason`` in words, its last words."""

    def __init__(self, outcome: str, reason: str, last_words: str = "") -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.last_words = outcome, reason, last_words


def last_words(log: IO[bytes]) -> str:
    """Return the end of what a process wrote into ``log``; of a fault handler's report, the beginning."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - SEARCHED))
    return chosen(log.read().decode(errors="replace"))


def gil_brought_by(log: int) -> str | None:
    """Return the module of which a process has written into ``log`` that it turned the GIL on, or None.

    The process may go on writing: it shares the place in the file, which stays where it is.
    """
    found = _GIL.search(os.pread(log, SEARCHED, 0).decode(errors="replace"))
    return found["module"] if found else None


def chosen(said: str) -> str:
    """Return what to keep of what a process said."""
    start = said.rfind(FATAL)
    if start < 0:
        return said[-MOST_LETTERS:]
    report = _told_best_first(said[start:])[:MOST_LETTERS]
    before = MOST_LETTERS - len(report)
    return (said[:start][-before:] if before else "") + report


def _told_best_first(report: str) -> str:
    """Return a fault handler's report without C frames, and with the thread first that it is about."""
    c_stack = _C_STACK.search(report)
    report = report[: c_stack.start()] if c_stack else report
    current = _CURRENT.search(report)
    if current is None:
        return report
    error, _, others = (report[: current.start()] + report[current.end() :]).partition("\n")
    return f"{error}\n\n{current.group().rstrip()}\n" + (f"\n{others.strip()}\n" if others.strip() else "")


def cause(words: str) -> str | None:
    """Return the fatal error in last words with the innermost Python line, or None if there is none."""
    start = words.rfind(FATAL)
    if start < 0:
        return None
    error, where = words[start:].splitlines()[0], place_in(words)
    return f"{error}, {where}" if where else error


def with_cause(reason: str, words: str) -> str:
    """Return a reason with the fatal error that last words tell of, if they do."""
    fatal = cause(words)
    return f"{reason}: {fatal}" if fatal else reason


def place_in(words: str) -> str | None:
    """Return the innermost Python line of the thread that a fault handler's report is about, or None."""
    return next((_told(frame) for frame in _frames(words)), None)


def waiting_in(words: str) -> str | None:
    """Return the innermost line that is neither Python's own nor ours, of a process that was aborted.

    It is the line of whoever waits there; where there is none, the innermost of all.
    """
    foreign = (one for one in _frames(words) if not _OF_PYTHON.match(one["file"]) and OURS not in one["file"])
    return next(map(_told, foreign), place_in(words))


def _frames(words: str) -> "list[re.Match[str]]":
    current = _CURRENT.search(words[max(0, words.rfind(FATAL)) :])
    return list(_FRAME.finditer(current.group(1))) if current else []


def _told(frame: "re.Match[str]") -> str:
    return f"in {frame['name']} at {frame['file']}:{frame['line']}"


def with_words(reason: str, words: str | None) -> str:
    """Return a reason with what last words add to it: a fatal error, else the last line.

    The reason of a lost worker names a fatal error already; older run files' do not.
    """
    said = (words or "").strip()
    known = FATAL in reason or any((find(said) or FATAL) in reason for find in (place_in, waiting_in))
    fatal = None if known else cause(said)
    last = (_NEVER_AWAITED.sub("", f"{said}\n").strip() or said).rpartition("\n")[2].strip()
    more = fatal or ("" if FATAL in said else last)
    return f"{reason}: {more}" if more and more not in reason else reason
