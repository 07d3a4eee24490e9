"""What a worker does when asked: witness a cell, take a turn at it, or weigh it.

Each function takes a cell and returns plain data for the pipe. A result that the workload's
judge rejects becomes an ``invalid`` outcome, never a sample.
"""

import gc
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from concbench.measure.calibration import calibrate
from concbench.measure.execution import MAX_NUMBER, Cell, Lent, WrongMemory, as_they_are, settle
from concbench.measure.failures import outcome
from concbench.measure.halves import Halves
from concbench.measure.heap import Baseline, Memory, cleared, grown, held, impossible, shrunk
from concbench.measure.passes import SAMPLE
from concbench.measure.plain import size_of
from concbench.measure.probe import peak_bytes, reset_peak, resident_bytes
from concbench.measure.witness import Testimony, bear_witness
from concbench.words import cut

SAMPLE_NS = 3_000_000
"""A sample repeats a short run until it takes this long, so that the clock and the counters cost
under 0.1 % of it; longer samples only catch more of the machine's noise."""

HALVED_NS = 20_000_000
"""A slope's short leg below this is run at least twice, so that its legs can go A B B A."""


def witness_cell(cell: Cell, seconds: float, most: int = SAMPLE) -> dict[str, Any]:
    """Witness each leg of a cell at its very parameters, and find how many repetitions make a sample.

    The short or only leg is run unwatched ``most`` times.
    """
    legs = cell.legs()
    seen: list[Testimony] = []
    for name, leg in legs.items():
        runs = 1 if name == "long" else most  # it is as the short one is, and takes twice as long
        seen.append(bear_witness(leg, seconds=seconds, most=runs))
        if seen[-1].failures:
            return refusal(seen[-1].failures)
    if (flat := no_slope(cell, seen)) is not None:
        return refusal({"doubled": flat})
    number, once_ns = settle_number(cell)
    startup_ns = cell.companion.startup_ns if cell.companion else 0
    return {
        "legs": [
            {"tasks": leg.tasks, "suspensions": leg.suspensions, "counts": dict(leg.counts)} for leg in seen
        ],
        "peak_live": seen[0].peak_live,
        "checks": dict(seen[0].checks),
        "number": number,
        "once_ns": once_ns,
        "workload_version": cell.workload.version,
        "estimate_ns": turn_estimate(number * once_ns, len(legs), number * spared_ns(cell, once_ns))
        + startup_ns,
    }


def no_slope(cell: Cell, seen: Sequence[Testimony]) -> str | None:
    """Return why two legs tell no cost: the long one has no more units than the short. None for one leg."""
    units = dict.fromkeys([getattr(cell.workload, "cost_unit", "suspension"), "suspension", "task"])
    counts = [[leg.counts.get(unit, 0) for leg in seen] for unit in units]
    if len(seen) == 1 or any(short < long for short, long in counts):
        return None
    return (
        f"twice the {cell.workload.doubled} of {cell.workload.name} makes no more {' or '.join(units)}, so"
        " the cost of one cannot be told: leave doubled out, or count a unit that grows with it"
    )


def turn_estimate(sample_ns: int, legs: int, spared: int = 0) -> int:
    """Return about how long a turn takes in ns.

    That is the untimed repetition, less the ns that are ``spared`` in it, the legs (the second is twice as
    long), and what goes on around them, which is measured here.
    """
    start = time.perf_counter_ns()
    calibrate()
    for _ in range(2 * legs):
        gc.collect()
    around = time.perf_counter_ns() - start
    return around + sample_ns * (2 if legs == 1 else 4) - spared


def warming(cell: Cell) -> Cell:
    """Return the cell that is run untimed before a sample: at what its workload says to be enough."""
    warm = getattr(cell.workload, "warm", None)
    return cell if warm is None else cell.at(warm(cell.params))


def spared_ns(cell: Cell, once_ns: int | None = None) -> int:
    """Return how many ns shorter its untimed run is than a timed one: it must be, by the floors of both.

    Where neither has to wait, and a timed one is known to take ``once_ns``, it is tried.
    """
    floor, warm = cell.workload.floor, warming(cell)
    by_floors = max(0, round(1e9 * (floor(cell.params) - floor(warm.params))))
    if by_floors or once_ns is None or warm.params == cell.params:
        return by_floors
    return max(0, once_ns - warm.timed(1).figures["wall_ns"])


def refusal(failures: dict[str, str]) -> dict[str, Any]:
    """Return the outcome of a cell that failed these checks."""
    stalled = "completed" in failures
    reason = "; ".join(f"{name}: {message}" for name, message in failures.items())
    checks = {name: cut(message) for name, message in failures.items()}
    return {**outcome("timeout" if stalled else "invalid", reason), "checks": checks}


