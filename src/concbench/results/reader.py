"""Reading a run file: every whole line, in order, or a refusal that says which line is damaged and how.

A process that is killed while it writes leaves a last line without a newline. Nobody was told that this line
is on disk, so it is ignored here, and reported. Anything else that is wrong is damage, and refused.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from concbench.results.consistency import Consistency
from concbench.results.errors import RunFileError
from concbench.results.jsonline import line_decoder
from concbench.results.schema import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run file holds: the header, and the records after it in the file's order.

    ``torn`` describes a last line that was never finished and is not among the records, or is None.
    """

    path: Path
    header: Record
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
    try:
        with gzip.open(path) if is_compressed(path) else path.open("rb") as stream:
            return read_content(path, stream).run
    except (OSError, EOFError, zlib.error) as error:
        raise RunFileError(_unreadable(error), path) from error


def is_compressed(path: Path) -> bool:
    """Say whether a run file of this name is compressed, and so can only be read."""
    return path.suffix == ".gz"


def read_content(path: Path, stream: BinaryIO | gzip.GzipFile) -> Content:
    """Read a run from the start of ``stream``; ``path`` names it in errors. Raises as ``read_run`` does."""
    lines = _Lines(path, stream)
    records = iter(lines)
    header = next(records, None)
    if header is None:
        found = f"only {len(lines.tail)} bytes of an unfinished line" if lines.tail else "an empty file"
        raise RunFileError(
            f"no header: {found}; the run stopped before it began, so delete the file and start anew", path
        )
    kept = tuple(records)
    run = Run(path=path, header=header, records=kept, torn=_describe(lines.tail, line=len(kept) + 2))
    return Content(run=run, size=lines.size, tail=lines.tail, consistency=lines.consistency)


class _Lines:
    """The records of a stream's whole lines; ``size`` and ``tail`` are final when the iteration has ended."""

    def __init__(self, path: Path, stream: BinaryIO | gzip.GzipFile) -> None:
        self._path = path
        self._stream = stream
        self.consistency = Consistency()
        self.size = 0
        self.tail = b""

    def __iter__(self) -> Iterator[Record]:
        decode, check, note = line_decoder(), self.consistency.complaint_about, self.consistency.note
        for number, line in enumerate(self._stream, start=1):
            if not line.endswith(b"\n"):
                self.tail = line
                return
            try:
                record = decode(line)
            except ValueError as error:
                raise self._damage(str(error), number) from error
            if (complaint := check(record)) is not None:
                raise self._damage(complaint, number)
            note(record)
            self.size += len(line)
            yield record

    def _damage(self, reason: str, number: int) -> RunFileError:
        if number == 1:
            return RunFileError(reason, self._path, number)
        advice = f"the {number - 1} lines before it are sound: restore the file, or use a copy of those"
        return RunFileError(f"{reason}; {advice}", self._path, number)


def _describe(tail: bytes, line: int) -> str | None:
    if not tail:
        return None
    start = tail[:60].decode(errors="replace")
    return f"line {line} was never finished: {len(tail)} bytes that begin {start!r}"


def _unreadable(error: OSError | EOFError | zlib.error) -> str:
    match error:
        case FileNotFoundError():
            return "no such file; name one that `concbench run` wrote"
        case IsADirectoryError():
            return "this is a directory; name a run file in it"
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            return f"cannot be decompressed ({error}); copy it again from where it came"
        case _:
            return f"cannot be read ({error.strerror or error}); check the path and its permissions"
