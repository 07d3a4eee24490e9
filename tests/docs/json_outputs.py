"""What commands print with ``--json``, made in a few seconds: for the test of docs/JSON.md."""

import gzip
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from msgspec import to_builtins

from concbench.analysis.advice import advice_of
from concbench.analysis.compared import as_plain
from concbench.analysis.findings import findings_of
from concbench.analysis.verdicts import judged_again
from concbench.commands import cli
from concbench.commands.advise import plain_of
from concbench.commands.why import plain_of as explanation_plain
from concbench.results.measured import Measured, measured_of
from concbench.runs import advising, experiment
from concbench.runs.lessons import Priced
from tests.analysis.test_advice import service
from tests.analysis.test_computing import chunks, mixed
from tests.analysis.test_laws import cells
from tests.commands.aa_runs import Measure
from tests.commands.concbench import make_quick
from tests.commands.test_why import FOUND
from tests.report.made_up import run_of
from tests.report.paired import comparison_with, measured
from tests.report.traces import lane, trace
from tests.results.examples import example

from .outputs import ROOT, made_up_history

Outputs = dict[str, list[Any]]
"""Objects by the heading of docs/JSON.md that describes them."""

EXAMPLE = ROOT / "reports" / "example.jsonl.gz"
KEPT = ROOT / "tests" / "results" / "files" / "runs"

TWO = "-m generator,asyncio"
LOAD = "--tasks 5 --wait 5ms --rounds 600 --deadline 2s"

PRINTED: dict[str, tuple[str, ...]] = {
    "concbench list": ("list",),
    "concbench list --preset": ("list --preset quick",),
    "concbench verify": (f"verify {TWO},thread-pool:2 -w spawn,parked",),
    "concbench run --dry-run": (f"run --dry-run {TWO},thread-pool:2 -w parked -p tasks=3",),
    "concbench run, concbench show": (
        "run -m asyncio -w timers -p tasks=2 -p delay=0.001 --no-report -o run.jsonl",
        "show example.jsonl.gz",
        "show outcomes.jsonl.gz",
    ),
    "concbench advise": (f"advise {LOAD} -m asyncio --no-report -o load.jsonl",),
    "concbench compare": ("compare example.jsonl.gz again.jsonl", "show compare.jsonl.gz"),
    "concbench aa": (
        "aa -m generator -w spawn --pairs 20 --pairs-of-more 20 --more 1.10 --live 1 --replays 3 -o kept",
    ),
    "concbench report": ("report example.jsonl.gz --history steps.js",),
    "concbench history": ("history steps.js",),
    "concbench seeds": ("seeds --scale 0.01 -m generator",),
    "concbench ladder": (
        "ladder --to timer-heap -w timers -p tasks=10 -p delay=0.001 --no-report -o ladder.jsonl",
    ),
    "concbench ladder --diff": ("ladder --diff async-await", "ladder --diff asyncio"),
    "concbench trace": (f"trace parked {TWO},thread-pool:2 --tasks 3",),
    "concbench lesson": (
        "lesson",
        "lesson 4 --no-price",
        f"lesson 2 --check {ROOT}/docs/lesson/mistakes/step_2_1.py",
    ),
    "concbench why": (
        "why generator spawn --seconds 0.05 --instructions off",
        "why polling chain",
    ),
    "concbench doctor": (f"doctor --seconds 0.1 --python {sys.executable}",),
}
"""What is called for each, without ``--json``."""


def outputs_in(folder: Path, patch: pytest.MonkeyPatch) -> Outputs:
    """Return what every command prints; what they write goes into a folder."""
    patch.chdir(folder)
    make_quick(patch, generations=1)
    patch.setattr(advising, "SHORTEST_S", 0.1)
    patch.setattr(advising, "FEWEST_ROUNDS", 1)
    patch.setattr(experiment, "measure", Measure())
    patch.setattr(experiment, "work_done", _more_work)
    _prepare()
    found = {heading: [_printed(words) for words in several] for heading, several in PRINTED.items()}
    for heading, make in MADE_UP.items():
        found[heading].append(json.loads(json.dumps(make(), allow_nan=False)))
    return found


def _prepare() -> None:
    """Put recorded files into the current folder."""
    for path in (EXAMPLE, *KEPT.glob("*.gz")):
        shutil.copy(path, path.name)
    header, _, rest = gzip.decompress(EXAMPLE.read_bytes()).decode().partition("\n")
    Path("again.jsonl").write_text(f"{json.dumps(json.loads(header) | {'run': '0' * 32})}\n{rest}")
    Path("steps.js").write_text(made_up_history())


def _more_work(files: Sequence[Measured]) -> dict[str, float]:
    """Return how much more work the heads did, which nobody witnessed."""
    paired = [one for file in files for one in file.header.paired or ()]
    return {one.id: 1.1 for one in paired if one.params != one.head_params}


def _printed(words: str) -> Any:
    """Return what a command prints with ``--json``, which is one object of strict JSON and nothing else."""
    said = CliRunner().invoke(cli, [*words.split(), "--json"], catch_exceptions=False)
    assert said.exit_code in (0, 3, 4), f"{words}: {said.stderr}"
    return json.loads(said.stdout, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def _advice() -> Any:
    run = run_of(service("asyncio", kept=1.0, cores=0.2), service("trio", kept=0.9, cores=0.1))
    found = advice_of(measured_of(run))
    assert found is not None
    return plain_of(found)


def _comparison() -> Any:
    """Return a comparison with instructions and a failure."""
    name = "w[tasks=10]/asyncio"
    header, records = comparison_with({name: 1.0})
    cells = header["paired"][0]["cells"]
    counted = example("counted", cells=cells)
    failed = example("outcome", cell=cells[1], outcome="crashed", process=None, generation=None)
    return as_plain(judged_again(measured(header, [*records, counted, failed])))


def _findings() -> Any:
    """Return findings with speed-ups, a crossing with its share of computing, and a knee."""
    loop, pool = (
        mixed("loop", lambda steps: 1_000.0 * steps),
        mixed("pool", lambda steps: 500.0 * steps + 1e6),
    )
    bent = cells("loop", lambda tasks: 1000 * max(1, tasks / 300))
    return findings_of([measured_of(run_of(*loop, *pool, *chunks("loop", lambda _: 6e6), *bent))])


def _disturbed() -> Any:
    """Return a trace beside which the machine was elsewhere."""
    return {"traces": to_builtins([trace("generator", 50, lane(0, (0, 10), (20, 30)), preempted=2)])}


def _priced() -> Any:
    return {"price": [asdict(Priced("an echo, on 10 connections", "wall", None, 24_300.0))]}


def _explanation() -> Any:
    """Return an explanation with both splits, whatever can be looked into or counted here."""
    return explanation_plain(FOUND)


MADE_UP: dict[str, Callable[[], Any]] = {
    "concbench advise": _advice,
    "concbench compare": _comparison,
    "concbench report": _findings,
    "concbench lesson": _priced,
    "concbench trace": _disturbed,
    "concbench why": _explanation,
}
"""Further ones, of runs that were never measured: with what those above lack."""