def settle_number(cell: Cell) -> tuple[int, int]:
    """Return how many repetitions one sample takes, and the time of one in ns."""
    if cell.workload.needs_own_slice:
        return 1, max(1, warming(cell).timed(1).figures["wall_ns"] + spared_ns(cell))
    number, figures = settle(lambda number: cell.timed(number).figures, SAMPLE_NS)[-1]
    once_ns = max(1, figures["wall_ns"] // number)
    least = 2 if cell.workload.doubled and once_ns < HALVED_NS else 1
    return min(MAX_NUMBER, max(least, -(-SAMPLE_NS // once_ns))), once_ns


def take_turn(cell: Cell, *, number: int, long_first: bool, split: bool = False) -> dict[str, Any]:
    """Calibrate, run a sample's worth untimed, then take one sample: one leg, or two for a slope.

    With ``split`` each run is timed by itself, in two parts: before and after a keeper task looks.
    """
    calibration_ns = calibrate()
    warm_up(warming(cell), number=number)
    legs = cell.legs()
    measured: dict[str, dict[str, Any]] = {name: {"leg": name, "number": number} for name in legs}
    records, extras, halves = dict[str, Any](), dict[str, Any](), Halves()
    slices = order_of_slices(list(legs), number, long_first=long_first)
    for name, count in halves.each(slices) if split else slices:
        figures, returned, seen = legs[name].timed(count, halves.clock if split else None)
        add(measured[name], figures)
        add(extras, seen)
        records = legs[name].records(returned[-1])
    return {
        "legs": list(measured.values()),
        "first": slices[0][0],
        "calibration_ns": calibration_ns,
        "records": busy_of(extras, measured.values()) | records | extras | halves.records(),
    }


def busy_of(extras: Mapping[str, Any], legs: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return which share of a core a companion took over whole runs, where its CPU time was told.

    A companion that tells of the part of a run that figures come of knows better.
    """
    cpu_ns = extras.get("companion_cpu_ns")
    return (
        {} if cpu_ns is None else {"companion_busy": round(cpu_ns / sum(leg["wall_ns"] for leg in legs), 4)}
    )


def add(total: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add figures to those of their names; what is no number stands as it was said last.

    A sum of which a part could not be read is None.
    """
    for name, value in more.items():
        known = total.get(name, 0)
        if known is not None:
            total[name] = known + value if type(known) is type(value) is int else value


def warm_up(cell: Cell, *, number: int) -> dict[str, Any]:
    """Run the cell ``number`` times, untimed, and return nothing but that it was done."""
    cell.run(number)
    return {"runs": number}


def take_slice(cell: Cell, *, number: int, untimed: int) -> dict[str, Any]:
    """Run the cell ``untimed`` times, since the first runs after a hand-over are slow, then time ``number``.

    The workload's records are those of the last timed run.
    """
    warm_up(cell, number=untimed)
    figures, returned, extras = cell.timed(number)
    return {**figures, "records": cell.records(returned[-1]) | extras}


def order_of_slices(legs: list[str], number: int, *, long_first: bool) -> list[tuple[str, int]]:
    """Return which leg is timed when, and for how many repetitions.

    The two legs of a slope go A B B A, each half of its repetitions at a time, so that a drift of the
    machine's speed during the sample cancels.
    """
    order = legs[::-1] if long_first else legs
    if len(order) == 1 or number == 1:
        return [(name, number) for name in order]
    half = number // 2
    return [(order[0], half), (order[1], half), (order[1], number - half), (order[0], number - half)]


def weigh(cell: Cell, smallest: Any) -> dict[str, Any]:
    """Measure the memory of one run, in a process that has done nothing else.

    A run with the ``smallest`` parameters goes first, so that what is only loaded or cached once is there
    already. Then free memory is given back or used up, so that the run cannot hide in it. ``observed_bytes``
    is what a keeper task saw while all its tasks were parked, None where there is no keeper. Helpers of the
    session count, but for what is judged. Raises WrongResult, also for memory that the run cannot have taken.
    """
    promise, lent = cell.promise, cell.lent
    cell.at(smallest).run(1)
    seen: list[tuple[Memory, int]] = []
    batches = cell.batches(1, replace(lent.rt, observe=lambda: seen.append((held(), helped(lent)))))
    ready, helpers = lent.ready(batches), lent.helpers()
    baseline = cleared()
    reset = [reset_peak(pid) for pid in helpers]
    idle, idle_peak = helped(lent), sum(map(peak_bytes, helpers))
    returned = lent.carry_out(ready)
    peak, after, looks = peak_bytes() + sum(map(peak_bytes, lent.helpers())), held(), seen.copy()
    kept = as_they_are(returned)
    cell.judge(kept, batches)
    seen_here, keepers = [memory for memory, _helped in looks], int(promise.gathered is not None)
    judge_memory(baseline, seen_here, after, size_of(kept), keepers=keepers)
    return {
        "tasks": promise.tasks,
        "baseline_bytes": with_helpers(baseline.memory, idle),
        "observed_bytes": with_helpers(*looks[0]) if looks else None,
        "peak_bytes": peak,
        "floor_bytes": baseline.floor + idle_peak,
        "peak_was_reset": baseline.peak_was_reset and all(reset),
    }


def helped(lent: Lent) -> int:
    """Return what a session's helpers hold, in bytes; of one that has ended, or is not told of, nothing."""
    return sum(resident_bytes(pid) or 0 for pid in lent.helpers())


def with_helpers(memory: Memory, more: int) -> int | None:
    """Return what is resident, in bytes, here and in helpers; None where nobody tells."""
    return None if memory.resident is None else memory.resident + more


def judge_memory(
    baseline: Baseline, looks: Sequence[Memory], after: Memory, results: int, *, keepers: int
) -> None:
    """Raise WrongMemory for what was seen of a run's memory and cannot be what the run takes.

    ``results`` are the bytes of what it returned.
    """
    if len(looks) != keepers:
        raise WrongMemory(f"memory was looked at {len(looks)} times during the run; a keeper looks once")
    before, filled = baseline.memory, bool(baseline.filling)
    wrong = [impossible(before, observed, filled=filled) for observed in looks] + [shrunk(before, after)]
    wrong += [grown(before, observed, after, results) for observed in looks]
    if any(wrong):
        raise WrongMemory(next(filter(None, wrong)))
