"""The readings of the calibration loop that a run's records hold, in groups that may be compared.

The loop is the same everywhere, its time is not: another interpreter runs it faster or slower, and a reading
just before a sample is slower by nature than one of many that follow each other. Pooled, both would look
like noise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from concbench.results import queries
from concbench.results.measured import Measured
from concbench.results.records import NoiseRecord, ProcessRecord, Sample
from concbench.results.values import Record

if TYPE_CHECKING:
    from concbench.results.columns import Samples


class Group(NamedTuple):
    """What the readings of a group share: the interpreter, as the user named it, and when they are taken."""

    python: str
    kind: Literal["back to back", "before samples"]


class Readings:
    """Collects the readings of one run from its records, which are to be given in the file's order.

    Where samples are columns, they are given once all other records were.
    """

    def __init__(self, pythons: Mapping[str, str]) -> None:
        """``pythons`` has the interpreter of each contender under the contender's id."""
        self._pythons = pythons
        self._contenders: dict[int, str] = {}
        self._groups: defaultdict[Group, list[int]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Keep what a record says of the calibration loop, or of whose process it is."""
        match record:
            case ProcessRecord():
                self._contenders[record.process] = record.contender
            case NoiseRecord():
                group = Group(self._pythons[record.contender], "back to back")
                self._groups[group] += record.calibration_ns
            case Sample() if record.process in self._contenders:  # else it belongs to no known group
                contender = self._contenders[record.process]
                group = Group(self._pythons[contender], "before samples")
                self._groups[group].append(record.calibration_ns)

    def take_samples(self, samples: "Samples") -> None:
        """Keep what samples say of the calibration loop."""
        for process, reading in zip(samples.process.tolist(), samples.calibration_ns.tolist(), strict=True):
            python = self._pythons.get(self._contenders.get(process, ""))
            if python is not None:
                self._groups[Group(python, "before samples")].append(reading)

    def groups(self) -> Mapping[Group, Sequence[int]]:
        """Return the readings so far in ns, each group in the order of time."""
        return self._groups


def readings_of(measured: Measured) -> Mapping[Group, Sequence[int]]:
    """Return the readings in ns that a run file holds, each group in the order of time."""
    contenders = queries.contenders_by_id(measured)
    readings = Readings({name: contender.python for name, contender in contenders.items()})
    for record in measured.records:
        readings.take(record)
    readings.take_samples(measured.samples)
    return readings.groups()
