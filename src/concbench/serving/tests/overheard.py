"""Standard error that is listened to: a file like the process's own, whose first words are kept."""

import io
import os

ERRORS = 2
"""The descriptor of standard error."""

MOST_KEPT = 20_000
"""Letters."""


class Overheard(io.TextIOWrapper):
    """Writes where a descriptor does; ``beginning`` is what was written first.

    It has a descriptor and a buffer of its own, which tests and conftest files may ask for.
    """

    def __init__(self, descriptor: int) -> None:
        raw = open(os.dup(descriptor), "wb", buffering=0)  # noqa: PTH123, SIM115  (a descriptor has no path)
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        self.beginning = ""

    def write(self, text: str) -> int:
        """Write, and keep what is written, while that is not much."""
        if len(self.beginning) < MOST_KEPT:
            self.beginning += text
        return super().write(text)
