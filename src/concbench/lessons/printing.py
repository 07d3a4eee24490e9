"""What a learner's program prints, kept for whoever has it checked, the first lines; and where it hung.

Standard library only.
"""

import io
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from pathlib import Path

MOST_KEPT = 4000
"""Letters that are kept: a program may print in each of its steps, and is run many times."""


class KeptPrints(io.TextIOBase):
    """A text stream that keeps what comes first, in a file, at once: the process may be ended any time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._room = MOST_KEPT - (file.stat().st_size if file.exists() else 0)

    def write(self, text: str) -> int:
        """Keep what there is room for; return that all was written."""
        if self._room > 0:
            with self._file.open("a", encoding="utf-8", errors="replace") as kept:
                self._room -= kept.write(text[: self._room])
        return len(text)


def kept_in(file: str) -> AbstractContextManager[object]:
    """Have what is printed within kept in a file; where that has no name it goes where it goes."""
    return redirect_stdout(KeptPrints(Path(file))) if file else nullcontext()


def printed_in(file: Path) -> list[str]:
    """Return the lines that were kept; the last one says so where there may have been more."""
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8", errors="replace")
    more = ["… and more"] if len(text) >= MOST_KEPT else []
    return text.splitlines() + more


def keep_place(prints: str, place: str | None) -> None:
    """Keep where a program was when its time was over, beside what it printed; None is nowhere."""
    if prints:
        _place_beside(Path(prints)).write_text(place or "", encoding="utf-8")


def place_beside(prints: Path) -> str | None:
    """Return where a program was when its time was over, or None."""
    file = _place_beside(prints)
    return (file.read_text(encoding="utf-8") or None) if file.exists() else None


def _place_beside(prints: Path) -> Path:
    return prints.with_suffix(".place")
