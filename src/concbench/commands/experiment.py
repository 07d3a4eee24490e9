"""The experiment of ``concbench aa``: what it records, what it runs live, and how both are judged."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from pathlib import Path

from concbench.analysis.rates import Rates
from concbench.analysis.recorded_order import order_of
from concbench.analysis.resampling import orders_of, powers_of, rates_of, replayed
from concbench.commands.comparing import Sides, Wanted, measure, plan_of
from concbench.commands.consoles import Err
from concbench.commands.progress import Bar
from concbench.commands.recordings import (
    LIVE,
    RECORDED,
    judged_live,
    recorded,
    recording_of,
    whole_live_runs,
    work_done,
)
from concbench.commands.running import make_folder
from concbench.commands.same_request import refuse_other_request, seed_of
from concbench.measure.described import Described, place_of
from concbench.measure.environment import describe
from concbench.measure.origin import origin
from concbench.measure.pairing import PairedCell, PairPlan
from concbench.measure.sides.asked import Asked, two_sides
from concbench.metrics import margins as own_margins
from concbench.results.identity import check_resumable
from concbench.results.measured import Measured

REPLAY_NS = 20_000_000
"""About what a replay takes at first; the time left is scaled by how this has held."""

DAY = 86_400.0
"""A recording is bounded by its pairs, not by a budget."""


def _path(folder: Path, kind: str, number: int) -> Path:
    return folder / f"{kind}-{number:03}.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What ``aa`` was asked for."""

    models: tuple[str, ...]
    workloads: tuple[str, ...]
    params: Mapping[str, tuple[str, ...]]
    python: str | None
    pairs: int
    factors: tuple[Fraction, ...]
    pairs_of_more: int
    live: int
    budget: float
    replays: int
    affinity: str
    seed: int

    def measure(self, folder: Path) -> bool:
        """Record the pairs and live runs that ``folder`` lacks; return whether all are there.

        Raises click.UsageError, before anything is made or measured, for what cannot be asked for, or where
        the folder was asked for something else.
        """
        with self._sides() as sides:
            wanted = self._recording(self.seed)
            plan = plan_of(wanted, sides, Described(sides[1].plugins, sides[1].loops, place_of(sides[1])))
            before = recorded(folder)
            python = str(sides[0].about["python"])
            refuse_other_request([*before, *whole_live_runs(folder)], wanted.to_dict(), python, self.seed)
            make_folder(folder / RECORDED)
            return self._record(folder, before, plan, sides) and self._live(folder, sides)

    @contextmanager
    def _sides(self) -> Iterator[Sides]:
        asked = Asked(pythons=(self.python,) if self.python else ())
        with two_sides(asked, same=True) as sides:
            yield sides

    def _wanted(
        self, seed: int, budget: float, more: tuple[Fraction, ...] = (), *, memory: bool = True
    ) -> Wanted:
        return Wanted(
            command="aa",
            models=self.models,
            workloads=self.workloads,
            params=self.params,
            affinity=self.affinity,
            memory=memory,
            budget=budget,
            seed=seed,
            more=more,
        )

    def _recording(self, seed: int) -> Wanted:
        return self._wanted(seed, DAY, self.factors if self.pairs_of_more else (), memory=False)

    def _record(self, folder: Path, before: Sequence[Measured], plan: PairPlan, sides: Sides) -> bool:
        there = recording_of(before).pairs()

        def enough(cell: PairedCell) -> int:
            asked = self.pairs_of_more if cell.injected else self.pairs
            return max(0, asked - there.get(cell.id, 0))

        if not any(enough(cell) for cell in plan.cells):
            return True
        if before:
            here = describe([sides[0].interpreter], (), origin(), None)
            check_resumable(before[-1].header, here["identity"], before[-1].path)
        number = next(number for number in count(1) if not _path(folder, RECORDED, number).exists())
        wanted = self._recording(seed_of(RECORDED, number, self.seed))
        return measure(_path(folder, RECORDED, number), wanted, sides, Err(), enough=enough)

    def _live(self, folder: Path, sides: Sides) -> bool:
        whole = {run.path.name for run in whole_live_runs(folder)}
        for number in count(1):
            path = _path(folder, LIVE, number)
            if len(whole) >= self.live:
                break
            if path.name in whole:
                continue
            Err().print(f"live run {len(whole) + 1} of {self.live}", highlight=False)
            path.unlink(missing_ok=True)  # one that was interrupted is no whole run
            wanted = self._wanted(seed_of(LIVE, number, self.seed), self.budget)
            if not measure(path, wanted, sides, Err()):
                return False
            whole.add(path.name)
        return True

    def judge(self, folder: Path) -> Rates:
        """Return the rates that the pairs in ``folder`` tell."""
        margins, each = own_margins(), max(1, self.replays // 5)
        files = recorded(folder)
        recording, live = recording_of(files), judged_live(whole_live_runs(folder))
        injected = sum(one.params != one.head_params for one in recording.cells)
        with Bar(Err()) as bar:
            bar.at("replaying")
            bar.expect(REPLAY_NS * (self.replays + each * injected))
            runs = []
            for run in replayed(recording, margins, orders_of(recording, self.seed, self.replays)):
                runs.append(run)
                bar.did(REPLAY_NS)
            bar.at("replaying more work")
            done = work_done(files)
            powers = powers_of(
                recording, margins, done, seed=self.seed, replays=each, tell=lambda: bar.did(REPLAY_NS)
            )
        return replace(rates_of(recording, runs, live, powers), order=order_of(recording, margins))
