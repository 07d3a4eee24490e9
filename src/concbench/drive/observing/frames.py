"""Python frames of a process, read from outside: the codes of those that are at work, innermost first."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple

Words = Callable[[int, int], Sequence[int]]
"""Reads so many words of memory from an address; fewer where it ends."""

WORD = 8
NO_TAG = ~7
MOST = 400
"""Frames of one stack that are read."""

LONGEST = 64
"""Words of a frame before what is looked for: a worker that tells of more has told nonsense."""


class FrameMap(NamedTuple):
    """Where a worker says that its frames are (:mod:`concbench.measure.sighting`).

    ``threads`` are the addresses of the states of its threads, by their numbers in the system.
    """

    threads: Mapping[int, int]
    path: tuple[int, ...]
    code: int
    previous: int
    timed: int
    root: int

    @classmethod
    def told(cls, answer: Mapping[str, Any]) -> "FrameMap":
        """Return what an answer says."""
        threads = {int(number): state for number, state in answer["threads"].items()}
        rest = {name: answer[name] for name in ("code", "previous", "timed", "root")}
        return cls(threads=threads, path=tuple(answer["path"]), **rest)

    def now(self, words: Words, thread: int, until: Set[int] = frozenset()) -> tuple[int, ...]:
        """Return the codes of the frames of a thread, innermost first, the first of ``until`` the last.

        What is no code, such as a frame that is being made, is passed over by whoever asks for names.
        """
        address = self.threads[thread]
        for offset in self.path:
            address = _word(words, address + offset)
        found: list[int] = []
        size = max(self.code, self.previous) // WORD + 1
        while address and len(found) < MOST and size <= LONGEST:
            frame = words(address, size)
            if len(frame) < size:
                break
            found.append(frame[self.code // WORD] & NO_TAG)
            if found[-1] in until:
                break
            address = frame[self.previous // WORD]
        return tuple(found)


def _word(words: Words, address: int) -> int:
    read = words(address, 1)
    return read[0] if read else 0
