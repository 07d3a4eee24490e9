"""Sighting: where this process keeps its Python frames, so that another one can read them from outside.

Where CPython keeps what differs between its versions and builds. Nothing of it is written down here: a
function that runs knows its own code and its caller's, so it looks for their addresses in the memory of its
thread and of its frames, and what is found twice, from two frames, is where they are. Memory is read
through the system, which refuses what is no address.
"""

import gc
import os
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType
from typing import Any, NamedTuple

from concbench.measure import probe
from concbench.measure.failures import outcome

WORD = 8
STATE_WORDS = 64
FRAME_WORDS = 16
INSIDE_WORDS = 4

NO_TAG = ~7
"""CPython 3.14 keeps marks in the lowest bits of some pointers."""

CODE_IN: Mapping[type, str] = {
    FunctionType: "__code__",
    GeneratorType: "gi_code",
    CoroutineType: "cr_code",
    AsyncGeneratorType: "ag_code",
    FrameType: "f_code",
}
"""What holds code, and by which name."""


class Unsighted(Exception):
    """Says why frames cannot be found."""


class Sight(NamedTuple):
    """The way to the frame that runs: from the address of a thread's state by the offsets of ``path``.

    ``code`` and ``previous`` are the offsets in a frame of its code and of the frame that called it.
    """

    path: tuple[int, ...]
    code: int
    previous: int


def sight(root: CodeType) -> dict[str, Any]:
    """Return where the frames of this thread are, or the outcome that says why nobody can tell.

    With them go the addresses of the codes of what is timed, and of ``root``, below it.
    """
    try:
        return sighted() | {"timed": id(probe.timed.__code__), "root": id(root)}
    except Unsighted as unsighted:
        return outcome("unavailable", str(unsighted))


def sighted() -> dict[str, Any]:
    """Return where the frames of each thread are, from its state on; raises Unsighted."""
    states = _states()
    try:
        memory = os.open("/proc/self/mem", os.O_RDONLY)
    except OSError as error:
        raise Unsighted(f"a process cannot read its own memory here ({error.strerror})") from error
    try:
        seen = _from_here(memory, states[0]) & _from_deeper(memory, states[0])
        threads = _threads_of(memory, states)
    finally:
        os.close(memory)
    if not seen:
        raise Unsighted("this interpreter keeps its frames where they are not looked for")
    path, code, previous = min(seen)
    return {"threads": threads, "path": list(path), "code": code, "previous": previous}


def _states() -> list[int]:
    """Return the addresses of the states of all threads, that of this one first; raises Unsighted."""
    try:
        from ctypes import PyDLL, c_void_p  # noqa: PLC0415  (1 ms, which only an observer asks for)
    except ImportError as error:
        raise Unsighted("this interpreter has no ctypes") from error
    python = PyDLL(None)
    interpreter, own = python.PyInterpreterState_Get, python.PyThreadState_Get
    head, following = python.PyInterpreterState_ThreadHead, python.PyThreadState_Next
    for function in (interpreter, own, head, following):
        function.restype = c_void_p
    found, state = [own()], head(c_void_p(interpreter()))
    while state:
        found += [state] if state not in found else []
        state = following(c_void_p(state))
    return found


def _threads_of(memory: int, states: Sequence[int]) -> dict[str, int]:
    """Return the states by the numbers that the system gives their threads; raises Unsighted.

    A state holds that number: it is where all have that of a thread which is there, and each another one.
    """
    there = {int(one.name) for one in Path("/proc/self/task").iterdir()}
    kept = [_words(memory, state, STATE_WORDS) for state in states]
    for numbers in zip(*kept, strict=False):
        if there.issuperset(numbers) and len({*numbers}) == len(states) and numbers[0] == os.getpid():
            return dict(zip(map(str, numbers), states, strict=True))
    raise Unsighted("this interpreter does not say which thread is which")


def _from_deeper(memory: int, thread: int) -> set[Sight]:
    return _from_here(memory, thread)


def _from_here(memory: int, thread: int) -> set[Sight]:
    """Return all that might be the way to the frame of this very call, which calls no Python itself."""
    here, inside = sys._getframe(), {}
    state = struct.unpack(f"{STATE_WORDS}Q", os.pread(memory, WORD * STATE_WORDS, thread))
    for word in state:
        try:
            inside[word] = struct.unpack(f"{INSIDE_WORDS}Q", os.pread(memory, WORD * INSIDE_WORDS, word))
        except (OSError, OverflowError, struct.error):
            inside[word] = ()
    return set(_ways(memory, here, state, inside))


def _ways(
    memory: int, here: FrameType, state: Sequence[int], inside: Mapping[int, Sequence[int]]
) -> Iterator[Sight]:
    caller = here.f_back
    frame, code = _frame_of(memory, here)
    before, _ = _frame_of(memory, caller) if caller else (0, 0)
    if not (frame and before):
        return
    previous = [
        WORD * place for place, word in enumerate(_words(memory, frame, FRAME_WORDS)) if word == before
    ]
    direct = [(WORD * place,) for place, word in enumerate(state) if word == frame]
    by_way = [
        (WORD * place, WORD * further)
        for place, word in enumerate(state)
        for further, one in enumerate(inside[word])
        if one == frame
    ]
    yield from (Sight(path, code, one) for path in (*direct, *by_way) for one in previous[:1])


def _frame_of(memory: int, frame: FrameType) -> tuple[int, int]:
    """Return the address of what the interpreter runs of a frame object, and where its code is in it."""
    for address in _words(memory, id(frame), FRAME_WORDS)[2:]:
        for place, word in enumerate(_words(memory, address, FRAME_WORDS)):
            if word & NO_TAG == id(frame.f_code):
                return address, WORD * place
    return 0, 0


def _words(memory: int, address: int, number: int) -> tuple[int, ...]:
    """Return words of this process's memory, fewer where it ends."""
    try:
        data = os.pread(memory, WORD * number, address)
    except (OSError, OverflowError):
        return ()
    return struct.unpack(f"{len(data) // WORD}Q", data[: len(data) // WORD * WORD])


def named(codes: Iterable[int]) -> dict[str, dict[str, Any]]:
    """Return the file, the qualified name and the line of each of these addresses that is that of code.

    What was hidden from the garbage collector is looked through, too, and stays in its sight from then on.
    """
    wanted = set(codes)
    gc.unfreeze()
    todo = [code for one in gc.get_objects() if (code := _code_of(one)) is not None]
    known = {id(code): code for code in todo}
    while todo:
        inner = [one for one in todo.pop().co_consts if type(one) is CodeType and id(one) not in known]
        known |= {id(one): one for one in inner}
        todo += inner
    return {
        str(place): {
            "file": _spelled(code.co_filename),
            "name": code.co_qualname,
            "line": code.co_firstlineno,
        }
        for place, code in known.items()
        if place in wanted
    }


def _code_of(one: object) -> CodeType | None:
    name = CODE_IN.get(type(one))
    return None if name is None else getattr(one, name)


def _spelled(file: str) -> str:
    """Return a path that a message can hold."""
    return Path(file).as_posix().encode(errors="replace").decode()
