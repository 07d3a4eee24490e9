"""Tests that compare times run alone: no other process of pytest-xdist runs a test meanwhile."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Room:
    """A room that tests share, or have for themselves; who waits to have it is not overtaken.

    Its two locks are files. Every test goes through the gate and takes its place in the room; a test that
    wants the room for itself holds the gate while it waits for the others to leave.
    """

    def __init__(self, path: Path) -> None:
        self._paths = path.with_suffix(".gate"), path.with_suffix(".room")
        self._gate, self._room = (place.open("w") for place in self._paths)

    @contextmanager
    def entered(self, *, alone: bool) -> Iterator[None]:
        """Wait until there is a place in the room, and keep it."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave for good; the last one's files go with it."""
        self._gate.close()
        self._room.close()
        for place in self._paths:
            with suppress(FileNotFoundError):
                place.unlink()
