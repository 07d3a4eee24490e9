"""Run the tutorial's own loops beside ours: ``python studies/seed_reference.py``.

The loops of the tutorial are transcribed below as they stand there, faults and all. Each is run
interleaved with its corrected form in one process, in alternating order, many short slices; the ratio
ours/tutorial of each pair of slices is reduced to a median for each fresh process. Compared are the cost
per poll (of all three loops) and the total lateness, wall time less the delay (of the two generator loops:
the class loop counts from construction, so its total may come out below the delay). docs/SEEDS.md says how
to read the table. Exits with 1 where a median ratio is above 1.05, else with 0.
"""

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from concbench.models import generator, polling

LIMIT = 1.05
"""The highest ratio that the corrections may cost."""

TASKS = 100
DELAY = 0.005
"""Length of a slice in s: short beside the bursts in which a shared machine slows down, long beside the
making of the tasks. Both figures are free of it: one is per poll, the other is what exceeds it."""

PROCESS_SECONDS = 120.0


# The tutorial, transcribed: print became return, and what it left untyped has types.


class Task:
    """Example 1: what is polled."""

    def __init__(self) -> None:
        self.ready = False

    def run(self) -> Any:
        """Take one step."""
        return NotImplementedError()


class Sleep(Task):
    """Example 1: armed where it is made."""

    def __init__(self, duration: float) -> None:
        self.threshold = time.time() + duration
        self.ready = False

    def run(self) -> None:
        """Become ready at the threshold."""
        now = time.time()
        if now >= self.threshold:
            self.ready = True


def wait(ts: Iterable[Task]) -> float:
    """Example 1: return the duration in s."""
    orig: list[Task] = list(ts)
    pending: set[Task] = set(orig)
    before = time.time()

    while pending:
        for task in list(pending):
            task.run()
            if task.ready:
                pending.remove(task)

    return time.time() - before


def sleep_generator(duration: float) -> Generator[None, None, None]:
    """Example 2: sleep ``duration`` s."""
    start = time.time()
    while (time.time() - start) < duration:
        yield


def wait_gen(ts: list[Generator[Any, None, Any]]) -> float:
    """Examples 2 and 3: return the duration in s."""
    orig: list[Generator[Any, None, Any]] = list(ts)
    pending: set[Generator[Any, None, Any]] = set(orig)
    before = time.time()

    while pending:
        for task in list(pending):
            try:
                task.send(None)
            except StopIteration:
                pending.remove(task)

    return time.time() - before


def bar() -> Generator[None, None, int]:
    """Example 3: sleep, and return 123."""
    yield from sleep_generator(DELAY)
    return 123


def foo() -> Generator[None, None, int]:
    """Example 3: call bar."""
    value = yield from bar()
    return value


# The comparison. A side makes the tasks of one slice, one of which counts its polls, and runs them.


Slice = Callable[[list[int]], Callable[[], Any]]
"""Makes the tasks of a slice and returns the call that runs them; the list takes the number of rounds."""


@dataclass(frozen=True, slots=True)
class Loop:
    """One of the tutorial's loops, and ours; ``late``: its total lateness is compared too."""

    name: str
    theirs: Slice
    ours: Slice
    late: bool


def class_slice(run_all: Callable[[list[Any]], Any], sleep: type[Any]) -> Slice:
    """Return a side of the class loop."""

    def make(rounds: list[int]) -> Callable[[], Any]:
        class Counted(sleep):  # type: ignore[misc]
            polls = 0

            def run(self) -> None:
                self.polls += 1
                super().run()
                if self.ready:
                    rounds.append(self.polls)

        tasks = [sleep(DELAY) for _ in range(TASKS - 1)] + [Counted(DELAY)]
        return lambda: run_all(tasks)

    return make


def generator_slice(run_all: Callable[[list[Any]], Any], task: Callable[[], Any]) -> Slice:
    """Return a side of a generator loop."""

    def counted(rounds: list[int]) -> Generator[None, None, None]:
        polls = 1
        for _ in task():
            polls += 1
            yield
        rounds.append(polls)

    def make(rounds: list[int]) -> Callable[[], Any]:
        tasks = [task() for _ in range(TASKS - 1)] + [counted(rounds)]
        return lambda: run_all(tasks)

    return make


def our_bar() -> Generator[None, None, int]:
    """Example 3 on our sleep."""
    yield from generator.sleep_generator(DELAY)
    return 123


