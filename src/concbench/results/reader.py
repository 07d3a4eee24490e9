"""Reading a run file: every whole line, in order, or a refusal that says which line is damaged and how.

A process that is killed while it writes leaves a last line without a newline. Nobody was told that this line
is on disk, so it is ignored here, and reported. Anything else that is wrong is damage, and refused.
"""

import gzip
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from concbench.results import places
from concbench.results.consistency import Consistency, first_record
from concbench.results.errors import RunFileError
from concbench.results.header import Header
from concbench.results.lines import LONGEST, TOO_LONG, record_in
from concbench.results.records import Sample
from concbench.results.values import Record

HEADERS = (b'{"type":"header"', b'{"type": "header"')
"""How a run file begins, whatever its name."""
NEWLINE = ord("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run file holds: the header, and the records after it in the file's order.

    ``torn`` describes a last line that was never finished and is not among the records, or is None.
    """

    path: Path
    header: Header
    records: tuple[Record, ...]
    torn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a writer needs to go on with a run.

    ``size`` counts the bytes of the whole lines, ``tail`` holds those of a torn line after them, and
    ``consistency`` knows what the next record has to agree with.
    """

    run: Run
    size: int
    tail: bytes
    consistency: Consistency


def read_run(path: Path) -> Run:
    """Read a run file, plain or (if its name ends in ``.gz``) compressed.

    Raises RunFileError if it cannot be read, has no header, has a newer schema, or is damaged.
    """
    with opened(path) as stream:
        return read_content(path, stream).run


opened = partial(
    places.opened,
    error_kind=RunFileError,
    words={
        FileNotFoundError: "no such file; name one that `concbench run` wrote",
        IsADirectoryError: "this is a directory; name a run file in it",
    },
)
"""Opens a run file, and turns what goes wrong while it is read into a RunFileError that says what to do."""


def starts_as_run(start: bytes) -> bool:
    """Say whether a file that begins so is a run file; one that is shorter than its mark may be one."""
    start = start.removeprefix(BOM_UTF8)
    return any(start.startswith(mark) or mark.startswith(start) for mark in HEADERS)


def read_content(path: Path, stream: BinaryIO | gzip.GzipFile) -> Content:
    """Read a run from the start of ``stream``; ``path`` names it in errors. Raises as ``read_run`` does."""
    lines = RunLines(path, stream)
    header = lines.header()
    kept = tuple(lines.record(number, line) for number, line in lines)
    run = Run(path=path, header=header, records=kept, torn=lines.torn)
    size = stream.tell() - len(lines.tail)
    return Content(run=run, size=size, tail=lines.tail, consistency=lines.consistency)


class RunLines:
    """The whole lines of a stream with their numbers, and their records.

    ``tail`` and ``torn`` (see ``Content`` and ``Run``) are final when the iteration has ended.
    """

    def __init__(self, path: Path, stream: BinaryIO | gzip.GzipFile) -> None:
        self._path = path
        self._numbered = enumerate(iter(partial(stream.readline, LONGEST + 1), b""), start=1)
        self.consistency = Consistency()
        self.tail = b""
        self.torn: str | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for number, line in self._numbered:
            if len(line) > LONGEST:
                raise self._damage(TOO_LONG, number)
            if line[-1] != NEWLINE:
                self.tail = line
                start = line[:60].decode(errors="replace")
                self.torn = f"line {number} was never finished: {len(line)} bytes that begin {start!r}"
                return
            yield number, line

    def header(self) -> Header:
        """Take the first line and return its record; raises RunFileError if there is none."""
        for number, line in self:
            try:  # editors and PowerShell put a mark there
                header = first_record(line.removeprefix(BOM_UTF8))
            except ValueError as error:
                raise self._damage(str(error), number) from error
            self.consistency.note(header)
            return header
        found = f"only {len(self.tail)} bytes of an unfinished line" if self.tail else "an empty file"
        advice = "name a file that `concbench run` wrote"
        if starts_as_run(self.tail) and not places.is_read_once(self._path):
            advice = "the run stopped before it began, so delete the file and start anew"
        raise RunFileError(f"no header: {found}; {advice}", self._path)

    def record(self, number: int, line: bytes) -> Record:
        """Return the record in a line, and remember what the next has to agree with.

        Raises RunFileError for a line that is damaged.
        """
        record = self.alone(number, line)
        self.agree(number, record)
        return record

    def alone(self, number: int, line: bytes) -> Record:
        """Return the record in a line, which may contradict others; raises RunFileError for no record."""
        try:
            return record_in(line)
        except ValueError as error:
            raise self._damage(str(error), number) from error

    def agree(self, number: int, record: Record) -> None:
        """Note a record as the next one; raises RunFileError where it contradicts those before it."""
        if (complaint := self.consistency.complaint_about(record)) is not None:
            raise self._damage(complaint, number)
        self.consistency.note(record)

    def take(self, samples: Sequence[Sample], number: int) -> None:
        """Note samples of known cells, whose lines begin with this one; raises as ``agree`` does."""
        if (found := self.consistency.take(samples)) is not None:
            raise self._damage(found[1], number + found[0])

    def _damage(self, reason: str, number: int) -> RunFileError:
        if number == 1:
            return RunFileError(reason, self._path, number)
        advice = f"the {number - 1} lines before it are sound: restore the file, or use a copy of those"
        return RunFileError(f"{reason}; {advice}", self._path, number)
