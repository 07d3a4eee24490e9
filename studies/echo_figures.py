"""``echo``'s figures against others: a bare server by hand, and a client in C that speaks the same bytes.

    python studies/echo_figures.py server          CPU per request, ours to a bare server's, each paired
    python studies/echo_figures.py client          requests per second and latencies, ours to the C client's

``server``: in one process on one CPU concbench's cell and a hand-written server (``bare_echo.py``) serve the
same companion in turns, R and 2R requests on each connection; the slopes are compared. ``client``: one server
in a process of its own is asked by both clients in turns. A pair is one turn of each; the median of the pairs
is told with its interval.
"""

import argparse
import asyncio
import gc
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns
from typing import Any

import bare_echo
from concbench.analysis.summary import BOTTLENECK
from concbench.measure.companions import beside
from concbench.measure.execution import Cell, cell_of
from concbench.models import index
from concbench.stats.median import median_interval
from concbench.workloads.sockets.companions.payload import SPAN
from concbench.workloads.sockets.echo import WORKLOAD, Params
from concbench.workloads.sockets.orders import BUFFER, PATIENCE, companion, heard, ordered

PARAMS = Params(connections=10, requests=200, payload=1024)
FIGURES = ("requests_per_s", "latency_p50_ns", "latency_p99_ns")
SEED = 7


def orders_of(p: Params) -> dict[str, Any]:
    """Return what a companion is to do, but for the port."""
    asked = {"connections": p.connections, "requests": p.requests, "payload": p.payload, "share": 0.0}
    return {**asked, "seed": SEED, "buffer": BUFFER, "patience": PATIENCE}


# ours to a bare server


def ours_ns(cell: Cell) -> int:
    """Return the CPU time of a run of ours."""
    return cell.timed(1).figures["cpu_ns"]


def bare_ns(name: str, loop: asyncio.AbstractEventLoop, port: int, p: Params) -> int:
    """Return the CPU time of a run of the bare server."""
    gc.collect()
    before = process_time_ns()
    line = loop.run_until_complete(bare_echo.served(name, port, orders_of(p)))
    used = process_time_ns() - before
    if heard(line).get("verified") != p.connections * p.requests:
        raise ValueError(f"the bare server did not serve all: {line!r}")
    return used


def slope(run: Callable[[Params], int], p: Params, *, long_first: bool) -> float:
    """Return the CPU time per request (ns), between R and 2R requests on each connection."""
    legs = {1: p, 2: replace(p, requests=2 * p.requests)}
    order = (2, 1) if long_first else (1, 2)
    took = {number: run(legs[number]) for number in order}
    return (took[2] - took[1]) / (p.connections * p.requests)


def server(name: str, pairs: int, p: Params) -> list[tuple[float, float]]:
    """Return CPU per request (ns) of ours and of the bare server, pair by pair."""
    loop_name, _, api = name.partition(" ")
    model, found = index.get(loop_name), []
    with (
        model.open() as session,
        cell_of(WORKLOAD, replace(p, api=api), model, session).surroundings() as cell,
        asyncio.Runner(loop_factory=bare_echo.loop_of(name)) as runner,
    ):
        assert cell.companion is not None  # noqa: S101  (the workload has one)
        port, loop = cell.companion.port, runner.get_loop()

        def ours(p: Params) -> int:
            return ours_ns(cell.at(replace(p, api=api)))

        def bare(p: Params) -> int:
            return bare_ns(name, loop, port, p)

        ours(p), bare(p)
        for number in range(pairs):
            sides = [(0, ours), (1, bare)][:: -1 if number % 2 else 1]
            costs = {side: slope(run, p, long_first=number % 4 > 1) for side, run in sides}
            found.append((costs[0], costs[1]))
    return found


# our client to one in C


