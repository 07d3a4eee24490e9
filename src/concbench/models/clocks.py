"""The clock of a busy loop, lent to whoever wants to see it go by another one than the system's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

Clock = Callable[[], float]
NAME = "perf_counter"
"""Under which name a model's module has its clock."""


@contextmanager
def lent_clock(module: ModuleType, clock: Clock) -> Iterator[None]:
    """Let a model's sleepers read ``clock``, in s, in the place of ``time.perf_counter``."""
    own = getattr(module, NAME)
    setattr(module, NAME, clock)
    try:
        yield
    finally:
        setattr(module, NAME, own)
