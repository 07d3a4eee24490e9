"""What a user asks two sides to be; known on every platform, since stored runs are compared on any."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

WORKING_TREE = "."
"""What names the working tree, in the place of a revision."""


Whose: TypeAlias = Literal["each", "base", "head"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSpec:
    """What two sides are made of, ``base`` and ``head`` being revisions; None or empty: as it is.

    ``pythons`` and ``packages`` have one entry for both sides, or two. ``packages`` are requirements with
    spaces or commas between them, ``requirements`` files of such: inside the repository, those of each side.
    ``project``: each revision itself is installed, with what it depends on and its ``extras``.
    ``plugin_from`` is the side whose plug-ins both have, where it is not each its own.
    """

    base: str | None = None
    head: str | None = None
    pythons: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    project: bool = False
    extras: tuple[str, ...] = ()
    repo: Path = Path()
    plugins: tuple[str, ...] = ()
    plugin_from: Whose = "each"
    loops: tuple[str, ...] = ()

    def revisions(self) -> tuple[str, str] | None:
        """Return the revisions of base and head; a missing head is the working tree."""
        return None if self.base is None else (self.base, self.head or WORKING_TREE)

    @property
    def with_project(self) -> bool:
        """Whether each revision itself is installed."""
        return self.project or bool(self.extras)

    @property
    def installs(self) -> bool:
        """Whether an environment may be made that cannot be kept."""
        return self.with_project or bool(self.requirements)
