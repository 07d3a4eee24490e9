"""CPython's allocator of small blocks (Objects/obmalloc.c), as far as one may know it from outside."""

import sys

BLOCK = 16
"""Bytes of the smallest block, and the step from one size of block to the next."""

LARGEST_BLOCK = 512
POOL_BYTES = 16384
"""The pool that blocks of one size are carved from."""

POOL_HEADER = 48
"""Bytes at a pool's beginning that are no blocks."""

BYTES_HEADER = sys.getsizeof(b"")
"""Bytes of a ``bytes`` object beside its payload."""


def pool_of(size: int) -> int:
    """Return how many blocks of ``size`` bytes a pool has."""
    return (POOL_BYTES - POOL_HEADER) // size
