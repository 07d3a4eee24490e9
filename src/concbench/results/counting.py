"""Which samples count, as arrays: the rule of ``queries`` without an object for each sample.

A sample counts if a ``block`` record of its (generation, block) comes after it with no ``resume`` record
between the two (docs/FORMAT.md). Samples are told by their position among the samples of the file.
"""

import numpy as np
from numpy.typing import NDArray

OPEN = -1


class Marks:
    """Remembers after how many samples blocks were completed and the run resumed."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int], int] = {}
        self._completed: list[int] = []
        self._attempts: list[int] = []
        self._resumed: list[int] = []

    def numbers_of(self, generations: NDArray[np.int64], blocks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a small number for each sample's block, the same one every time; shapes are (samples,).

        Samples of a block mostly stand together, so only the first of such a row is looked up.
        """
        changes = np.diff(generations).astype(bool) | np.diff(blocks).astype(bool)
        starts = np.flatnonzero(np.append(True, changes))[: generations.size]
        pairs = zip(generations[starts].tolist(), blocks[starts].tolist(), strict=True)
        numbers = np.array([self._number(*pair) for pair in pairs], dtype=np.int64)
        return np.repeat(numbers, np.diff(np.append(starts, generations.size)))

    def _number(self, generation: int, block: int) -> int:
        number = self._numbers.setdefault((generation, block), len(self._completed))
        if number == len(self._completed):
            self._completed.append(OPEN)
            self._attempts.append(OPEN)
        return number

    def complete(self, generation: int, block: int, after: int) -> None:
        """Note that a block is complete, and that ``after`` samples came before that."""
        number = self._number(generation, block)
        self._completed[number] = after
        self._attempts[number] = len(self._resumed)

    def resume(self, after: int) -> None:
        """Note that the run was resumed after so many samples."""
        self._resumed.append(after)

    def verdicts(
        self, numbers: NDArray[np.int64], positions: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say which samples count by now, and which others still may; all arrays have the shape (samples,).

        ``numbers`` are those of the samples' blocks, ``positions`` their own.
        """
        distinct, place = np.unique(numbers, return_inverse=True)
        completed, attempts = (
            np.array([known[number] for number in distinct], dtype=np.int64)[place]
            for known in (self._completed, self._attempts)
        )
        attempt = np.searchsorted(np.array(self._resumed, dtype=np.int64), positions, side="right")
        counted = (completed > positions) & (attempts == attempt)
        return counted, (completed == OPEN) & (attempt == len(self._resumed))
