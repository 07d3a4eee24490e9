"""What a worker does when asked: witness a cell, take a turn at it, or weigh it.

Each function takes an opened session and returns plain data for the pipe. A result that the workload's
judge rejects becomes an ``invalid`` outcome, never a sample.
"""

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from concbench.measure.calibration import calibrate
from concbench.measure.clocks import Clock, NoClock, clock_of, reading
from concbench.measure.failures import outcome
from concbench.measure.heap import Baseline, Memory, cleared, grown, held, impossible, shrunk
from concbench.measure.passes import SAMPLE, crashing
from concbench.measure.plain import size_of
from concbench.measure.probe import peak_bytes, timed
from concbench.measure.recorded import records_of
from concbench.measure.salting import Batch, batch_of, reported_by, wrong_with
from concbench.measure.sessions import as_they_are, lent_by
from concbench.measure.witness import Testimony, bear_witness
from concbench.models.base import Model, Session
from concbench.words import cut
from concbench.workloads.base import Workload

SAMPLE_NS = 3_000_000
"""A sample repeats a short run until it takes this long, so that the clock and the counters cost
under 0.1 % of it; longer samples only catch more of the machine's noise."""

HALVED_NS = 20_000_000
"""A slope's short leg below this is run at least twice, so that its legs can go A B B A."""

MAX_NUMBER = 10_000


class WrongResult(Exception):
    """The workload's judge rejected a run's results."""

    check = "results"


class WrongMemory(WrongResult):
    """What was seen of a run's memory cannot be what it takes."""

    check = "memory"


class WrongTime(WrongResult):
    """What tasks report of the time cannot be, or the clock by which they do is none."""

    check = "reported"


def legs_of(workload: Workload[Any], params: Any) -> dict[str, Any]:
    """Return the parameters of each leg of a sample: one, or the two of a paired slope."""
    if workload.doubled is None:
        return {"single": params}
    return {"short": params, "long": workload.double(params)}


def witness_cell(
    workload: Workload[Any], params: Any, model: Model, session: Session, seconds: float
) -> dict[str, Any]:
    """Witness each leg of a cell at its very parameters, and find how many repetitions make a sample."""
    legs = legs_of(workload, params)
    seen: list[Testimony] = []
    for name, leg in legs.items():
        most = 1 if name == "long" else SAMPLE  # it is as the short one is, and takes twice as long
        seen.append(bear_witness(workload, leg, model, session, seconds=seconds, most=most))
        if seen[-1].failures:
            return refusal(seen[-1].failures)
    number, once_ns = settle_number(workload, params, model, session)
    return {
        "legs": [{"tasks": leg.tasks, "suspensions": leg.suspensions} for leg in seen],
        "peak_live": seen[0].peak_live,
        "checks": dict(seen[0].checks),
        "number": number,
        "once_ns": once_ns,
        "workload_version": workload.version,
        "estimate_ns": turn_estimate(number * once_ns, legs=len(legs)),
    }


def turn_estimate(sample_ns: int, legs: int) -> int:
    """Return about how long a turn takes in ns.

    That is the untimed repetition, the legs (the second is twice as long), and what goes on around them,
    which is measured here.
    """
    start = time.perf_counter_ns()
    calibrate()
    for _ in range(2 * legs):
        gc.collect()
    around = time.perf_counter_ns() - start
    return around + sample_ns * (2 if legs == 1 else 4)


def refusal(failures: dict[str, str]) -> dict[str, Any]:
    """Return the outcome of a cell that failed these checks."""
    stalled = "completed" in failures
    reason = "; ".join(f"{name}: {message}" for name, message in failures.items())
    checks = {name: cut(message) for name, message in failures.items()}
    return {**outcome("timeout" if stalled else "invalid", reason), "checks": checks}


