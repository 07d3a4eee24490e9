"""The suite judges itself: what is recorded of identical sides, what is run live, and how both are judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any, TypedDict, Unpack

from concbench.analysis.recorded_order import order_of
from concbench.analysis.resampling import orders_of, powers_of, rates_of, replayed
from concbench.drive.host.environment import describe
from concbench.drive.host.machine import machine_id
from concbench.drive.host.origin import origin
from concbench.drive.pairing import PairedCell, PairPlan
from concbench.drive.sides.asked import two_sides
from concbench.drive.sides.spec import SideSpec
from concbench.metrics import margins as own_margins
from concbench.results.identity import check_resumable
from concbench.results.measured import Measured
from concbench.runs.arguments import AboveZero, Count, ExperimentSeed, Names, Params, asks, made
from concbench.runs.comparing import measure
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.pair_planning import Sides, catalogue_of, plan_of
from concbench.runs.planning import begin
from concbench.runs.recordings import (
    LIVE,
    RECORDED,
    judged_live,
    recorded,
    recording_of,
    refuse_other_request,
    seed_of,
    whole_live_runs,
    work_done,
)
from concbench.runs.result import Interrupted, RatesResult
from concbench.runs.running import make_folder
from concbench.runs.watching import SILENT, Watcher

REPLAY_NS = 20_000_000
"""About what a replay takes at first; the time left is scaled by how this has held."""

DAY = 86_400.0
"""A recording is bounded by its pairs, not by a budget."""


class ReplayOptions(TypedDict, total=False):
    """Arguments that say how recorded pairs are judged."""

    replays: Count
    seed: ExperimentSeed


class ExperimentOptions(ReplayOptions, total=False):
    """Arguments of an experiment."""

    models: Names
    workloads: Names
    params: Mapping[str, Any]
    python: str | None
    pairs: Count
    more: Sequence[Fraction | float | str]
    pairs_of_more: Count
    live: Count
    budget: AboveZero
    affinity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentRequest:
    """How much is measured and judged.

    ``pairs`` of identical sides are recorded of each cell, and ``pairs_of_more`` whose head does ``more``
    times the work; ``live`` whole comparisons are run, each within the ``budget`` (s); the recorded pairs are
    judged in ``replays`` new orders.
    """

    models: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    python: str | None = None
    pairs: Count = 200
    more: tuple[Fraction, ...] = (Fraction("1.02"), Fraction("1.05"), Fraction("1.10"))
    pairs_of_more: Count = 60
    live: Count = 20
    budget: AboveZero = 180.0
    replays: Count = 1000
    affinity: str = "auto"
    seed: ExperimentSeed = 1

    def comparison(self, kind: str, number: int) -> ComparisonRequest:
        """Return what is asked of the file of a kind with that number."""
        live = kind == LIVE
        return ComparisonRequest(
            command="aa",
            models=self.models,
            workloads=self.workloads,
            params=self.params,
            affinity=self.affinity,
            memory=live,
            budget=self.budget if live else DAY,
            seed=seed_of(kind, number, self.seed),
            more=tuple(dict.fromkeys(self.more)) if self.pairs_of_more and not live else (),
        )


@asks(ExperimentRequest)
def aa(
    *, to: Path | str | None = None, watcher: Watcher = SILENT, **options: Unpack[ExperimentOptions]
) -> RatesResult:
    """Say how often a comparison of identical sides raises a false alarm, and how often it finds more work.

    Everything measured is kept in the folder ``to``, and what lies there is not measured again. Raises
    RequestError for what cannot be asked for, or where the folder was asked for something else, and
    Interrupted, which is a KeyboardInterrupt: the same call goes on.
    """
    request = made(ExperimentRequest, options)
    begin()
    name = f"aa-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{machine_id()['id']}"
    folder = Path("reports") / name if to is None else Path(to)
    complete = fill(folder, request, watcher)
    result = judge(folder=folder, replays=request.replays, seed=request.seed, watcher=watcher)
    if not complete:
        told = f"interrupted; go on with the same call of concbench.runs.aa, and to={str(folder)!r}"
        raise Interrupted(replace(result, complete=False), told)
    return result


def fill(folder: Path, request: ExperimentRequest, watcher: Watcher) -> bool:
    """Record the pairs and live runs that ``folder`` lacks; return whether all are there.

    Raises RequestError, before anything is made or measured, as ``aa`` does.
    """
    spec = SideSpec(pythons=(request.python,) if request.python else ())
    with two_sides(spec, same=True) as sides:
        asked = request.comparison(RECORDED, 0)
        plan = plan_of(asked, sides, catalogue_of(sides))
        before = recorded(folder)
        python = str(sides[0].about["python"])
        refuse_other_request([*before, *whole_live_runs(folder)], asked.to_dict(), python, request.seed)
        make_folder(folder / RECORDED)
        if not _record(folder, request, before, plan, sides, watcher):
            return False
        return _live(folder, request, sides, watcher)


def _path(folder: Path, kind: str, number: int) -> Path:
    return folder / f"{kind}-{number:03}.jsonl"


def _record(
    folder: Path,
    request: ExperimentRequest,
    before: Sequence[Measured],
    plan: PairPlan,
    sides: Sides,
    watcher: Watcher,
) -> bool:
    there = recording_of(before).pairs()

    def enough(cell: PairedCell) -> int:
        asked = request.pairs_of_more if cell.injected else request.pairs
        return max(0, asked - there.get(cell.id, 0))

    if not any(enough(cell) for cell in plan.cells):
        return True
    if before:
        here = describe([sides[0].interpreter], (), origin(), None)
        check_resumable(before[-1].header, here["identity"], before[-1].path)
    number = next(number for number in count(1) if not _path(folder, RECORDED, number).exists())
    asked = request.comparison(RECORDED, number)
    return measure(_path(folder, RECORDED, number), asked, sides, watcher, enough=enough)


def _live(folder: Path, request: ExperimentRequest, sides: Sides, watcher: Watcher) -> bool:
    whole = {run.path.name for run in whole_live_runs(folder)}
    for number in count(1):
        path = _path(folder, LIVE, number)
        if len(whole) >= request.live:
            break
        if path.name in whole:
            continue
        watcher.say(f"live run {len(whole) + 1} of {request.live}")
        path.unlink(missing_ok=True)  # one that was interrupted is no whole run
        if not measure(path, request.comparison(LIVE, number), sides, watcher):
            return False
        whole.add(path.name)
    return True


@asks(ExperimentRequest)
def judge(folder: Path | str, *, watcher: Watcher = SILENT, **options: Unpack[ReplayOptions]) -> RatesResult:
    """Return the rates that the pairs in a folder of ``aa`` tell; nothing is measured."""
    request = made(ExperimentRequest, options)
    folder = Path(folder)
    margins, each = own_margins(), max(1, request.replays // 5)
    files = recorded(folder)
    recording, live = recording_of(files), judged_live(whole_live_runs(folder))
    injected = sum(one.params != one.head_params for one in recording.cells)
    watcher.at("replaying")
    watcher.expect(REPLAY_NS * (request.replays + each * injected))
    runs = []
    for run in replayed(recording, margins, orders_of(recording, request.seed, request.replays)):
        runs.append(run)
        watcher.did(REPLAY_NS)
    watcher.at("replaying more work")
    done = work_done(files)

    def tell() -> None:
        watcher.did(REPLAY_NS)

    powers = powers_of(recording, margins, done, seed=request.seed, replays=each, tell=tell)
    rates = replace(rates_of(recording, runs, live, powers), order=order_of(recording, margins))
    return RatesResult(folder, True, rates)
