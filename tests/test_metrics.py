"""Metrics are data: one entry more is in the table, in verdicts, on pages and in exports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from concbench.metrics import METRICS, Metric, add, margins, names_for

ADDED = """
import io, json, sys
from contextlib import redirect_stdout
from concbench.drive import noise, plan
from concbench.metrics import Metric, add
plan.EFFORTS, noise.CALIBRATIONS = {"quick": plan.Effort(6, 1_000_000, 1)}, 3
add(Metric(name="energy", words="energy", quantity="count", per="unit", source="extras", key="energy_uj",
           heading="energy"))
from concbench.commands import cli

def printed(arguments):
    with redirect_stdout(io.StringIO()) as out:
        try:
            cli(arguments)
        except SystemExit as leaving:
            if leaving.code:
                raise
    return out.getvalue()

print(json.dumps([printed(arguments.split()) for arguments in sys.argv[1:]]))
"""
PLUGIN = """
from dataclasses import replace
from concbench.workloads import spawn

WORKLOADS = [
    replace(spawn.WORKLOAD, name="warm", records=lambda results, params: {"energy_uj": 20 * params.tasks})
]
"""


def called(folder: Path, *commands: str) -> list[str]:
    """Return what ``concbench`` prints for each of these where a metric was added before anything else."""
    command = [sys.executable, "-c", ADDED, *commands]
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told: list[str] = json.loads(done.stdout)
    return told


def test_a_metric_that_is_added_is_in_the_table_in_a_verdict_on_the_page_and_in_the_csv(
    tmp_path: Path,
) -> None:
    (tmp_path / "warm.py").write_text(PLUGIN)
    few = "--plugin warm.py -w warm -m polling -p tasks=10"
    run = f"run {few} --preset quick --no-memory --no-report -o"
    table, _, _, _, verdicts = called(
        tmp_path,
        f"{run} one.jsonl",
        f"{run} two.jsonl",
        "report one.jsonl -o page.html",
        "convert one.jsonl -o table.csv",
        "compare one.jsonl two.jsonl --gate energy --json",
    )
    assert "energy" in table
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<th" in page
    assert "20.0" in page[page.index('id="figures"') :]
    rows = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    energies = [row for row in rows if ",energy,1/task,20.0," in row]
    assert len(energies) == len([row for row in rows if ",run_wall,s," in row]) > 0
    assert '"metric": "energy"' in verdicts
    line = verdicts[verdicts.index('"metric": "energy"') :]
    assert '"verdict": "same"' in line[: line.index("}")]


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'wall' already"):
        add(METRICS["wall"])


def test_margins_are_asked_for_by_what_is_compared() -> None:
    own, asked = margins(), margins(ratio=0.2, ns=5.0, memory=7.0)
    assert own["cpu"] == METRICS["cpu"].margin
    assert (asked["cpu"], asked["lateness"], asked["memory"]) == (0.2, 5.0, 7.0)
    assert own.keys() == set(names_for("pairs"))


def test_a_verdict_on_what_had_better_be_more_turns_round() -> None:
    rate = Metric(
        name="rate", words="rate", quantity="count", per="run", source="extras", key="r", better="more"
    )
    assert [rate.verdict(one) for one in ("slower", "faster", "same")] == ["better", "worse", "same"]
    assert METRICS["memory"].verdict("slower") == "more"
    assert METRICS["cpu"].verdict("slower") == "slower"
