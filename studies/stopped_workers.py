"""What stopping workers between their turns costs, and what it saves: docs/METHODOLOGY.md has the table.

python studies/stopped_workers.py --processes 10 --rounds 20

Two workers of the same model take turns on one CPU, as in a run: one rests between its turns (SIGSTOP to
its group when it has answered, SIGCONT before it is asked), the other does not. Their ratio is the price.
Then a neighbour is put on the same CPU whose run leaves a thread at work, once resting and once not, and
plain asyncio is measured beside it: that ratio is what is saved.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from concbench.drive.workers.launch import ProcessLink
from concbench.drive.workers.place import Place
from concbench.runs.planning import pinned_cpus
from concbench.stats.interval import Interval
from concbench.stats.paired import ratio_interval

MODELS = ("generator", "asyncio", "threads")
CELL = {"workload": "switch", "params": {"tasks": 10, "suspensions": 100}}
SECONDS = 60.0
SABOTEUR = """
import threading
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from concbench.models.asyncio import MODEL

def burn():
    while True:
        pass

def leaving(honest):
    left = []
    def run(factories):
        if not left:
            left.append(threading.Thread(target=burn, daemon=True))
            left[0].start()
        return honest(factories)
    return run

@contextmanager
def opened():
    with MODEL.open() as session:
        yield SimpleNamespace(rt=session.rt, run=leaving(session.run))

MODELS = [replace(MODEL, name="saboteur", open=opened)]
"""


class Restless(ProcessLink):
    """A worker that stays at work between its turns."""

    rests = False


def start(stack: ExitStack, model: str, kind: type[ProcessLink], plugins: list[str]) -> ProcessLink:
    """Start a worker on the CPU that all share, ended with the stack."""
    place = Place(Path(sys.executable))
    setup = {"model": model, "cpus": list(pinned_cpus("auto"))[:1], **place.imports(plugins, [])}
    link = kind(place, setup)
    stack.callback(link.kill)
    return link


def turn(link: ProcessLink, number: int) -> dict[str, Any]:
    """Return the answer to one turn at the cell."""
    answer = link.request({"op": "turn", **CELL, "number": number, "long_first": False}, SECONDS)
    if "outcome" in answer:
        raise SystemExit(f"{answer['outcome']}: {answer['reason']}")
    return answer


def wall_ns(answer: dict[str, Any]) -> int:
    """Return what both legs of a turn took, in ns."""
    return sum(leg["wall_ns"] for leg in answer["legs"])


def settled(link: ProcessLink) -> int:
    """Return how many repetitions the worker takes for a sample."""
    answer = link.request({"op": "witness", **CELL, "seconds": SECONDS}, SECONDS)
    return int(answer["number"])


def price(model: str, processes: int, rounds: int) -> Interval:
    """Return the ratio of the time of a worker that rests to that of one that does not, pair by pair."""
    resting, restless, pairs = [], [], []
    for process in range(processes):
        with ExitStack() as stack:
            kinds = (ProcessLink, Restless) if process % 2 else (Restless, ProcessLink)
            links = {kind: start(stack, model, kind, []) for kind in kinds}
            number = settled(links[Restless])
            for round_ in range(rounds):
                order = kinds if round_ % 2 else kinds[::-1]
                took = {kind: wall_ns(turn(links[kind], number)) for kind in order}
                resting.append(took[ProcessLink])
                restless.append(took[Restless])
                pairs.append(process)
    return ratio_interval(resting, restless, 0.95, generations=pairs).interval


def saved(plugin: str, kind: type[ProcessLink], processes: int, rounds: int) -> Interval:
    """Return by how much asyncio is slowed beside a neighbour that leaves a thread at work."""
    beside, alone, pairs = [], [], []
    for process in range(processes):
        with ExitStack() as stack:
            measured = start(stack, "asyncio", ProcessLink, [])
            number = settled(measured)
            times = [wall_ns(turn(measured, number)) for _ in range(rounds)]
            neighbour = start(stack, "saboteur", kind, [plugin])
            for before in times:
                turn(neighbour, 1)
                beside.append(wall_ns(turn(measured, number)))
                alone.append(before)
                pairs.append(process)
    return ratio_interval(beside, alone, 0.95, generations=pairs).interval


def shown(interval: Interval) -> str:
    """Return a ratio with its interval."""
    return f"{interval.middle:.3f} [{interval.low:.3f}-{interval.high:.3f}]"


def main() -> None:
    """Print the price of resting for each model, and what a neighbour costs with and without it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    for model in MODELS:
        print(f"{model}: time of a worker that rests / of one that does not:", end=" ", flush=True)
        print(shown(price(model, given.processes, given.rounds)))
    with tempfile.TemporaryDirectory() as folder:
        plugin = Path(folder, "saboteur.py")
        plugin.write_text(SABOTEUR)
        for kind, words in ((Restless, "does not rest"), (ProcessLink, "rests")):
            print(f"asyncio beside a neighbour with a busy thread that {words} / alone:", end=" ", flush=True)
            print(shown(saved(str(plugin), kind, given.processes, given.rounds)))


if __name__ == "__main__":
    main()
