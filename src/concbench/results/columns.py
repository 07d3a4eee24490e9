"""From samples to columns: a few dozen bytes for each sample, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concbench.results.counting import Marks
from concbench.results.fastline import LABELS, TOLD, Sample, is_number
from concbench.results.lateness import Histograms, Lateness, bins_of
from concbench.results.schema import Record

NAN = float("nan")
_cell_of = attrgetter("cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All samples of a run file as columns, in the file's order; the first dimension is (samples,).

    ``cell`` is the place of the sample's cell in the header. ``wall_ns`` and ``cpu_ns``, shape (samples, 2),
    are those of one repetition, of the single or short leg and of the long one: NaN where there is none.
    ``lateness_ns``, shape (samples, 4), has p50, p90, p99 and the maximum, and ``early`` the number of tasks
    that went on too soon: NaN where a sample does not tell. ``counted``: see "Which samples count" in
    docs/FORMAT.md.
    """

    cell: NDArray[np.int32]
    process: NDArray[np.int64]
    generation: NDArray[np.int64]
    round: NDArray[np.int64]
    wall_ns: NDArray[np.float64]
    cpu_ns: NDArray[np.float64]
    lateness_ns: NDArray[np.float64]
    early: NDArray[np.float64]
    calibration_ns: NDArray[np.int64]
    counted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Late:
    """Lists of lateness that were not decided on yet: for each sample, then the values of all."""

    cells: NDArray[np.int32]
    blocks: NDArray[np.int64]
    positions: NDArray[np.int64]
    lengths: NDArray[np.int64]
    bins: NDArray[np.int16]

    def where(self, chosen: NDArray[np.bool_]) -> "_Late":
        """Return the chosen samples, a mask of the shape (samples,)."""
        return _Late(
            self.cells[chosen],
            self.blocks[chosen],
            self.positions[chosen],
            self.lengths[chosen],
            self.bins[np.repeat(chosen, self.lengths)],
        )


class Columns:
    """Collects samples in the file's order, in portions, and what makes them count."""

    def __init__(self, header: Record) -> None:
        self._marks = Marks()
        self._cells = {cell["id"]: place for place, cell in enumerate(header["cells"])}
        self._portions: list[dict[str, NDArray[Any]]] = []
        self._taken = 0
        self._undecided: list[_Late] = []
        self._histograms = Histograms()

    def note(self, record: Record, after: int) -> None:
        """Take in what a record that comes after so many samples says of which of them count.

        It may be noted before those samples are taken.
        """
        match record["type"]:
            case "block":
                self._marks.complete(record["generation"], record["block"], after)
            case "resume":
                self._marks.resume(after)

    def take(self, samples: Sequence[Sample]) -> None:
        """Keep the next samples."""
        telling = [place for place, sample in enumerate(samples) if sample.records]
        portion = self._portion(samples, telling)
        self._portions.append(portion)
        late = _late(samples, telling, portion, self._taken)
        self._taken += len(samples)
        if late is not None:
            self._undecided.append(late)
        self._decide()

    def samples(self) -> Samples:
        """Return all that was taken; to be called once, at the end."""
        whole = {name: self._column(name) for name in (*_DTYPES, *_SHAPES)}
        counted, _ = self._marks.verdicts(whole.pop("block"), np.arange(self._taken))
        return Samples(**whole, counted=counted)

    def lateness(self) -> dict[int, Lateness]:
        """Return the distribution of lateness of each cell that tells it in a sample that counts."""
        self._decide()
        return self._histograms.distributions()

    def _portion(self, samples: Sequence[Sample], telling: Sequence[int]) -> dict[str, NDArray[Any]]:
        size = len(samples)
        portion: dict[str, NDArray[Any]] = {
            name: np.fromiter(map(attrgetter(name), samples), np.int64, size) for name in LABELS
        }
        portion["block"] = self._marks.numbers_of(portion["generation"], portion["block"])
        portion["cell"] = np.fromiter(map(self._cells.__getitem__, map(_cell_of, samples)), np.int32, size)
        times = np.fromiter(chain.from_iterable(map(_times, samples)), np.float64, 4 * size)
        portion["wall_ns"], portion["cpu_ns"] = times.reshape(size, 2, 2).transpose(1, 0, 2)
        told = _told(samples, telling)
        portion["lateness_ns"], portion["early"] = told[:, :4], told[:, 4]
        return portion

    def _column(self, name: str) -> NDArray[Any]:
        """Return one column in one piece, and let go of its pieces."""
        empty: NDArray[Any] = np.empty((0, *_SHAPES.get(name, ())), _DTYPES.get(name, np.float64))
        return np.concatenate([empty, *(portion.pop(name) for portion in self._portions)])

    def _decide(self) -> None:
        """Add the lists that count by now to the histograms, and drop those that never will."""
        undecided = []
        for late in self._undecided:
            counted, may = self._marks.verdicts(late.blocks, late.positions)
            done = late.where(counted)
            self._histograms.add(done.cells, done.lengths, done.bins)
            if may.any():
                undecided.append(late.where(may))
        self._undecided = undecided


_DTYPES: dict[str, Any] = {"cell": np.int32} | dict.fromkeys(LABELS, np.int64)
_SHAPES: dict[str, tuple[int, ...]] = {"wall_ns": (2,), "cpu_ns": (2,), "lateness_ns": (4,), "early": ()}


def _times(sample: Sample) -> tuple[float, float, float, float]:
    """Return wall time of the single or short leg and of the long one, then CPU time, of one repetition."""
    one, other = sample.legs[0], sample.legs[-1]
    if one is other:
        return one.wall_ns / one.number, NAN, one.cpu_ns / one.number, NAN
    if one.leg == "long":
        one, other = other, one
    return (
        one.wall_ns / one.number,
        other.wall_ns / other.number,
        one.cpu_ns / one.number,
        other.cpu_ns / other.number,
    )


def _told(samples: Sequence[Sample], telling: Sequence[int]) -> NDArray[np.float64]:
    """Return the numbers that samples tell in records, those at the places ``telling``; NaN elsewhere.

    The shape is (samples, numbers), these in the order of ``TOLD``.
    """
    told = np.full((len(samples), len(TOLD)), NAN)
    values = (samples[place].records.get(name) for place in telling for name in TOLD)
    numbers = (value if is_number(value) else NAN for value in values)
    told[telling] = np.fromiter(numbers, np.float64, len(telling) * len(TOLD)).reshape(-1, len(TOLD))
    return told


def _late(
    samples: Sequence[Sample], telling: Sequence[int], portion: dict[str, NDArray[Any]], start: int
) -> _Late | None:
    """Return the lists of lateness among samples that follow ``start`` others, or None without any."""
    lists = [(place, samples[place].records.get("lateness_ns")) for place in telling]
    there = [(place, values) for place, values in lists if isinstance(values, list) and values]
    if not there:
        return None
    places = np.array([place for place, _ in there])
    lengths = np.array([len(values) for _, values in there])
    values = np.fromiter(chain.from_iterable(values for _, values in there), np.float64, lengths.sum())
    return _Late(portion["cell"][places], portion["block"][places], start + places, lengths, bins_of(values))
