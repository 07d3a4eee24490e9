"""From samples to columns: a few dozen bytes for each sample, however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concbench.metrics import keys_of
from concbench.results.counting import Marks
from concbench.results.header import Header
from concbench.results.lateness import Histograms, Lateness, bins_of
from concbench.results.records import BlockRecord, ResumeRecord, Sample
from concbench.results.values import NUMBERS, Record

NAN = float("nan")
LISTS = ("lateness_ns", "latency_ns")
"""What a sample may tell as a list of times, of which a cell has a distribution."""
LABELS = ("process", "generation", "block", "round", "calibration_ns")
_cell_of, _legs_of = attrgetter("cell"), attrgetter("legs")
_number_of, _name_of = attrgetter("number"), attrgetter("leg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All samples of a run file as columns, in the file's order; the first dimension is (samples,).

    ``cell`` is the place of the sample's cell in the header. ``legs`` has the figures that metrics are made
    of by their keys (``wall_ns``), each of the shape (samples, 2): those of one repetition, of the single or
    short leg and of the long one, NaN where there is none. ``extras`` has what workloads tell besides
    (``lateness_p50_ns``, ``early``), of the shape (samples,): NaN where a sample does not tell. ``counted``:
    see "Which samples count" in docs/FORMAT.md.
    """

    cell: NDArray[np.int32]
    process: NDArray[np.int64]
    generation: NDArray[np.int64]
    round: NDArray[np.int64]
    legs: Mapping[str, NDArray[np.float64]]
    extras: Mapping[str, NDArray[np.float64]]
    calibration_ns: NDArray[np.int64]
    counted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Late:
    """Lists of one kind that were not decided on yet: for each sample, then the values of all."""

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

    def __init__(self, header: Header) -> None:
        self._marks = Marks()
        self._cells = {cell.id: place for place, cell in enumerate(header.cells)}
        self._legs, self._extras = keys_of("leg"), keys_of("extras")
        self._portions: list[dict[str, NDArray[Any]]] = []
        self._taken = 0
        self._undecided: dict[str, list[_Late]] = {name: [] for name in LISTS}
        self._histograms = {name: Histograms() for name in LISTS}

    def note(self, record: Record, after: int) -> None:
        """Take in what a record that comes after so many samples says of which of them count.

        It may be noted before those samples are taken.
        """
        match record:
            case BlockRecord():
                self._marks.complete(record.generation, record.block, after)
            case ResumeRecord():
                self._marks.resume(after)

    def take(self, samples: Sequence[Sample]) -> None:
        """Keep the next samples."""
        telling = [place for place, sample in enumerate(samples) if sample.extras]
        portion = self._portion(samples, telling)
        self._portions.append(portion)
        for name in LISTS:
            late = _late(name, samples, telling, portion, self._taken)
            self._undecided[name] += [] if late is None else [late]
        self._taken += len(samples)
        self._decide()

    def samples(self) -> Samples:
        """Return all that was taken; to be called once, at the end."""
        whole = {name: self._column(name, dtype) for name, dtype in _DTYPES.items()}
        counted, _ = self._marks.verdicts(whole.pop("block"), np.arange(self._taken))
        return Samples(
            **whole,
            legs={key: self._column(key, np.float64, 2) for key in self._legs},
            extras={key: self._column(key, np.float64) for key in self._extras},
            counted=counted,
        )

    def distributions(self, name: str) -> dict[int, Lateness]:
        """Return the distribution of a list, of each cell that tells it in a sample that counts."""
        self._decide()
        return self._histograms[name].distributions()

    def _portion(self, samples: Sequence[Sample], telling: Sequence[int]) -> dict[str, NDArray[Any]]:
        size = len(samples)
        portion: dict[str, NDArray[Any]] = {
            name: np.fromiter(map(attrgetter(name), samples), np.int64, size) for name in LABELS
        }
        portion["block"] = self._marks.numbers_of(portion["generation"], portion["block"])
        portion["cell"] = np.fromiter(map(self._cells.__getitem__, map(_cell_of, samples)), np.int32, size)
        return portion | _figures(samples, self._legs) | _told(samples, telling, self._extras)

    def _column(self, name: str, dtype: Any, *shape: int) -> NDArray[Any]:
        """Return one column in one piece, and let go of its pieces."""
        empty: NDArray[Any] = np.empty((0, *shape), dtype)
        return np.concatenate([empty, *(portion.pop(name) for portion in self._portions)])

    def _decide(self) -> None:
        """Add the lists that count by now to the histograms, and drop those that never will."""
        for name, waiting in self._undecided.items():
            undecided = []
            for late in waiting:
                counted, may = self._marks.verdicts(late.blocks, late.positions)
                done = late.where(counted)
                self._histograms[name].add(done.cells, done.lengths, done.bins)
                if may.any():
                    undecided.append(late.where(may))
            self._undecided[name] = undecided


_DTYPES: dict[str, Any] = {"cell": np.int32} | dict.fromkeys(LABELS, np.int64)


def _figures(samples: Sequence[Sample], keys: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return figures of one repetition by their keys: of the single or short leg, then of the long one.

    NaN stands where a leg of an older file tells none.
    """
    legs = list(chain.from_iterable(map(_legs_of, samples)))
    number = np.fromiter(map(_number_of, legs), np.float64, len(legs))
    rows, long = np.arange(len(samples)), np.zeros(len(legs), np.int64)
    if len(legs) > len(samples):  # as a rule all samples of a portion have as many
        rows = np.repeat(rows, np.fromiter(map(len, map(_legs_of, samples)), np.int64))
        long = np.fromiter(map("long".__eq__, map(_name_of, legs)), np.int64, len(legs))
    found = {}
    for key in keys:
        found[key] = np.full((len(samples), 2), NAN)
        found[key][rows, long] = _column(list(map(attrgetter(key), legs))) / number
    return found


def _column(told: list[int | None]) -> NDArray[np.float64]:
    """Return numbers as an array, NaN for None; without any None it is made in half the time."""
    try:
        return np.fromiter(told, np.float64, len(told))
    except TypeError:
        return np.array(told, np.float64)


def _told(
    samples: Sequence[Sample], telling: Sequence[int], keys: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Return the numbers that samples tell besides, those at the places ``telling``; NaN elsewhere."""
    extras = [samples[place].extras for place in telling]
    found = {}
    for key in keys:
        values = [one.get(key, NAN) for one in extras]
        if key not in NUMBERS:
            values = [value if type(value) in (int, float) else NAN for value in values]
        found[key] = np.full(len(samples), NAN)
        found[key][telling] = values
    return found


def _late(
    name: str, samples: Sequence[Sample], telling: Sequence[int], portion: dict[str, NDArray[Any]], start: int
) -> _Late | None:
    """Return the lists of a name among samples that follow ``start`` others, or None without any."""
    lists = [(place, samples[place].extras.get(name)) for place in telling]
    there = [(place, values) for place, values in lists if isinstance(values, list) and values]
    if not there:
        return None
    places = np.array([place for place, _ in there])
    lengths = np.array([len(values) for _, values in there])
    values = np.fromiter(chain.from_iterable(values for _, values in there), np.float64, lengths.sum())
    return _Late(portion["cell"][places], portion["block"][places], start + places, lengths, bins_of(values))