def settle_number(workload: Workload[Any], params: Any, model: Model, session: Session) -> tuple[int, int]:
    """Return how many repetitions one sample takes, and the time of one in ns."""
    number = 1
    while True:
        figures, _returned = run_timed(workload, params, model, session, number)
        estimate = max(1, figures["wall_ns"] // number)
        if workload.needs_own_slice or number >= MAX_NUMBER or figures["wall_ns"] >= SAMPLE_NS / 2:
            break
        number = min(MAX_NUMBER, max(2 * number, SAMPLE_NS // (2 * estimate)))
    if workload.needs_own_slice:
        return 1, estimate
    least = 2 if workload.doubled and estimate < HALVED_NS else 1
    return min(MAX_NUMBER, max(least, -(-SAMPLE_NS // estimate))), estimate


def salted(workload: Workload[Any], params: Any, model: Model, session: Session, number: int) -> list[Batch]:
    """Return the batches of ``number`` runs, each with a salt that its results have to show.

    Each run has factories of its own, since gates and locks are used up.
    """
    rt = lent_by(session).rt
    return [batch_of(workload, model.dialect, rt, params) for _ in range(number)]


def judge_all(workload: Workload[Any], params: Any, returned: Sequence[Any], salts: Sequence[int]) -> None:
    """Raise WrongResult at the first run whose results are wrong, or do not show the run's salt."""
    for results, salt in zip(returned, salts, strict=True):
        wrong = wrong_with(workload, results, params, salt)
        if wrong is not None:
            raise WrongResult(wrong)


def judge_reported(workload: Workload[Any], returned: Sequence[Any], began: float, ended: float) -> None:
    """Raise WrongTime where tasks report times (s, of the model's clock) at which they did not run."""
    reported = reported_by(workload)
    if reported is None:
        return
    for results in returned:
        for index, result in enumerate(results):
            if not all(began <= told <= ended for told in reported(result)):
                raise WrongTime(f"task {index} reports a time outside of the run: {result!r}")


def told_by(now: Clock) -> float:
    """Return what a clock says, in s. Raises WrongTime."""
    try:
        return reading(now)
    except NoClock as error:
        raise WrongTime(error) from error


def run_timed(
    workload: Workload[Any], params: Any, model: Model, session: Session, number: int
) -> tuple[dict[str, int], list[Any]]:
    """Time ``number`` runs; return their figures and judged results. Raises WrongResult."""
    lent = lent_by(session)
    batches = salted(workload, params, model, lent, number)
    now = clock_of(workload, lent.rt)
    began = told_by(now)
    with crashing():
        figures, returned = timed(lent.run, [batch.factories for batch in batches])
    kept = as_they_are(returned)
    judge_all(workload, params, kept, [batch.salt for batch in batches])
    judge_reported(workload, kept, began, told_by(now))
    return figures, kept


def run_untimed(workload: Workload[Any], params: Any, model: Model, session: Session, number: int) -> None:
    """Run a cell ``number`` times and judge the results. Raises WrongResult."""
    lent = lent_by(session)
    batches = salted(workload, params, model, lent, number)
    with crashing():
        returned = [lent.run(batch.factories) for batch in batches]
    judge_all(workload, params, as_they_are(returned), [batch.salt for batch in batches])


def time_slice(
    workload: Workload[Any], params: Any, model: Model, session: Session, number: int
) -> tuple[dict[str, int], list[Any]]:
    """Time ``number`` runs; return their figures and results. Raises WrongResult if any result is wrong."""
    figures, returned = run_timed(workload, params, model, session, number)
    judge_time(workload, params, model, figures["wall_ns"] / number)
    return figures, returned


def judge_time(workload: Workload[Any], params: Any, model: Model, wall_ns: float) -> None:
    """Raise WrongResult for a run that took less than its floor allows, whatever its own clock says."""
    least = workload.floor(params) - workload.promise(params, model.dialect).early
    if wall_ns < 1e9 * least:
        raise WrongResult(f"the run took {wall_ns / 1e9:.6f} s, and cannot take less than {least:.6f} s")


def take_turn(
    workload: Workload[Any], params: Any, model: Model, session: Session, *, number: int, long_first: bool
) -> dict[str, Any]:
    """Calibrate, run a sample's worth untimed, then take one sample: one leg, or two for a slope."""
    calibration_ns = calibrate()
    warm_up(workload, params, model, session, number=number)
    legs = legs_of(workload, params)
    measured: dict[str, dict[str, Any]] = {name: {"leg": name, "number": number} for name in legs}
    records: dict[str, Any] = {}
    slices = order_of_slices(list(legs), number, long_first=long_first)
    for name, count in slices:
        figures, returned = time_slice(workload, legs[name], model, session, count)
        for figure, value in figures.items():
            measured[name][figure] = measured[name].get(figure, 0) + value
        records = records_of(workload, returned[-1], legs[name])
    return {
        "legs": list(measured.values()),
        "first": slices[0][0],
        "calibration_ns": calibration_ns,
        "records": records,
    }


def warm_up(
    workload: Workload[Any], params: Any, model: Model, session: Session, *, number: int
) -> dict[str, Any]:
    """Run the cell ``number`` times, untimed, and return nothing but that it was done."""
    run_untimed(workload, params, model, session, number)
    return {"runs": number}


def take_slice(
    workload: Workload[Any], params: Any, model: Model, session: Session, *, number: int, untimed: int
) -> dict[str, Any]:
    """Run the cell ``untimed`` times, since the first runs after a hand-over are slow, then time ``number``.

    The workload's records are those of the last timed run.
    """
    warm_up(workload, params, model, session, number=untimed)
    figures, returned = time_slice(workload, params, model, session, number)
    return {**figures, "records": records_of(workload, returned[-1], params)}


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


def weigh(
    workload: Workload[Any], smallest: Any, params: Any, model: Model, session: Session
) -> dict[str, Any]:
    """Measure the memory of one run, in a process that has done nothing else.

    The smallest run goes first, so that what is only loaded or cached once is there already. Then free memory
    is given back or used up, so that the run cannot hide in it. ``observed_bytes`` is what a keeper task saw
    while all its tasks were parked, None where there is no keeper. Raises WrongResult, also for a run that
    holds more than it is seen to, or that looked more often than a keeper does.
    """
    promise, lent = workload.promise(params, model.dialect), lent_by(session)
    run_untimed(workload, smallest, model, lent, 1)
    seen: list[Memory] = []
    watching: Any = replace(lent.rt, observe=lambda: seen.append(held()))
    batch = batch_of(workload, model.dialect, watching, params)
    baseline = cleared()
    with crashing():
        results = lent.run(batch.factories)
    peak, after, looks = peak_bytes(), held(), seen.copy()
    kept = as_they_are([results])
    judge_all(workload, params, kept, [batch.salt])
    judge_memory(baseline, looks, after, size_of(kept), keepers=int(promise.gathered is not None))
    return {
        "tasks": promise.tasks,
        "baseline_bytes": baseline.memory.resident,
        "observed_bytes": looks[0].resident if looks else None,
        "peak_bytes": peak,
        "floor_bytes": baseline.floor,
        "peak_was_reset": baseline.peak_was_reset,
    }


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
