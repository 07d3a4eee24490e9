"""Run files whose reports are opened: the example, changes of it, and what the real commands make of them."""

import gzip
import json
import re
from pathlib import Path

import pytest

from concbench.commands import cli
from concbench.runs import run
from tests.commands.concbench import make_quick

EXAMPLE = Path(__file__).parents[2] / "reports" / "example.jsonl.gz"

MODELS = ("generator", "asyncio")

HOSTILE = {
    "asyncio": "<script>alert('model')</script>",
    "threads": "\"><img src=x onerror=alert('model')>",
    "spawn": "</title></svg><svg onload=alert('workload')>",
}
"""Names of the example, and what stands in their place in :func:`hostile`."""


def report_on(output: Path, *runs: Path) -> Path:
    """Let ``concbench report`` write the page of these runs, and return its path."""
    cli.main(["report", *map(str, runs), "--output", str(output)], standalone_mode=False)
    return output


def fresh(path: Path) -> Path:
    """Measure a tiny real run, and return its file."""
    params = {"tasks": [1, 5], "delay": 0.005}
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        run(models=MODELS, workloads=["timers", "switch"], params=params, memory=False, to=path)
    return path


def later(path: Path) -> Path:
    """Write the example over again as a later run of another commit."""
    first, rest = _example().split("\n", 1)
    header = json.loads(first)
    header |= {"run": "f" * 32, "started": "2030-01-01T00:00:00+00:00"}
    header["environment"]["identity"]["commit"] = "0123456789" * 4
    path.write_text(f"{json.dumps(header)}\n{rest}", encoding="utf-8")
    return path


def hostile(path: Path) -> Path:
    """Write the example with hostile names in the place of honest ones, wherever they stand."""
    lines = _example()
    for name, other in HOSTILE.items():
        spelled = json.dumps(other)[1:-1].replace("\\", r"\\")
        lines = re.sub(rf'(?<=["/]){name}(?=\W)', spelled, lines)
    path.write_text(lines, encoding="utf-8")
    return path


def _example() -> str:
    return gzip.decompress(EXAMPLE.read_bytes()).decode()
