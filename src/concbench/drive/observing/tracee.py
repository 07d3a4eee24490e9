"""A process that is stopped for a moment, looked into, and goes on: ptrace(2) of Linux, called by ctypes.

Only children are looked into here, which a system lets even a strict one (Yama's ``ptrace_scope`` 1) be. All
requests about a process have to come from the thread that seized it.
"""

import os
import platform
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

SEIZE, INTERRUPT, CONTINUE, DETACH, GET_REGISTERS = 0x4206, 0x4207, 7, 17, 0x4204
GENERAL = 1
"""NT_PRSTATUS: the general registers."""

EVENT_STOP = 128
ANY_THREAD = 0x40000000
"""__WALL: a thread is waited for as a process is."""

WORD = 8


class Registers(NamedTuple):
    """Where a process is: its next instruction, the top of its stack, where it returns to (0: not told)."""

    pc: int
    stack: int
    link: int


class Bank(NamedTuple):
    """The registers of a kind of processor: how many words, and which of them are what (None: none is)."""

    words: int
    pc: int
    stack: int
    link: int | None


BANKS: Mapping[str, Bank] = {"x86_64": Bank(27, 16, 19, None), "aarch64": Bank(34, 32, 31, 30)}
"""``user_regs_struct`` of the kernel, by what ``uname`` calls the processor."""


class Unobservable(Exception):
    """Says why a process cannot be looked into."""


def refused() -> str | None:
    """Return why no process can be looked into here, or None; the system may refuse one all the same."""
    if sys.platform != "linux":
        return f"it stops a process and looks into it by way of Linux's ptrace, and this is {sys.platform}"
    if platform.machine() not in BANKS:
        return f"the registers of {platform.machine()} are not known to it"
    return None


def is_of_a_child(thread: int, process: int) -> bool:
    """Say whether this is a thread of a child of ours: who tells the numbers runs code of others, too."""
    try:
        about = Path(f"/proc/{process}/task/{thread}/stat").read_bytes()
    except OSError:
        return False
    return int(about.rpartition(b")")[2].split()[1]) == os.getpid()


class Tracee:
    """A thread of a child process that has been seized; raises Unobservable where that is refused.

    The main one has the number of its ``process``.
    """

    def __init__(self, thread: int, process: int) -> None:
        if (why := refused()) is not None:
            raise Unobservable(why)
        if not is_of_a_child(thread, process):
            raise Unobservable(f"{thread} is no thread of a process that was started here")
        import ctypes  # noqa: PLC0415  (an interpreter may lack it)

        self.thread, self.process, self._bank = thread, process, BANKS[platform.machine()]
        self._room = (ctypes.c_uint64 * self._bank.words)()
        self._vector = (ctypes.c_uint64 * 2)(ctypes.addressof(self._room), ctypes.sizeof(self._room))
        self._where = ctypes.addressof(self._vector)
        library: Any = ctypes.CDLL(None, use_errno=True)
        library.ptrace.restype = ctypes.c_long
        library.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
        self._call, self._errno = library.ptrace, ctypes.get_errno
        if self._call(SEIZE, thread, None, None) < 0:
            raise Unobservable(f"the system lets nobody look into a process ({os.strerror(self._errno())})")
        self._memory = os.open(f"/proc/{process}/mem", os.O_RDONLY)

    def stop(self) -> Registers | None:
        """Stop the thread, and return where it is; None where it has ended."""
        self._call(INTERRUPT, self.thread, None, None)
        while (status := self._changed(wait=True)) is not None:
            if status >> 8 == EVENT_STOP:
                return self.registers()
            self.go_on(status)
        return None

    def registers(self) -> Registers | None:
        """Return where the stopped thread is; None where it has ended."""
        if self._call(GET_REGISTERS, self.thread, GENERAL, self._where) < 0:
            return None
        bank, room = self._bank, self._room
        return Registers(room[bank.pc], room[bank.stack], 0 if bank.link is None else room[bank.link])

    def go_on(self, number: int = 0) -> None:
        """Let the stopped process go on, with a signal that it is to get."""
        self._call(CONTINUE, self.thread, None, number)

    def stopped_at(self) -> int | None:
        """Return the signal at which the thread has stopped, 0 for an event; None: it has not."""
        status = self._changed(wait=False)
        return status if status is None or status >> 8 != EVENT_STOP else 0

    def _changed(self, *, wait: bool) -> int | None:
        """Return the signal, and the event above it, at which the thread stopped; None if it has not.

        That the process has ended is left to whoever started it, who waits until all its threads have been
        waited for.
        """
        peek = ANY_THREAD | os.WSTOPPED | os.WEXITED | os.WNOWAIT | (0 if wait else os.WNOHANG)
        try:
            seen = os.waitid(os.P_PID, self.thread, peek)
            if seen is None:
                return None
            if seen.si_code != os.CLD_TRAPPED:
                if self.thread != self.process:
                    os.waitid(os.P_PID, self.thread, ANY_THREAD | os.WEXITED | os.WNOHANG)
                return None
            os.waitid(os.P_PID, self.thread, ANY_THREAD | os.WSTOPPED | os.WNOHANG)
        except ChildProcessError:
            return None
        return seen.si_status

    def words(self, address: int, number: int) -> tuple[int, ...]:
        """Return words of the process's memory, fewer where it ends."""
        data = self.memory(address, WORD * number)
        return struct.unpack(f"{len(data) // WORD}Q", data[: len(data) // WORD * WORD])

    def memory(self, address: int, size: int) -> bytes:
        """Return bytes of the process's memory, fewer where it ends."""
        try:
            return os.pread(self._memory, size, address)
        except (OSError, OverflowError):
            return b""

    def let_go(self) -> None:
        """Let the process go on as if nobody had ever looked."""
        if self.stop() is not None:
            self._call(DETACH, self.thread, None, 0)
        os.close(self._memory)
