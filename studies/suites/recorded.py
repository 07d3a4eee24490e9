"""The recordings of ``served_aa.py``: how pairs of a project's benchmarks are recorded, and judged again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from concbench.analysis.rates import Power, Rates
from concbench.analysis.recorded_order import order_of
from concbench.analysis.resampling import (
    judged_in_turn,
    orders_of,
    rates_of,
    replayed,
)
from concbench.drive.sides.asked import two_sides
from concbench.metrics import margins
from concbench.results import queries
from concbench.results.measured import Measured, read_measured
from concbench.results.pairs import Key
from concbench.results.records import OutcomeRecord
from concbench.runs.comparing import measure
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.recordings import judged_live, recording_of
from concbench.runs.watching import Watcher
from concbench.stats.interval import Array
from concbench.stats.proportion import proportion
from gates.repository import Failed
from suites import commits
from suites.fitting import Prices, prices_of

PROJECT = Path(__file__).resolve().parent / "project"
BASE, SAME, MORE = "base", "same", "more"
FACTOR = 1.05
INJECTED = {
    "1us": "test_served.py::test_additions[1us]",
    "100us": "test_served.py::test_additions[100us]",
    "10ms": "test_served.py::test_additions[10ms]",
    "tasks": "test_served.py::test_tasks[asyncio-100]",
}
"""The benchmarks that do more work, by what the project calls them: three lengths, and 100 tasks at once."""

NOTHING = "MORE: frozenset[str] = frozenset()"
DAY = 86_400.0
LIVE_SEED = 1000
MOST_FILES = 1000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is recorded: ``pairs`` of identical sides, ``pairs_of_more``, and ``live`` comparisons.

    ``keyword`` chooses among the benchmarks, as pytest's ``-k``; budgets are in s.
    """

    pairs: int
    pairs_of_more: int
    live: int
    live_budget: float
    budget: float
    seed: int
    keyword: str = ""


def make(folder: Path) -> Path:
    """Make the repository: two identical commits, and one in which four benchmarks do more work."""
    repository = commits.make(folder)
    for path in sorted(PROJECT.rglob("*.py")):
        copy = repository / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    commits.commit(repository, BASE)
    commits.commit(repository, SAME)
    work = repository / "src" / "served_work.py"
    plain = work.read_text(encoding="utf-8")
    if plain.count(NOTHING) != 1:
        raise Failed(f"{work.name} has no single line {NOTHING!r} to change")
    work.write_text(plain.replace(NOTHING, f"MORE = frozenset({sorted(INJECTED)})"), encoding="utf-8")
    commits.commit(repository, MORE)
    return repository


def files(folder: Path, kind: str) -> list[Measured]:
    """Return the files of a kind that lie in a folder, by their numbers."""
    return [read_measured(path) for path in sorted(folder.glob(f"{kind}-*.jsonl"))]


def whole(folder: Path) -> list[Measured]:
    """Return the live comparisons that came to their end."""
    return [run for run in files(folder, "live") if queries.is_complete(run)]


def pairs_in(found: Sequence[Measured]) -> int:
    """Return of how many pairs there are figures of every benchmark."""
    return min(recording_of(found).pairs().values(), default=0) if found else 0


def fill(folder: Path, repository: Path, asked: Asked, watcher: Watcher, say: Say) -> bool:
    """Record what the folder lacks; return whether all is there."""
    for kind, head, wanted in ((SAME, SAME, asked.pairs), (MORE, MORE, asked.pairs_of_more)):
        there = pairs_in(files(folder, kind))
        if there < wanted:
            say(f"recording {wanted - there} pairs of {BASE} and {head}")
            request = _request(repository, head, DAY, asked, len(files(folder, kind)))
            if not _measured(_new(folder, kind), request, watcher, wanted - there):
                return False
    while len(whole(folder)) < asked.live:
        say(f"live comparison {len(whole(folder)) + 1} of {asked.live}")
        path = _new(folder, "live")
        request = _request(repository, SAME, asked.live_budget, asked, LIVE_SEED + len(whole(folder)))
        if not _measured(path, request, watcher, None):
            return False
    return True


def _request(repository: Path, head: str, budget: float, asked: Asked, number: int) -> ComparisonRequest:
    return ComparisonRequest(
        base=BASE,
        head=head,
        repo=repository,
        pytest=("benchmarks",),
        keyword=asked.keyword,
        budget=budget,
        seed=asked.seed + number,
        memory=False,
    )


def _new(folder: Path, kind: str) -> Path:
    paths = (folder / f"{kind}-{number:03}.jsonl" for number in range(1, MOST_FILES))
    return next(path for path in paths if not path.exists())


def _measured(path: Path, request: ComparisonRequest, watcher: Watcher, pairs: int | None) -> bool:
    with two_sides(request, same=True) as sides:
        enough = None if pairs is None else lambda _cell: pairs
        return measure(path, request, sides, watcher, enough=enough)


def judged(folder: Path, asked: Asked, replays: int) -> Rates:
    """Return the rates that the files in a folder tell. Raises Failed where a benchmark was not measured."""
    same, more = files(folder, SAME), files(folder, MORE)
    for run in [*same, *more, *whole(folder)]:
        if failed := queries.of_type(run, OutcomeRecord):
            raise Failed(f"{run.path.name}: {failed[0].cell} {failed[0].outcome}: {failed[0].reason}")
    recording, live = recording_of(same), judged_live(whole(folder))
    own = margins()
    runs = list(replayed(recording, own, orders_of(recording, asked.seed, replays)))
    powers = list(_powers(same, more, asked, replays)) if more else []
    return replace(rates_of(recording, runs, live, powers), order=order_of(recording, own))


def _powers(
    same: Sequence[Measured], more: Sequence[Measured], asked: Asked, replays: int
) -> Iterator[Power]:
    """Yield how often each benchmark with more work is found in a comparison that takes the budget.

    Each is the only one that is slower: the others' pairs are those of identical commits. All are judged
    together, and those that are decided leave their time to the rest, as in a comparison.
    """
    unchanged, slowed = recording_of(same), recording_of(more)
    prices = prices_of(same, unchanged)
    for number, name in enumerate(INJECTED.values()):
        keys = [key for key in slowed.values if key[0].endswith(name)]
        if not keys:
            continue  # it was not asked for
        generator = np.random.default_rng(asked.seed + number)
        mixed = {**unchanged.values, **{key: slowed.values[key] for key in keys}}
        found = [_found(mixed, keys, generator, prices, asked.budget) for _ in range(replays)]
        pairs = [one for one in found if one]
        yield Power(
            model=name.partition("::")[2],
            factor=FACTOR,
            counted=FACTOR,
            cells=1,
            found=proportion(len(pairs), len(found)),
            pairs=float(median(pairs)) if pairs else 0.0,
        )


def _found(
    values: Mapping[Key, Array],
    keys: Sequence[Key],
    generator: np.random.Generator,
    prices: Prices,
    budget: float,
) -> int:
    """Draw all pairs anew; return after how many the keys are called slower within the budget, 0 if not."""
    sizes = sorted({series.size for series in values.values()})
    orders = {size: generator.permutation(size) for size in sizes}
    judged = judged_in_turn({key: series[orders[series.size]] for key, series in values.items()}, margins())
    taken: dict[str, int] = {}
    for (cell, _), one in judged.items():
        taken[cell] = max(taken.get(cell, 0), one.pairs)
    ours = [judged[key] for key in keys if key in judged]  # none is, of fewer pairs than the first look has
    pairs = min((one.pairs for one in ours if one.verdict == "slower"), default=0)
    return pairs if pairs <= prices.fitting(budget, taken) else 0
