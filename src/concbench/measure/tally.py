"""The tally: one process, counted from outside, that runs a cell so many times, or readies all and runs none.

The difference of two such processes is the work alone: both open the model, run the cell once untimed, build
the factories of all runs, and judge as many results. What is left in it that is no work is the layout of
memory: where pools of small objects begin and end differs with the length of a path or a changed docstring,
and with it what allocating costs, by up to 0.4 % of a run. So the runs are spread over several layouts,
each made by allocating blocks of every size, the same in all processes.
"""

import faulthandler
import gc
import json
import os
import resource
import sys
from random import Random
from typing import Any

from concbench.lifeline import hold
from concbench.measure.calibration import calibrate
from concbench.measure.execution import Cell, WrongResult, cell_of, opening
from concbench.measure.failures import outcome, outcome_of
from concbench.measure.obmalloc import BLOCK, BYTES_HEADER, LARGEST_BLOCK, pool_of
from concbench.measure.policy import as_of_now
from concbench.measure.shelf import Shelf
from concbench.workloads.base import params_from_dict

Message = dict[str, Any]

LAYOUTS = 16
"""Over how many layouts of memory the runs are spread, where there are as many runs."""

SIZES = range(-(-BYTES_HEADER // BLOCK) * BLOCK, LARGEST_BLOCK + 1, BLOCK)
"""Sizes of the blocks that a ``bytes`` object can have."""

ESTIMATES = 3
"""Timed runs, and passes of the calibration loop, of which the shortest counts."""


def padding(random: Random) -> list[list[bytes]]:
    """Allocate up to a pool's worth of blocks of each size; they stay until the list goes."""
    return [[bytes(size - BYTES_HEADER) for _ in range(random.randrange(pool_of(size)))] for size in SIZES]


def tally(cell: Cell, *, number: int, runs: int, layout: int) -> list[Any]:
    """Build ``number`` runs and carry out the first ``runs`` of them, 0 or all; raises WrongResult.

    ``layout`` seeds the layouts of memory. Returns all that was made, to be kept: to free it is no work.
    """
    warm_up = cell.batches(1)
    known = cell.lent.carry_out(cell.lent.ready(warm_up))
    cell.judge(known, warm_up)
    batches = cell.batches(number)
    ready = cell.lent.ready(batches)
    random, kept, each, carry_out = Random(layout), list[Any](), -(-number // LAYOUTS), cell.lent.carry_out
    returned: list[Any] = []
    gc.collect()
    for start in range(0, number, each):
        kept.append(padding(random))
        returned += carry_out(ready[start : min(runs, start + each)])
    rest = number - runs
    cell.judge(returned + known * rest, batches[:runs] + warm_up * rest)
    return [batches, ready, returned, kept]


def estimate(cell: Cell) -> Message:
    """Time one run, after an untimed one, and one pass of the calibration loop; raises WrongResult.

    Their ratio says how much work a run is, whatever the machine's speed.
    """
    times, passes = list[int](), list[int]()
    for _ in range(1 + ESTIMATES):
        passes.append(calibrate())
        times.append(cell.timed(1).figures["wall_ns"])
    return {"once_ns": max(1, min(times[1:])), "pass_ns": max(1, min(passes[1:]))}


def serve(setup: Message, held: list[Any]) -> Message:
    """Do what ``setup`` asks for, an estimate or a tally, and leave in ``held`` what a tally made.

    The layout begins before the imports: the addresses of names decide which of them collide in the
    interpreter's cache of attributes, for as long as the process lives.
    """
    held += padding(Random(setup.get("layout", 0)))
    sys.path[:0] = setup["roots"]
    sys.path += setup.get("after", [])
    policy = as_of_now()
    catalogue = Shelf(setup["plugins"], setup["loops"])
    model = catalogue.model(setup["model"])
    reason = model.unavailable()
    if reason is not None:
        return outcome("unavailable", reason)
    workload = catalogue.workload(setup["workload"])
    params = params_from_dict(workload, setup["params"])
    with opening(model) as session:
        gc.freeze()
        policy, cell = policy.freezing(), cell_of(workload, params, model, session, setup["plugins"])
        with cell.surroundings() as cell:
            if setup["op"] == "estimate":
                answer = estimate(cell)
            else:
                amounts = {name: int(setup[name]) for name in ("number", "runs", "layout")}
                held.append(tally(cell, **amounts))
                answer = {"runs": amounts["runs"]}
        broken = policy.broken()
    return outcome("invalid", f"policy: {broken}") if broken else answer


def carry_out(setup: Message, held: list[Any]) -> Message:
    """Serve; an exception becomes an outcome."""
    try:
        return serve(setup, held)
    except WrongResult as wrong:
        return outcome("invalid", f"results: {wrong}")
    except Exception as error:  # noqa: BLE001  (whatever the code under measurement raises is an outcome)
        return outcome_of(error)


def main(arguments: list[str]) -> None:
    """Carry out one request, JSON in ``arguments``; answer on standard output, which tasks do not get to see.

    Standard input is the lifeline. All descriptors are found at fixed numbers: a number that is one digit
    longer is another layout of memory.
    """
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    lifeline, reply = os.dup(0), os.dup(1)
    hold(lifeline)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    held: list[Any] = []
    answer = carry_out(json.loads(arguments[0]), held)
    os.write(reply, json.dumps(answer, ensure_ascii=False).encode(errors="replace") + b"\n")
    os._exit(0)  # what the interpreter tears down is no part of the work
