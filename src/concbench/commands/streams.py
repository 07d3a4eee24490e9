"""Standard streams that may be missing, narrow in their encoding, full, or left by their reader."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import click

from concbench.words import plain_lines


def silence(fd: int) -> None:
    """Point a file descriptor at nothing, so that what is still buffered for it can be let go."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, fd)
    os.close(nothing)


def tell(words: str, *, err: bool = False) -> None:
    """Print lines that hold words of others: none of them reaches a terminal as an escape sequence."""
    click.echo(plain_lines(words), err=err)


@contextmanager
def aside() -> Iterator[None]:
    """Let what programs of others print go to standard error: on standard output there is JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


class _Dropping(io.FileIO):
    """A descriptor for what nobody needs to hear: what it cannot take is dropped, and nobody is stopped."""

    def write(self, data: Any, /) -> int:
        """Write what can be written; return that all of it is."""
        try:
            written = super().write(data)
        except OSError:  # full, left by its reader, or gone
            written = None
        return len(data) if written is None else written


def prepare() -> None:
    """Make the standard streams usable, whatever they are.

    A stream that is missing leads to nowhere. What standard error cannot take is dropped: it holds progress
    and messages, which change neither the exit code nor what is measured.
    """
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:  # closed: the next file that is opened would take its place
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = _text(io.FileIO(os.devnull, "w"))
    if sys.stderr is sys.__stderr__ and not _is_console_of_windows(sys.stderr):
        sys.stderr = _text(_Dropping(2, "w", closefd=False), getattr(sys.stderr, "encoding", "utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _is_console_of_windows(stream: TextIO | None) -> bool:
    """Say whether a stream is written to in letters, as no descriptor is; it is never full."""
    return os.name == "nt" and stream is not None and stream.isatty()


def _text(raw: io.FileIO, encoding: str = "utf-8") -> io.TextIOWrapper:
    """Return a stream of text, of which every whole line is written at once."""
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, line_buffering=True)
