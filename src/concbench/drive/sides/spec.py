"""What a user asks two sides to be; known on every platform, since stored runs are compared on any."""

from dataclasses import dataclass
from pathlib import Path

WORKING_TREE = "."
"""What names the working tree, in the place of a revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSpec:
    """What two sides are made of, ``base`` and ``head`` being revisions; None or empty: as it is.

    ``pythons`` and ``packages`` have one entry for both sides, or two. ``packages`` are requirements with
    spaces or commas between them.
    """

    base: str | None = None
    head: str | None = None
    pythons: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    repo: Path = Path()
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()

    def revisions(self) -> tuple[str, str] | None:
        """Return the revisions of base and head; a missing head is the working tree."""
        return None if self.base is None else (self.base, self.head or WORKING_TREE)
