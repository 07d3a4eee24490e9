"""What lies where in a process: the function, and its file, at an address that its processor was seen at."""

import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple, Self

from concbench.drive.observing.elf import binary_of

LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+\s*(.*)")


class CFunction(NamedTuple):
    """A function in C and the file that it is in, both as they are called there; empty where nobody says."""

    file: str
    function: str


NOWHERE = CFunction("", "")


class Region(NamedTuple):
    """Code in a process's memory: from where to where, from which place of which file."""

    start: int
    end: int
    offset: int
    file: str


class CodeMap(NamedTuple):
    """The code in a process's memory, in order."""

    regions: tuple[Region, ...]

    @classmethod
    def of(cls, pid: int) -> Self:
        """Return that of a process; raises OSError where it has ended."""
        return cls.read(Path(f"/proc/{pid}/maps").read_text(errors="replace"))

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what the system tells in proc_pid_maps(5)."""
        found = [one.groups() for line in text.splitlines() if (one := LINE.match(line))]
        regions = (
            Region(int(start, 16), int(end, 16), int(offset, 16), file)
            for start, end, rights, offset, file in found
            if "x" in rights
        )
        return cls(tuple(sorted(regions)))

    def at(self, address: int) -> CFunction:
        """Return what is at an address; NOWHERE where there is no code."""
        place = bisect_right(self.regions, address, key=lambda one: one.start) - 1
        if place < 0 or address >= self.regions[place].end:
            return NOWHERE
        region = self.regions[place]
        name = binary_of(region.file).name_at(address - region.start + region.offset)
        return CFunction(region.file or "[no file]", name or "")
