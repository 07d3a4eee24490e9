"""Strays: processes that a worker has started, found however they hide, and ended with it.

A signal to a worker's group misses children that lead a session of their own. So a worker is started with a
mark in its environment, which its children inherit, and on Linux /proc tells who bears it, who is of the
worker's session, and who descends from any of these. (Who forks twice, leads a session, and clears its
environment is not found once its parents are gone.) Elsewhere, and where there is no /proc, the group is all
there is.
"""

import contextlib
import itertools
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

MARK = "CONCBENCH_WORKER"
"""The environment variable that says whose worker a process descends from."""

PROC = "/proc"
STATE, PARENT, SESSION, FLAGS, BORN = 0, 1, 3, 6, 19
"""Places of fields in /proc/PID/stat, counted from after the command's name."""

OF_THE_KERNEL = 0x00200000
"""The flag of the kernel's own threads (PF_KTHREAD), which never have an environment."""

ROUNDS = 20
"""How often is looked for those who were forked while their parents were being ended, or who were between
two programs: from the call of exec until the next one is there, for 0.1 to 2 ms, no environment is seen."""

GRACE_SECONDS = 1.0
"""Time for processes that end by themselves once their parent is gone (say multiprocessing's tracker)."""

PAUSE_SECONDS = 0.01
MOST_NAMED = 3
MOST_LETTERS = 60


class StrayProcess(NamedTuple):
    """What /proc says of a process; with ``born`` (ticks since the system started) its number is unique.

    One that is ``between`` two programs may bear the mark, and be one of ours, when it is looked at again.
    """

    pid: int
    parent: int
    session: int
    born: int
    marked: bool
    between: bool


class Family:
    """A worker and all that descends from it."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(8)
        self._head = 0
        self._born: int | None = None
        self._ended = False

    def environment(self, ours: Mapping[str, str]) -> dict[str, str]:
        """Return the environment to start the worker with."""
        return {**ours, MARK: self._mark}

    def starts_with(self, pid: int) -> None:
        """Say which process the worker is; it has just been started, and not been waited for.

        Raises OSError where the system has nothing left to look with.
        """
        self._head = pid
        if sys.platform == "linux":
            with contextlib.suppress(FileNotFoundError, PermissionError):  # there is no /proc for us
                self._born = int(_fields(pid)[BORN])

    def others(self) -> list[StrayProcess]:
        """Return who descends from the worker and has not ended, without the worker."""
        return self._look()[0]

    def _look(self) -> tuple[list[StrayProcess], bool]:
        """Return who descends from the worker, and whether somebody is between two programs who may."""
        if self._born is None:
            return [], False
        seen = {one.pid: one for one in _all_since(self._born, f"{MARK}={self._mark}".encode())}
        found = {one.pid for one in seen.values() if one.marked or self._head in (one.pid, one.session)}
        found.add(self._head)
        while more := {one.pid for one in seen.values() if one.parent in found} - found:
            found |= more
        unknown = any(one.between and one.pid not in found for one in seen.values())
        return [seen[pid] for pid in sorted(found - {self._head}) if pid in seen], unknown

    def others_that_stay(self) -> list[StrayProcess]:
        """Return who is left after a moment's grace; the worker has ended."""
        deadline = time.monotonic() + GRACE_SECONDS
        for looks in itertools.count(1):
            left, unknown = self._look()
            if not (left and time.monotonic() < deadline) and not (unknown and looks < ROUNDS):
                break
            time.sleep(PAUSE_SECONDS)
        return left

    def end(self) -> None:
        """End the worker's group and all that descends from it. The worker has yet to be waited for.

        Only the first call does anything: later the worker's number may be another's.
        """
        if self._ended or not self._head:
            return
        self._signal_group(signal.SIGSTOP)  # so that none is forked who is not seen
        others, unknown = self._look()
        self._ended = True
        self._signal_group(signal.SIGKILL)
        self._end_all(others, unknown)

    def _signal_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._head, number)

    def _end_all(self, left: list[StrayProcess], unknown: bool) -> None:
        """End those who were found, who came to be meanwhile, and who then turn out to be ours."""
        for _ in range(ROUNDS):
            for one in left:
                _end(one)
            if not (left or unknown):
                return
            time.sleep(PAUSE_SECONDS)
            left, unknown = self._look()


def in_words(found: Iterable[StrayProcess]) -> str:
    """Return which processes these are: how many, and what the first of them run."""
    commands = [_command(one.pid) for one in found]
    number = f"{len(commands)} process{'es' if len(commands) > 1 else ''}"
    rest = "" if len(commands) <= MOST_NAMED else f" and {len(commands) - MOST_NAMED} more"
    return f"{number}: {', '.join(commands[:MOST_NAMED])}{rest}"


def _all_since(born: int, mark: bytes) -> Iterator[StrayProcess]:
    """Yield every process that began at ``born`` or later and has not ended.

    Of other users' processes we cannot see whether they bear the mark.
    """
    for name in _listed():
        if name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                fields = _fields(int(name))
                if int(fields[BORN]) >= born and fields[STATE] not in (b"Z", b"X"):
                    told = environment_of(name)
                    between = told == b"" and not int(fields[FLAGS]) & OF_THE_KERNEL
                    yield StrayProcess(
                        int(name),
                        int(fields[PARENT]),
                        int(fields[SESSION]),
                        int(fields[BORN]),
                        mark in (told or b""),
                        between,
                    )


def _listed() -> list[str]:
    """Return what lies in /proc; nothing where it cannot be read, since the group has to be ended anyway."""
    try:
        return os.listdir(PROC)  # noqa: PTH208  (paths would take twice as long, and there may be thousands)
    except OSError:
        return []


def _fields(pid: int) -> list[bytes]:
    """Return the fields of /proc/PID/stat that follow the command's name, which may hold anything."""
    return _read(f"{PROC}/{pid}/stat").rpartition(b")")[2].split()


def environment_of(pid: str) -> bytes | None:
    """Return a process's environment, which is empty while it is between two programs; None if we may not."""
    try:
        return _read(f"{PROC}/{pid}/environ")
    except PermissionError:  # another user's
        return None


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (likewise)
        return file.read()


def _command(pid: int) -> str:
    """Return what a process runs, in a few letters that do no harm to a terminal."""
    try:
        said = _read(f"{PROC}/{pid}/cmdline").replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        said = ""
    clean = "".join(letter if letter.isprintable() else "?" for letter in said.strip())
    return f"{clean[:MOST_LETTERS]}{'…' if len(clean) > MOST_LETTERS else ''}" or f"process {pid}"


def _end(one: StrayProcess) -> None:
    """End this very process, and no other that has got its number meanwhile."""
    with contextlib.suppress(OSError):  # it has ended
        fd = os.pidfd_open(one.pid)
        try:
            if int(_fields(one.pid)[BORN]) == one.born:
                signal.pidfd_send_signal(fd, signal.SIGKILL)
        finally:
            os.close(fd)
