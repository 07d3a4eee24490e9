"""Writing a run file: a line is on disk when ``append`` returns, or the file is as it was before.

The file is locked while it is open for appending, so two runs never mix their lines. The lock goes with the
process, however it ends: nothing is left to clean up after ``kill -9``.
"""

import errno
import fcntl
import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from concbench.results import vanished
from concbench.results.consistency import Consistency, first_record
from concbench.results.errors import RunFileError
from concbench.results.header import Header
from concbench.results.identity import check_resumable
from concbench.results.lines import LONGEST, TOO_LONG, encode_line, record_in
from concbench.results.places import is_compressed
from concbench.results.reader import Content, Run, read_content
from concbench.results.records import ResumeRecord
from concbench.results.resuming import verb_of
from concbench.results.values import Record


class RunWriter:
    """A run file that is open, locked, and appended to. Made by ``create`` or ``resume``; a context manager.

    ``path`` names the file. ``resumed`` is the run as it was found, where ``resumed.torn`` says what was
    moved aside; it is None for a new file. ``say`` is told of what is no error, but not as it should be.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.resumed: Run | None = None
        self.say: Callable[[str], None] = lambda _words: None
        self._descriptor: int | None = descriptor
        self._size = 0
        self._verb: str | None = "run"
        self._consistency = Consistency()

    @classmethod
    def create(cls, path: Path, header: Header) -> Self:
        """Start a new run file with ``header``.

        Raises RunFileError if the file exists, cannot be written, or the header is not valid. A file that
        was made in vain is removed.
        """
        verb = verb_of(header.asked.command) if header.paired is None else None
        refuse_taken(path, verb)
        with _explained(path, "cannot be created", verb):
            writer = cls(path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666))
        try:
            writer._lock()
            writer._verb = verb
            writer.append(header)
            with _explained(path, "cannot be made lasting"):
                vanished.sync_directory(path)
        except BaseException:
            writer.close()
            path.unlink(missing_ok=True)
            raise
        return writer

    @classmethod
    def resume(cls, path: Path, *, now: str, identity: Mapping[str, str]) -> Self:
        """Open an interrupted run to go on with it, and append its ``resume`` record.

        ``now`` is the time (ISO 8601, UTC); ``identity`` is the present environment's, and has to be the one
        in the header. A torn last line is appended to ``FILE.torn`` and cut off. Nothing is changed before
        everything else is checked.

        Raises RunFileError if the file cannot be read or written, is damaged or in use, or the
        environment has changed.
        """
        _refuse_compressed(path)
        with _explained(path, "cannot be opened to go on"):
            writer = cls(path, os.open(path, os.O_RDWR | os.O_APPEND))
        try:
            writer._lock()
            content = writer._read()
            check_resumable(content.run.header, identity, path)
            writer._verb = verb_of(content.run.header.asked.command)
            writer._take_up(content)
            writer.append(ResumeRecord(resumed=now, dropped=content.run.torn))
        except BaseException:
            writer.close()
            raise
        return writer

    def append(self, record: Record) -> None:
        """Write ``record`` as one line, and return when it is on disk. A file that was deleted is put back.

        Raises RunFileError if the record is not valid (nothing is written, the writer stays usable), if the
        write fails (the file is cut back to its last whole line, and the writer is closed), or if the file
        was moved, replaced or altered (what was measured stays in it, and the writer is closed).
        """
        line, written = self._checked_line(record)
        descriptor = self._present_descriptor()
        try:
            vanished.write_all(descriptor, line)
            os.fsync(descriptor)
            self._consistency.note(written)
            self._size += len(line)
        except OSError as error:
            undone = self._undo()
            self.close()
            what_then = self._what_then(str(self.path)) if self._size else "run again"
            raise RunFileError(
                f"cannot be written ({error.strerror}); {undone}. {_remedy(error)}, then {what_then}",
                self.path,
            ) from error
        except BaseException:
            self._undo()
            raise

    def close(self) -> None:
        """Close the file and release its lock; closing twice does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lock(self) -> None:
        with _explained(self.path, "cannot be locked"):
            fcntl.flock(self._open_descriptor(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _read(self) -> Content:
        with (
            _explained(self.path, "cannot be read"),
            os.fdopen(self._open_descriptor(), "rb", closefd=False) as stream,
        ):
            return read_content(self.path, stream)

    def _take_up(self, content: Content) -> None:
        """Go on after the whole lines of ``content``, its torn line moved aside."""
        if content.tail:
            aside = self.path.with_name(self.path.name + ".torn")
            with _explained(aside, "cannot be appended to, so the torn last line stays where it is"):
                _append_bytes(aside, content.tail)
                vanished.sync_directory(aside)
            with _explained(self.path, "cannot be cut back to its last whole line"):
                os.ftruncate(self._open_descriptor(), content.size)
                os.fsync(self._open_descriptor())
        self._size = content.size
        self._consistency = content.consistency
        self.resumed = content.run

    def _checked_line(self, record: Record) -> tuple[bytes, Record]:
        """Return the line of ``record`` and what a reader will make of it, which is what is checked."""
        try:
            line = encode_line(record)
            written = first_record(line) if isinstance(record, Header) else record_in(line)
            too_long = TOO_LONG if len(line) > LONGEST else None
            complaint = too_long or self._consistency.complaint_about(written)
        except ValueError as error:
            complaint = str(error)
        if complaint is not None:
            raise RunFileError(f"record not written: {complaint}; this is a fault of concbench", self.path)
        return line, written

    def _undo(self) -> str:
        """Cut an unfinished line off; return what became of the file, as a clause."""
        try:
            os.ftruncate(self._open_descriptor(), self._size)
            os.fsync(self._open_descriptor())
        except OSError as error:
            return f"its last line may be torn ({error.strerror}), and will be moved aside"
        return "every line before this one is whole"

    def _what_then(self, file: str) -> str:
        name = file if file == "FILE" else shlex.quote(file)
        if self._verb is not None:
            return f"go on with `concbench {self._verb} --resume {name}`"
        return f"see what there is with `concbench show {name}`"

    def _present_descriptor(self) -> int:
        """Return what to write to, which ``path`` names; raises RunFileError where it cannot be that."""
        descriptor = self._open_descriptor()
        if not self._size:
            return descriptor
        if vanished.still_names(self.path, descriptor):
            self._refuse_altered(descriptor)
            return descriptor
        if not vanished.is_deleted(descriptor):
            self.close()
            raise RunFileError(
                "was moved or replaced while it was written to; what was measured is in the file that has"
                f" another name now: {self._what_then('FILE')}",
                self.path,
            )
        self._put_back(descriptor)
        return self._open_descriptor()

    def _refuse_altered(self, descriptor: int) -> None:
        """Raise RunFileError where a line would not follow on the last one: nobody could read it."""
        if (why := vanished.altered(descriptor, self._size)) is not None:
            self.close()
            what_then = "" if why.endswith("run again") else f", and {self._what_then('FILE')}"
            raise RunFileError(f"{why}{what_then}", self.path)

    def _put_back(self, descriptor: int) -> None:
        """Write a deleted file anew; raises RunFileError where that fails, or another has taken its place."""
        place = vanished.place_for(self.path)
        try:
            anew = vanished.put_back(place, descriptor)
        except OSError as error:
            saved = vanished.saved(self.path.name, descriptor)
            self.close()
            reason = f"was deleted while it was written to, and cannot be put back ({error.strerror})"
            where = (
                f"what was measured is in {saved}: {self._what_then(str(saved))}" if saved else "run again"
            )
            raise RunFileError(f"{reason}; {where}", self.path) from error
        self.close()
        self._descriptor = anew
        if place != self.path:
            self.close()
            raise RunFileError(
                f"was replaced by another file while it was written to; what was measured is in {place}:"
                f" {self._what_then(str(place))}",
                self.path,
            )
        self._lock()
        self.say(f"{self.path} was deleted, and is put back")

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise RunFileError(
                f"closed, so nothing can be appended; {self._what_then(str(self.path))}", self.path
            )
        return self._descriptor


def _remedy(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return "Free space on that disk" if full else "Put that disk right"


def _append_bytes(path: Path, tail: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(tail)
        stream.flush()
        os.fsync(stream.fileno())


def refuse_taken(path: Path, verb: str | None = "run") -> None:
    """Raise RunFileError where something is already, or what is no place for a run file.

    ``verb``: the command that goes on with what is to be written there, None where none does.
    """
    _refuse_compressed(path)
    with _explained(path, "cannot be created", verb):
        if path.is_file():
            raise FileExistsError
        odd = path.exists()
    if odd:
        raise RunFileError("this is a directory or device; name a file with --output", path)


def _refuse_compressed(path: Path) -> None:
    if is_compressed(path):
        raise RunFileError("a compressed run file can only be read; use its uncompressed form", path)


@contextmanager
def _explained(path: Path, failure: str, verb: str | None = None) -> Iterator[None]:
    """Turn an OSError into a RunFileError that says what failed and what to do.

    ``verb``: the command that goes on with a file that is there, if it is of the same kind.
    """
    try:
        yield
    except FileExistsError as error:
        or_else = f", or go on with `concbench {verb} --resume {shlex.quote(str(path))}`" if verb else ""
        raise RunFileError(
            f"exists already, and a run file is never overwritten; name another file{or_else}", path
        ) from error
    except BlockingIOError as error:
        raise RunFileError("another run is writing to it; wait until that ends, or stop it", path) from error
    except FileNotFoundError as error:
        raise RunFileError(f"{failure}: no such file or directory; check the path", path) from error
    except OSError as error:
        raise RunFileError(f"{failure}: {error.strerror}; check path and permissions", path) from error
