"""What a run file holds, for showing: columns of samples, and all other records as they are.

``read_run`` makes an object of every record, 1 KB for a sample. Here a sample is a row of some columns, of a
hundred bytes, and a million take 5 s. A file is held to the very same rules: what ``read_run`` refuses is
refused here at the same line, in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gzip import GzipFile
from io import BufferedReader, BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from concbench.extras import SAMPLES, refuse_without
from concbench.results.header import Header
from concbench.results.lines import LONGEST, SAMPLE, samples_in
from concbench.results.reader import Run, RunLines, opened
from concbench.results.records import Sample
from concbench.results.values import Record

if TYPE_CHECKING:
    from concbench.results.columns import Columns, Samples
    from concbench.results.lateness import Lateness

PORTION = 1024
"""Samples that are decoded at once: so many that a portion's own cost vanishes, so few that the garbage
collector, which looks at every list that is still in use, has little to look at. Where lines are long
it has fewer: hardly more bytes than the longest line may have."""

HEADER_LINE = 1
"""The number of the header's line; the lines after it are all samples or ``others``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run file: its header, its samples, and all ``records`` but the samples, in the file's order.

    ``lateness`` and ``latency`` have distributions under the place of their cell in the header. ``torn`` is
    that of a ``Run``.
    """

    path: Path
    header: Header
    records: tuple[Record, ...]
    samples: "Samples"
    lateness: Mapping[int, "Lateness"]
    latency: Mapping[int, "Lateness"]
    torn: str | None


def read_measured(path: Path, held: bytes | None = None) -> Measured:
    """Read a run file, or what is ``held`` of one. Raises RunFileError as ``read_run`` does."""
    with opened(path) if held is None else BytesIO(held) as stream:
        lines = RunLines(path, BufferedReader(stream) if isinstance(stream, GzipFile) else stream)
        scan = _Scan(lines)
        scan.all()
    return _measured(path, scan.header, scan.others, scan.columns, lines.torn)


def measured_of(run: Run) -> Measured:
    """Return what a run in memory holds."""
    columns = _columns(run.header)
    samples: list[Sample] = []
    others: list[Record] = []
    for record in run.records:
        if isinstance(record, Sample):
            samples.append(record)
        else:
            columns.note(record, after=len(samples))
            others.append(record)
    columns.take(samples)
    return _measured(run.path, run.header, others, columns, run.torn)


def _columns(header: Header) -> "Columns":
    refuse_without(SAMPLES)
    from concbench.results.columns import Columns  # noqa: PLC0415  (NumPy: to name a run takes none)

    return Columns(header)


def _measured(
    path: Path, header: Header, others: Sequence[Record], columns: "Columns", torn: str | None
) -> Measured:
    return Measured(
        path=path,
        header=header,
        records=tuple(others),
        samples=columns.samples(),
        lateness=columns.distributions("lateness_ns"),
        latency=columns.distributions("latency_ns"),
        torn=torn,
    )


class _Scan:
    """Goes through the lines of a file once; samples wait until there are many to decode at once.

    Records that come after samples that wait, wait with them: each is held to all that come before it. Every
    whole line is a sample or another record, so how many of these there are tells the number of a line.
    """

    def __init__(self, lines: RunLines) -> None:
        self._lines = lines
        self.header = lines.header()
        self._cells = {cell.id for cell in self.header.cells}
        self.columns = _columns(self.header)
        self.others: list[Record] = []
        self._taken = 0
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._between: list[tuple[int, Record]] = []

    def all(self) -> None:
        """Take every line; where several are damaged, the first of them is told."""
        try:
            for number, line in self._lines:
                if line.startswith(SAMPLE) or not self._is_other(number, line):
                    self._waiting.append(line)
                    self._bytes += len(line)
                    if len(self._waiting) == PORTION or self._bytes > LONGEST:
                        self._take_waiting()
        finally:  # what waited stands before the line that was refused
            self._take_waiting()

    def _is_other(self, number: int, line: bytes) -> bool:
        """Let a line wait whose record is no sample, and say whether it was that."""
        record = self._lines.alone(number, line)
        if isinstance(record, Sample):
            return False
        self._between.append((len(self._waiting), record))
        return True

    def _take_waiting(self) -> None:
        waiting, between = self._waiting, self._between
        self._waiting, self._between, self._bytes = [], [], 0
        whole = samples_in(waiting, self._cells)
        samples: list[Sample] = []
        for stop, record in (*between, (len(waiting), None)):
            start = len(samples)
            number = HEADER_LINE + 1 + self._taken + start + len(self.others)
            if whole is None:
                samples += map(self._sample, count(number), waiting[start:stop])
            elif start < stop:
                part = whole[start:stop]
                self._lines.take(part, number)
                samples += part
            if record is not None:
                self._lines.agree(number + stop - start, record)
                self.columns.note(record, after=self._taken + stop)
                self.others.append(record)
        self.columns.take(samples)
        self._taken += len(samples)

    def _sample(self, number: int, line: bytes) -> Sample:
        """Return the sample in one line of a portion of which not all are decoded at once."""
        alone = samples_in([line], self._cells)
        if alone is None:
            record = self._lines.record(number, line)
            assert isinstance(record, Sample)  # noqa: S101  (its line says so)
            return record
        self._lines.take(alone, number)
        return alone[0]
