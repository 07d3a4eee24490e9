"""The lesson: what a step's loop costs beside the one before, and whether a learner's own does the work.

No program of the lesson runs in this process, but on the stage: workers run them, as they run any plug-in.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.drive.workers.launch import ProcessLink
from concbench.errors import RequestError
from concbench.lessons import plugin
from concbench.lessons.blame import LearnersFailure
from concbench.lessons.exam import split
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.steps import PRICES, PriceTag, workloads_of
from concbench.lessons.words import HINTS
from concbench.outcomes import CellOutcome
from concbench.runs.planning import begin, contenders_of, launcher
from concbench.runs.request import RunRequest
from concbench.runs.verifying import Finding, examine
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_from_dict, params_to_dict

Turn = Sequence[Mapping[str, Any]]
"""The legs of one turn, as a worker tells them."""

PLUGIN = str(Path(plugin.__file__))

TURNS = 5
"""How often each of two loops is timed, by turns."""

SECONDS = 10.0
"""How long one run of a learner's loop may take: those of the lesson take some tenths of a second."""

YOURS = "yours"
"""What a learner's loop is called."""

SEED = "lesson"
"""Draws the sizes at which a learner's loop is tried: the same at each time."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A figure of the loop before and of this one: ns, or a share. None where one has none, and why."""

    what: str
    figure: str
    before: float | None
    now: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a learner's loop at one workload: in how many runs it was right, and what was wrong."""

    workload: str
    summary: str
    runs: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


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


class LearnersLink(ProcessLink):
    """A worker that is not waited for as long as others: what a class writes is small, and may never end."""

    patience = SECONDS


def check(step: int, exercise: int, file: Path, *, watcher: Watcher = SILENT) -> list[Held]:
    """Hold a learner's program against the witness, at what an exercise asks for and what its step can do.

    It runs in a worker, which is ended when a run takes too long; no workload follows on that. Raises
    RequestError for a file that is no such program.
    """
    begin()
    asked = EXERCISES[step, exercise]
    names = list(dict.fromkeys((asked.exam, *asked.workloads, *workloads_of(step))))
    held: list[Held] = []
    with _as_plugin(step, exercise, file) as own:
        request = RunRequest(models=(YOURS,), plugins=(PLUGIN, own), timeout=SECONDS)
        catalogue = Described(request.plugins)
        (contender,) = contenders_of(request, catalogue)
        with WorkerClient(launcher(request, LearnersLink), contender) as client:
            _refuse_unfit(client)
            for name in names:
                if held and held[0].wrong and name in asked.workloads:
                    continue  # it would say the same once more
                watcher.at(f"check {name}")
                held.append(_held(client, catalogue.workload(name)))
                if "completed" in held[-1].wrong:
                    break
    return held


@contextmanager
def _as_plugin(step: int, exercise: int, file: Path) -> Iterator[str]:
    """Yield the path of a plug-in whose model is the program in a file, which it does not run."""
    with tempfile.TemporaryDirectory(prefix="concbench-lesson-") as folder:
        path = Path(folder) / "yours.py"
        path.write_text(
            '"""A learner\'s program as a model."""\n\n'
            "from concbench.lessons.program import model_of\n\n"
            f"MODELS = [model_of({YOURS!r}, {str(file.resolve())!r}, {step}, {exercise})]\n",
            encoding="utf-8",
        )
        yield str(path)


def _refuse_unfit(client: WorkerClient) -> None:
    said = client.greet()
    if unfit := said.get("unavailable"):
        raise RequestError(str(unfit))
    if "outcome" in said:
        raise RequestError(f"the file cannot be run: {said['reason']}")


def _held(client: WorkerClient, workload: Workload[Any]) -> Held:
    """Try a program at all sizes of a workload, up to the first at which it fails."""
    runs = 0
    for params in workload.small(Random(SEED)):
        found = examine(client, workload, params_to_dict(params), SECONDS)
        if found.outcome != CellOutcome.OK:
            wrong, hint = told_apart(workload.name, wrong_with(found))
            return Held(workload.name, workload.summary, runs, wrong, hint)
        runs += 1
    return Held(workload.name, workload.summary, runs)


def wrong_with(found: Finding) -> dict[str, str]:
    """Return which checks failed, with what they say; any other outcome stands by its own name."""
    failed = {name: words for name, words in found.checks.items() if words}
    if failed.keys() - {"unwatched"}:
        failed.pop("unwatched", None)  # it says the same once more
    if failed:
        return failed
    name = "completed" if found.outcome == CellOutcome.TIMEOUT else found.outcome
    return {name: (found.reason or "").removeprefix(FAILED)}


FAILED = f"{LearnersFailure.__name__}: "
"""Stands before the words of an error that has been put into a learner's words."""


def told_apart(workload: str, wrong: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return which checks failed and what they say, and what to look for first: by the first of them.

    What examines an answer says itself what to look for. Of results that are wrong otherwise the workload's
    own words say all that is known.
    """
    said = {name: split(words) for name, words in wrong.items()}
    own = next((look for _, look in said.values() if look), "")
    plain = {"results"} if workload.startswith("lesson-") else set()
    general = next((HINTS[name] for name in wrong if name in HINTS.keys() - plain), "")
    return {name: what for name, (what, _) in said.items()}, own or general
