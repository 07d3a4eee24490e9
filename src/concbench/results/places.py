"""What a path leads to: the same file under several names, a folder, or nothing that may be read in passing.

Whoever is asked here gets an answer, whatever stands in the way: what is wrong with a path is told where it
is :func:`opened`.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from concbench.results.errors import ResultsError, RunFileError

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
"""What is no regular file, and may make its reader wait for ever, or never end."""


@contextmanager
def opened(
    path: Path,
    error_kind: type[ResultsError] = ResultsError,
    words: Mapping[type[OSError], str] = {FileNotFoundError: "no such file; check the path"},
) -> Iterator[BinaryIO | gzip.GzipFile]:
    """Open a file, compressed or not, and turn what goes wrong while it is read into what says what to do."""
    try:
        with gzip.open(path) if is_compressed(path) else path.open("rb") as stream:
            yield stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = f"cannot be decompressed ({error}); copy it again from where it came"
        raise error_kind(reason, path) from error
    except OSError as error:
        what = f"cannot be read ({error.strerror or error}); check the path and its permissions"
        raise error_kind(words.get(type(error), what), path) from error


def is_compressed(path: Path) -> bool:
    """Say whether a file of this name is compressed."""
    return path.suffix == ".gz"


def same_place(path: Path) -> Path:
    """Return the path that is equal for all names of a file; a symbolic link to itself is such a name."""
    return Path(os.path.realpath(path))


def is_folder(path: Path) -> bool:
    """Say whether this is a folder; what cannot be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112  (Path.is_dir raises where it may not look)


def is_regular(path: Path) -> bool:
    """Say whether this is a regular file; what cannot be looked at is none."""
    return os.path.isfile(path)  # noqa: PTH113  (as above)


def is_there(path: Path) -> bool:
    """Say whether there is something; what cannot be looked at is not there."""
    return os.path.exists(path)  # noqa: PTH110  (as above)


def refuse_irregular(path: Path) -> None:
    """Raise ResultsError for a pipe, a socket or a device, which only is read where it is named."""
    if (what := _irregular(path)) is not None:
        raise ResultsError(f"is {what}, and no regular file; name it by itself if it is to be read", path)


def is_read_once(path: Path) -> bool:
    """Say whether what is read here is gone then, as of a pipe that a shell makes for ``<(command)``."""
    return _irregular(path) is not None


def require_rewritable(path: Path) -> None:
    """Raise RunFileError for what cannot be gone on with; a pipe would be waited for without end."""
    if (what := _irregular(path)) is not None:
        raise RunFileError(f"is {what}, and no run that can be gone on with; name a run file", path)


def _irregular(path: Path) -> str | None:
    try:
        return KINDS.get(stat.S_IFMT(path.stat().st_mode))
    except OSError:  # told by its reader
        return None
