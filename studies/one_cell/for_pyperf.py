"""pyperf's part: as many values as there are turns, in one worker."""

from time import perf_counter

import pyperf  # type: ignore[import-untyped]

from one_cell.part import Part, take_part


def timed(loops: int) -> float:
    """Return the time (s) of so many samples, each in a turn of its own."""
    total = 0.0
    for _ in range(loops):
        part = _part()
        batches = part.next()
        start = perf_counter()
        returned = part.run(batches)
        total += perf_counter() - start
        part.cell.judge(returned)
    return total


_parts: list[Part] = []


def _part() -> Part:
    if not _parts:
        _parts.append(take_part("pyperf"))
    return _parts[0]


if __name__ == "__main__":
    pyperf.Runner().bench_time_func("cell", timed)
