"""The lesson: what a step's loop costs beside the one before.

No program of the lesson runs in this process, but on the stage: workers run them, as they run any plug-in.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.lessons import plugin
from concbench.lessons.steps import PRICES, PriceTag
from concbench.runs.planning import begin, contenders_of, launcher
from concbench.runs.request import RunRequest
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_from_dict, params_to_dict

Turn = Sequence[Mapping[str, Any]]
"""The legs of one turn, as a worker tells them."""

PLUGIN = str(Path(plugin.__file__))

TURNS = 5
"""How often each of two loops is timed, by turns."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A figure of the loop before and of this one: ns, or a share. None where one has none, and why."""

    what: str
    figure: str
    before: float | None
    now: float | None
    why: str = ""


def price(step: int, *, watcher: Watcher = SILENT) -> list[Priced]:
    """Measure the loop of a step and of the one before, interleaved, at a few cells, each witnessed first.

    What is told is of the least of a few turns of one process each: a first look, without an interval.
    """
    begin()
    models = tuple(f"lesson-{one}" for one in (step - 1, step) if one)
    request = RunRequest(models=models, plugins=(PLUGIN,))
    catalogue = Described(request.plugins)
    start, found = launcher(request), []
    with ExitStack() as stack:
        clients = [stack.enter_context(WorkerClient(start, one)) for one in contenders_of(request, catalogue)]
        for tag in PRICES:
            if tag.since <= step:
                watcher.at(f"price of {tag.workload}")
                found.append(priced_at(tag, catalogue.workload(tag.workload), clients))
    return found


def priced_at(tag: PriceTag, workload: Workload[Any], clients: Sequence[WorkerClient]) -> Priced:
    """Return a figure of each client's loop; those that cannot do the work have none."""
    params = params_from_dict(workload, tag.params)
    can = [one for one in clients if workload.impossible(one.contender, params) is None]
    asked = {"workload": tag.workload, "params": params_to_dict(params)}
    seen = {one: one.ask({"op": "witness", "seconds": 60.0, **asked}, 180.0) for one in can}
    wrong = [str(said["reason"]) for said in seen.values() if "outcome" in said]
    taken: dict[WorkerClient, list[Turn]] = {one: [] for one in can}
    for turn in range(0 if wrong else TURNS):
        for one in can if turn % 2 else reversed(can):
            about = {"op": "turn", "number": seen[one]["number"], "long_first": bool(turn % 2), **asked}
            answer = one.ask(about, 180.0)
            if "outcome" in answer:
                wrong.append(str(answer["reason"]))
            else:
                taken[one].append(answer["legs"])
    told = [
        value_of(tag.figure, workload, params, seen[one]["legs"], taken[one])
        if one in can and not wrong
        else None
        for one in clients
    ]
    return Priced(tag.what, tag.figure, told[0] if len(told) > 1 else None, told[-1], "; ".join(wrong))


def value_of(
    figure: str,
    workload: Workload[Any],
    params: Any,
    counted: Sequence[Mapping[str, Any]],
    turns: Sequence[Turn],
) -> float:
    """Return a figure of a few turns: ns per unit, by the slope of two legs or above the floor, or a share.

    The machine's load adds to times, and takes the CPU away from who wants it: so of each leg the least time
    counts, and of shares the largest.
    """
    if figure == "share":
        return float(max(legs[0]["cpu_ns"] / legs[0]["wall_ns"] for legs in turns))
    name, unit = f"{figure}_ns", workload.cost_unit
    ordered = [sorted(legs, key=lambda leg: str(leg["leg"]) == "long") for legs in turns]
    ns = [min(leg[name] / leg["number"] for leg in same) for same in zip(*ordered, strict=True)]
    units = [leg["counts"][unit] for leg in counted]
    if len(ns) > 1:
        return float((ns[1] - ns[0]) / (units[1] - units[0]))
    floor = 1e9 * workload.floor(params) if figure == "wall" else 0.0
    return float((ns[0] - floor) / units[0])
