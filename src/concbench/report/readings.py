"""The readings of the calibration loop that a run's records hold, in groups that may be compared.

The loop is the same everywhere, its time is not: another interpreter runs it faster or slower, and a reading
just before a sample is slower by nature than one of many that follow each other. Pooled, both would look
like noise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

Record = dict[str, Any]


class Group(NamedTuple):
    """What the readings of a group share: the interpreter, as the user named it, and when they are taken."""

    python: str
    kind: Literal["back to back", "before samples"]


class Readings:
    """Collects the readings of one run from its records, which are to be given in the file's order."""

    def __init__(self, pythons: Mapping[str, str]) -> None:
        """``pythons`` has the interpreter of each contender under the contender's id."""
        self._pythons = pythons
        self._contenders: dict[int, str] = {}
        self._groups: defaultdict[Group, list[int]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Keep what a record says of the calibration loop, or of whose process it is."""
        match record["type"]:
            case "process":
                self._contenders[record["process"]] = record["contender"]
            case "noise":
                group = Group(self._pythons[record["contender"]], "back to back")
                self._groups[group] += record["calibration_ns"]
            case "sample" if record["process"] in self._contenders:  # else it belongs to no known group
                contender = self._contenders[record["process"]]
                group = Group(self._pythons[contender], "before samples")
                self._groups[group].append(record["calibration_ns"])

    def groups(self) -> Mapping[Group, Sequence[int]]:
        """Return the readings so far in ns, each group in the order of time."""
        return self._groups
