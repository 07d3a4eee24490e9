"""Who wakes at whole hundredths wakes together with others: the processor is woken once for all of them."""

from math import ceil


def nap(seconds: float) -> Work:
    yield ceil(100 * (time.perf_counter() + seconds)) / 100