def our_foo() -> Generator[None, None, int]:
    """Example 3: call our bar."""
    value = yield from our_bar()
    return value


LOOPS = (
    Loop("class", class_slice(wait, Sleep), class_slice(polling.wait, polling.Sleep), late=False),
    Loop(
        "generator",
        generator_slice(wait_gen, lambda: sleep_generator(DELAY)),
        generator_slice(generator.wait_gen, lambda: generator.sleep_generator(DELAY)),
        late=True,
    ),
    Loop("chain", generator_slice(wait_gen, foo), generator_slice(generator.wait_gen, our_foo), late=True),
)


def measure(make: Slice) -> tuple[float, float]:
    """Run one slice and return its cost per poll and its total lateness, both in s.

    Nothing may come between making and running: the tutorial's class loop is on its way already.
    """
    rounds: list[int] = []
    gc.collect()
    run = make(rounds)
    start = perf_counter()
    run()
    wall = perf_counter() - start
    return wall / (rounds[0] * TASKS), wall - DELAY


def compare(loop: Loop, pairs: int) -> dict[str, float]:
    """Return the median paired ratios ours/tutorial of one loop, by what is compared.

    The first pair warms both sides up and is left out; each next pair is in the other order.
    """
    costs, lateness = [], []
    for pair in range(pairs + 1):
        sides = {"theirs": loop.theirs, "ours": loop.ours}
        order = list(sides) if pair % 2 else list(reversed(sides))
        seen = {name: measure(sides[name]) for name in order}
        if pair:
            costs.append(seen["ours"][0] / seen["theirs"][0])
            lateness.append(seen["ours"][1] / seen["theirs"][1])
    ratios = {f"{loop.name}: cost per poll": median(costs)}
    return ratios | ({f"{loop.name}: total lateness": median(lateness)} if loop.late else {})


def in_this_process(pairs: int) -> dict[str, float]:
    """Return the median ratios of all loops in this process."""
    return {what: ratio for loop in LOOPS for what, ratio in compare(loop, pairs).items()}


# Many fresh processes, and what they say together.


def in_fresh_processes(processes: int, pairs: int) -> Iterator[dict[str, float]]:
    """Yield what each of so many fresh processes found; raises CalledProcessError where one fails."""
    for number in range(processes):
        print(f"process {number + 1} of {processes}", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, __file__, "--pairs", str(pairs), "--one"],
            stdout=subprocess.PIPE,
            check=True,
            timeout=PROCESS_SECONDS,
        )
        found: dict[str, float] = json.loads(done.stdout)
        yield found


def verdicts(found: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Return for each ratio its median over processes, the median's interval, and whether it is ``kept``."""
    from concbench.stats.median import median_interval  # noqa: PLC0415  (numpy stays out of the workers)

    intervals = {what: median_interval([one[what] for one in found]) for what in found[0]}
    return [{"what": what, **asdict(seen), "kept": seen.middle <= LIMIT} for what, seen in intervals.items()]


def at_least(minimum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``minimum`` on; it raises ArgumentTypeError for others."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"must be a whole number, {minimum} or more, not {text}")
        return int(text)

    return number


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run the tutorial's own loops beside ours, interleaved.")
    parser.add_argument("--processes", type=at_least(6), default=10, help="how many, 6 or more (default: 10)")
    parser.add_argument("--pairs", type=at_least(1), default=50, help="pairs of slices in each (default: 50)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--one", action="store_true", help="only measure in this process, print its ratios")
    return parser.parse_args(arguments)


def show(rows: list[dict[str, Any]]) -> None:
    """Print the verdicts in aligned columns."""
    print(f"{'ours / tutorial':28}  median  interval         processes")
    for row in rows:
        verdict = "" if row["kept"] else f"  ABOVE {LIMIT}"
        print("{what:28}  {middle:.3f}   {low:.3f} to {high:.3f}   {n}".format(**row) + verdict)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = parse(arguments)
    if options.one:
        print(json.dumps(in_this_process(options.pairs)))
        return 0
    rows = verdicts(list(in_fresh_processes(options.processes, options.pairs)))
    if options.json:
        print(json.dumps({"limit": LIMIT, "ratios": rows}, indent=2))
    else:
        show(rows)
    return 0 if all(row["kept"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
