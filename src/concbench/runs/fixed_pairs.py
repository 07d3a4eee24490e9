"""What stands in for the rule where pairs are recorded for replays: so many of each, whatever they say."""

from collections.abc import Mapping


class FixedPairs:
    """Asks for a number of pairs of every cell.

    ``pairs`` are by cell. Rounds are counted, not values: a metric that a system does not tell never has any.
    """

    def __init__(self, pairs: Mapping[str, int]) -> None:
        self._pairs = pairs
        self._rounds = 0

    def open_cells(self) -> set[str]:
        """Return the ids of the cells that have not had their pairs; called once before each round."""
        self._rounds += 1
        return {cell for cell, pairs in self._pairs.items() if pairs >= self._rounds}
