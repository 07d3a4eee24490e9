"""What is the same for all in ``bridge``: who asks from a thread, what is promised, and how it is judged."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from random import Random
from threading import Thread, get_native_id
from time import perf_counter
from typing import Any, TypeAlias

from concbench.models.base import Dialect
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import Preset, at_least
from concbench.workloads.latency import latency

MOST_THREADS = 5
"""So many at once has every library's own pool of threads: asyncio's has four more than there are CPUs."""

Told: TypeAlias = tuple[int, list[float], list[int]]
"""What a task returns: the system's number of its thread, when it put or got items (s), answers or items."""


@dataclass(frozen=True, slots=True)
class Params:
    """``threads``: how many ask. ``items``: how many each asks for; ``window`` of them are on their way."""

    threads: int = 1
    window: int = 1
    items: int = 100

    def __post_init__(self) -> None:
        at_least(1, **asdict(self))
        if self.threads > MOST_THREADS:
            raise ValueError(
                f"threads must be at most {MOST_THREADS}, not {self.threads}: not every library has more"
            )
        if self.window > self.items:
            raise ValueError(f"window must be at most items, {self.items}, not {self.window}")

    @property
    def total(self) -> int:
        """How many items there are in all; who answers adds so many to each."""
        return self.threads * self.items


def ask(p: Params, first: int, put: Callable[[int], Any], take: Callable[[], int]) -> Told:
    """Put items, and take an answer before each further one: the same in every thread."""
    asked, answers = list[float](), list[int]()
    for item in range(first, first + p.items):
        if item >= first + p.window:
            answers.append(take())
        asked.append(perf_counter())
        put(item)
    answers += [take() for _ in range(p.window)]
    return get_native_id(), asked, answers


def numbered(salt: int, p: Params, box: Callable[[], Any]) -> list[tuple[int, Any]]:
    """Return the first item of each thread, and its box for answers."""
    return [(salt + thread * p.items, box()) for thread in range(p.threads)]


class AskingThread(Thread):
    """A thread that asks beside a loop that has no way of its own to start one."""

    def __init__(self, function: Callable[[], Told]) -> None:
        super().__init__(daemon=True)
        self.function = function
        self.error: BaseException | None = None

    def run(self) -> None:
        """Keep what the function returns or raises."""
        try:
            self.result = self.function()
        except BaseException as error:  # noqa: BLE001  (raised again by whoever waits for the thread)
            self.error = error

    def told(self) -> Told:
        """Return what the function returned, when the thread has ended; raise what it raised."""
        if self.error is not None:
            raise self.error
        return self.result


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """A task for each thread that asks, and one that answers: neither can end without the other."""
    tasks = p.threads + 1
    return Spawned(tasks), Overlap(2, room=tasks)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every item came once, in order, from another thread, and no sooner than it was put.

    No thread had more on their way than its window.
    """
    if len(results) != p.threads + 1:
        return f"{len(results)} results instead of {p.threads + 1}"
    lengths = [p.items] * p.threads + [p.total]
    for index, (result, length) in enumerate(zip(results, lengths, strict=True)):
        if not _is_told(result, length):
            return f"task {index} returned {result!r} instead of (thread, times, {length} numbers)"
    *asked, (thread, got, items) = results
    if sorted(items) != list(range(salt, salt + p.total)):
        return "an item was lost, or came twice, or was never put"
    for index, told in enumerate(asked):
        first = salt + index * p.items
        came = [(item, at) for item, at in zip(items, got, strict=True) if 0 <= item - first < p.items]
        wrong = _wrong_with(told, came, first, p)
        wrong = wrong or (f"asked in the thread that answers, {thread}" if told[0] == thread else None)
        if wrong:
            return f"task {index} {wrong}"
    return None


def _is_told(result: Any, length: int) -> bool:
    """Say whether a task returned a thread, and so many times and numbers, of which no time goes back."""
    if not (type(result) is tuple and [*map(type, result)] == [int, list, list]):
        return False
    _, times, told = result
    kinds = {*map(type, times)} == {float} and {*map(type, told)} == {int}
    in_order = kinds and all(sooner <= later for sooner, later in pairwise(times))
    return in_order and len(times) == len(told) == length


def _wrong_with(told: Told, came: Sequence[tuple[int, float]], first: int, p: Params) -> str | None:
    """Return what is wrong with what a thread asked, and with its items as they ``came``, or None."""
    _, asked, answers = told
    if [item for item, _ in came] != list(range(first, first + p.items)):
        return "put items that came in another order"
    if answers != list(range(first + p.total, first + p.total + p.items)):
        return "got other answers than were given"
    there = [at for _, at in came]
    if any(at < put for put, at in zip(asked, there, strict=True)):
        return "put an item that came sooner"
    if any(put < at for at, put in zip(there, asked[p.window :], strict=False)):
        return f"had more than {p.window} items on their way"
    return None


def records(results: Sequence[Told], _p: Params) -> dict[str, Any]:
    """Return how long items took from the thread that put them to the task that got them."""
    *asked, (_, got, items) = results
    put = [at for _, times, _ in asked for at in times]
    first = min(items)
    return latency([at - put[item - first] for at, item in zip(got, items, strict=True)])


def counts(_p: Params, ledger: Any) -> dict[str, int]:
    """Return how many items came."""
    return {"item": len(ledger.tasks[-1].result[2])}


def points(preset: Preset) -> list[Params]:
    """One thread that asks and waits, one with ten on their way, and four such."""
    items = {"quick": 20, "standard": 50, "thorough": 100}[preset]
    return [Params(1, 1, items), Params(1, 10, items), Params(4, 10, items)]


def small(rng: Random) -> list[Params]:
    """One item, several one by one, all at once, some threads, and a random number of each."""
    items = rng.randint(1, 12)
    drawn = Params(rng.randint(1, 4), rng.randint(1, items), items)
    return [Params(1, 1, 1), Params(1, 1, 8), Params(1, 6, 6), Params(3, 2, 5), drawn]
