"""A run file that is deleted, moved or replaced while it is written to: what is in it is kept.

As long as it is open the system keeps the content of a file that has no name any more.
"""

import os
import tempfile
from pathlib import Path

AT_ONCE = 1 << 20
"""Bytes that are copied at a time."""


def still_names(path: Path, descriptor: int) -> bool:
    """Say whether ``path`` is still the name of the file that is open as ``descriptor``."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def altered(descriptor: int, size: int) -> str | None:
    """Return what somebody else did to the open file, which is to have this size, and what to do; or None."""
    found = os.fstat(descriptor).st_size
    if found < size:
        return f"was cut to {found} of {size} bytes by somebody else while it was written to; run again"
    if found > size:
        return (
            "was written to by somebody else, too; what was measured are its first"
            f" {size} bytes: copy those (head -c {size})"
        )
    return None


def is_deleted(descriptor: int) -> bool:
    """Say whether the open file has no name left: one that was moved has."""
    return os.fstat(descriptor).st_nlink == 0


def place_for(path: Path) -> Path:
    """Return where to put a deleted file back: its own place, or beside it where another file is there."""
    return path.with_name(f"{path.name}.kept") if os.path.lexists(path) else path


def put_back(place: Path, descriptor: int) -> int:
    """Write a deleted file anew, as long as it is open; return a descriptor to go on with.

    Raises OSError where that cannot be. What was made in vain is removed.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    anew = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        while content := os.read(descriptor, AT_ONCE):
            write_all(anew, content)
        os.fsync(anew)
        sync_directory(place)
    except BaseException:
        os.close(anew)
        place.unlink(missing_ok=True)
        raise
    return anew


def saved(name: str, descriptor: int) -> Path | None:
    """Write a deleted file into a new folder for temporary ones; return where, None if that fails, too."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="concbench-"))
    except OSError:
        return None
    try:
        os.close(put_back(folder / name, descriptor))
    except OSError:
        folder.rmdir()
        return None
    return folder / name


def write_all(descriptor: int, content: bytes) -> None:
    """Write it; after a short write go on with the rest, so that the system says what is in the way."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_directory(path: Path) -> None:
    """Make the name of a new file lasting: syncing the file alone does not."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
