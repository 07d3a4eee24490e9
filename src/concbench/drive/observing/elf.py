"""Functions of a program or library by the addresses of their code in its file: ELF's tables of symbols.

The format is that of elf(5), for 64 bits and the byte order of this machine. A stripped file has only the
names that others may call; an address in none of its functions has no name.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

LOADED, SYMBOLS, DYNAMIC_SYMBOLS = 1, 2, 11
FUNCTION, CHOSEN_FUNCTION = 2, 10
HEADER, SEGMENT, SECTION, SYMBOL = "=16xHHIQQQIHHHHHH", "=IIQQQQQQ", "=IIQQQQIIQQ", "=IBBHQQ"

PART = re.compile(r"(\.(part|cold|constprop|isra|lto_priv|llvm)\b|'\d+$|@).*")
"""What compilers add to the name of a function that they divide or copy, linkers for a version of it, and
valgrind for a call within a call of it."""


class Extent(NamedTuple):
    """Where a function begins and ends, in the addresses that its file has."""

    start: int
    end: int
    name: str


class Binary(NamedTuple):
    """What is known of a file: its parts that are loaded (offset, size, address), and functions in order."""

    segments: tuple[tuple[int, int, int], ...] = ()
    functions: tuple[Extent, ...] = ()

    def name_at(self, offset: int) -> str | None:
        """Return the function at an offset in the file, None where none has a name."""
        for start, size, address in self.segments:
            if start <= offset < start + size:
                return self._function(offset - start + address)
        return None

    def _function(self, address: int) -> str | None:
        place = bisect_right(self.functions, address, key=lambda one: one.start) - 1
        if place < 0:
            return None
        found = self.functions[place]
        return found.name if address < found.end else None


@cache
def binary_of(path: str) -> Binary:
    """Return what the file says; nothing where there is none, or it is of another kind."""
    try:
        data = Path(path).read_bytes()
        return _read(data) if data[:5] == b"\x7fELF\x02" else Binary()
    except (OSError, struct.error):
        return Binary()


def _read(data: bytes) -> Binary:
    header = struct.unpack_from(HEADER, data)
    at, sections_at, size, number, section_size, sections = header[4], header[5], *header[8:12]
    segments = [struct.unpack_from(SEGMENT, data, at + size * index) for index in range(number)]
    tables = [
        struct.unpack_from(SECTION, data, sections_at + section_size * index) for index in range(sections)
    ]
    found = {one.start: one for kind in (DYNAMIC_SYMBOLS, SYMBOLS) for one in _functions(data, tables, kind)}
    loaded = tuple((one[2], one[5], one[3]) for one in segments if one[0] == LOADED)
    return Binary(loaded, tuple(sorted(found.values())))


def _functions(data: bytes, tables: list[tuple[int, ...]], kind: int) -> Iterator[Extent]:
    for table in tables:
        if table[1] != kind:
            continue
        offset, size, link = table[4], table[5], table[6]
        words = tables[link][4]
        for name, info, _, section, value, length in struct.iter_unpack(SYMBOL, data[offset : offset + size]):
            if info & 15 in (FUNCTION, CHOSEN_FUNCTION) and section and length:
                start = words + name
                text = data[start : data.index(b"\0", start)].decode(errors="replace")
                yield Extent(value, value + length, whole_name(text))


def whole_name(name: str) -> str:
    """Return the function that a part or a copy is of: ``dict_dealloc`` for ``dict_dealloc.part.0``.

    A mere address, as valgrind calls what has no name, is none.
    """
    return "" if name.startswith("0x") else PART.sub("", name)
