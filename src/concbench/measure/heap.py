"""The heap, before memory is weighed: free memory is given back or used up, so that no run can hide in it.

What a process has allocated and freed stays resident: glibc keeps it for later, and so do CPython's pools of
small blocks, each of which is kept whole as long as one block in it lives. A run that takes its memory from
there adds nothing to the resident set, and would seem to cost nothing. On other systems, and in builds
without the GIL, whose allocator is another, this is left out (docs/METHODOLOGY.md).
"""

import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from concbench.measure.obmalloc import BLOCK, BYTES_HEADER, LARGEST_BLOCK, POOL_BYTES, pool_of
from concbench.measure.probe import peak_bytes, reset_peak, resident_bytes

ARENA_PAGES = (1 << 20) // os.sysconf("SC_PAGESIZE")
"""By how many pages the address space grows where no pool is free; the lists here make it grow less."""

MOST_FILLED = 256 << 20
"""Bytes that are used up at most, for allocators that never map an arena (``PYTHONMALLOC=malloc``)."""

PARTLY_FREE = sum(os.sysconf("SC_PAGESIZE") // size for size in range(BLOCK, LARGEST_BLOCK + 1, BLOCK))
"""How many blocks may be free after all: those of each size on a page of which some are used."""

SLACK = 256 << 10
"""Bytes by which a resident set may seem to shrink."""


class Memory(NamedTuple):
    """What a process holds: its resident set in bytes, or None, and how many blocks are allocated in it."""

    resident: int | None
    blocks: int


def held() -> Memory:
    """Read what this process holds now."""
    return Memory(resident_bytes(), sys.getallocatedblocks())


class Baseline(NamedTuple):
    """What a process holds before a run whose memory is weighed: ``memory``, and its peak (``floor``, bytes).

    ``filling`` is what uses up the free blocks, for as long as it lives. ``peak_was_reset``: the peak is not
    one of before.
    """

    memory: Memory
    floor: int
    peak_was_reset: bool
    filling: list[Any]


def cleared() -> Baseline:
    """Collect garbage, give back or use up free memory, set back the peak, and return what is held then."""
    gc.collect()
    give_back()
    filling = fill()
    peak_was_reset = reset_peak()
    return Baseline(held(), peak_bytes(), peak_was_reset, filling)


def give_back() -> None:
    """Have the C library give free memory back to the system, if it knows how to."""
    import ctypes  # noqa: PLC0415  (no worker but one that weighs waits for it)

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(ctypes.c_size_t(0))


def fill() -> list[Any]:
    """Use up free pools and the free blocks of every size, for as long as the list that is returned lives.

    Free pools go first, until a new arena is mapped: what blocks of other sizes then take beyond their free
    ones is not resident before.
    """
    if _mapped() is None or "t" in sys.abiflags:
        return []
    pools = iter(range(MOST_FILLED // POOL_BYTES))
    kept = list(_free_pools(pools))
    for size in range(BLOCK, LARGEST_BLOCK, BLOCK):
        kept += _free_blocks(size, pools)
    return kept


def _free_pools(pools: Iterator[int]) -> Iterator[list[Any]]:
    """Yield a pool's worth of the largest blocks at a time, until no pool was free; at most so many."""
    make, count = _maker(LARGEST_BLOCK), pool_of(LARGEST_BLOCK)
    mapped = _mapped() or 0
    for _ in pools:
        yield [make() for _ in repeat(None, count)]
        before, mapped = mapped, _mapped() or 0
        if mapped - before >= ARENA_PAGES:
            break


def _free_blocks(size: int, pools: Iterator[int]) -> Iterator[list[Any]]:
    """Yield blocks of one size, until a whole pool was taken for them: then no other had a free one."""
    make, whole = _maker(size), pool_of(size)
    for _ in pools:
        blocks = [make() for _ in repeat(None, 2 * whole)]
        yield blocks
        if max(Counter(id(block) // POOL_BYTES for block in blocks).values()) == whole:
            break


def _maker(size: int) -> Callable[[], Any]:
    """Return what makes an object that takes one block of ``size`` bytes."""
    if size == BLOCK:
        return object
    if size <= BYTES_HEADER:
        return lambda: float("1.5")
    return lambda: bytes(size - BYTES_HEADER)


def _mapped() -> int | None:
    """Return the size of the address space in pages, or None where it cannot be read."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return None


def shrunk(baseline: Memory, after: Memory) -> str | None:
    """Return that a run freed memory which it did not allocate, or None: its peak would hide there.

    What lies below ``SLACK`` is left alone: the kernel counts pages for each CPU, and adds them up when it
    likes.
    """
    if baseline.resident is None or after.resident is None or baseline.resident - after.resident <= SLACK:
        return None
    less = baseline.resident - after.resident
    return f"the process held {less} bytes less after the run than before: the run freed other memory"


def grown(baseline: Memory, observed: Memory, after: Memory, results: int) -> str | None:
    """Return that a run held more when its tasks had ended than while they were parked, or None.

    What its tasks took is free by then, if not given back, so what is much more was let go of for the look.
    ``results`` (bytes) are there then, and the holes that lists leave as they grow, at most as much again;
    and what a model keeps of each task that ended: as much as the tasks took, and ``SLACK``, is left to it.
    """
    if baseline.resident is None or observed.resident is None or after.resident is None:
        return None
    more, took = after.resident - observed.resident, observed.resident - baseline.resident
    if more <= SLACK + took + 2 * results:
        return None
    return f"the process held {more} bytes more after the run, without its tasks, than while they were parked"


def impossible(baseline: Memory, observed: Memory, *, filled: bool) -> str | None:
    """Return why what was seen of a run's memory cannot be what it takes, or None.

    Where free memory was used up before (``filled``), the resident set cannot shrink while tasks are made,
    and grows by every block that is allocated meanwhile, but for ``PARTLY_FREE`` of them. Elsewhere some may
    be given back at any time.
    """
    if baseline.resident is None or observed.resident is None:
        return None
    more, blocks = observed.resident - baseline.resident, observed.blocks - baseline.blocks
    if more < (0 if filled else -SLACK):
        return f"the process held {-more} bytes less with its tasks than before: the run freed other memory"
    if filled and (blocks - PARTLY_FREE) * BLOCK > more:
        return (
            f"the process held {more} bytes more with its tasks, and {blocks} more blocks of {BLOCK} bytes "
            "or more: the run hid in memory that was there before"
        )
    return None