@contextmanager
def serving(name: str) -> Iterator[int]:
    """Have a bare server in a process of its own, and yield its port."""
    command = [sys.executable, str(Path(bare_echo.__file__)), name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101
        yield int(process.stdout.readline())
        process.communicate()


def compiled(folder: Path) -> Path | None:
    """Return the client in C, or None where there is no compiler."""
    compiler, program = shutil.which("gcc") or shutil.which("cc"), folder / "echo_client"
    if compiler is None:
        return None
    source = Path(__file__).with_name("echo_client.c")
    subprocess.run([compiler, "-O2", "-o", str(program), str(source)], check=True)
    return program


def elsewhere() -> None:
    """Go to the CPUs that the server is not bound to, as a companion does, if there are any."""
    if hasattr(os, "sched_setaffinity"):
        others = set(range(os.cpu_count() or 1)) - os.sched_getaffinity(0)
        with suppress(OSError):
            os.sched_setaffinity(0, others)


def ours_at(control: int, port: int, p: Params) -> dict[str, Any]:
    """Return what our client reports of a run."""
    with socket.create_connection(("127.0.0.1", control)) as connection, connection.makefile("rb") as lines:
        connection.sendall(ordered(**orders_of(p), port=port))
        return told(heard(lines.readline()))


def told(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with its rate. Raises ValueError for one of a server that failed."""
    if "fault" in report:
        raise ValueError(report["fault"])
    return {**report, "requests_per_s": 1e9 * report["verified"] / report["traffic_ns"]}


def client(name: str, pairs: int, p: Params) -> list[dict[str, tuple[float, float]]]:
    """Return the figures of ours and of the C client, pair by pair. Raises ValueError without a compiler."""
    found = []
    with TemporaryDirectory() as folder, serving(name) as port, beside(companion("echo")) as at:
        program, block = compiled(Path(folder)), Path(folder) / "block"
        if program is None:
            raise ValueError("there is no C compiler (gcc or cc)")
        block.write_bytes(Random(SEED).randbytes(SPAN + p.payload))
        numbers = map(str, (port, p.connections, p.requests, p.payload))
        command = [str(program), *numbers, str(block)]

        def theirs() -> dict[str, Any]:
            run = subprocess.run(
                command,
                check=True,
                capture_output=True,
                text=True,
                preexec_fn=elsewhere,
            )
            return told(json.loads(run.stdout))

        def ours() -> dict[str, Any]:
            return ours_at(at.port, port, p)

        ours(), theirs()
        for number in range(pairs):
            sides = [("ours", ours), ("theirs", theirs)][:: -1 if number % 2 else 1]
            made = {side: run() for side, run in sides}
            found.append({name: (made["ours"][name], made["theirs"][name]) for name in FIGURES})
            found[-1]["busy"] = made["ours"]["companion_busy"], 1.0
    return found


def ratio_words(pairs: list[tuple[float, float]], unit: str) -> str:
    """Return the median of the pairs' ratios with its interval, and both sides."""
    found = median_interval([ours / other for ours, other in pairs])
    ours, other = (median(side) for side in zip(*pairs, strict=True))
    return (
        f"{found.middle:.4f} [{found.low:.4f}, {found.high:.4f}] of {len(pairs)} pairs"
        f" ({ours:,.0f} to {other:,.0f} {unit})"
    )


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("server", "client"))
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--only", choices=bare_echo.SERVERS, action="append")
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the companion takes another
    for name in asked.only or (bare_echo.NAMES if asked.what == "server" else bare_echo.SERVERS):
        if asked.what == "server":
            print(f"{name}: CPU {ratio_words(server(name, asked.pairs, PARAMS), 'ns')}", flush=True)
            continue
        found = client(name, asked.pairs, PARAMS)
        busy = median(one["busy"][0] for one in found)
        bound = ", so its figures are its own" if busy > BOTTLENECK else ""
        print(f"{name}: our client took {busy:.2f} of a core{bound}", flush=True)
        for figure in FIGURES:
            unit = "1/s" if figure == "requests_per_s" else "ns"
            print(f"{name}: {figure} {ratio_words([one[figure] for one in found], unit)}", flush=True)


if __name__ == "__main__":
    main()
