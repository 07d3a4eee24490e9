"""Metrics are data: one entry more is in the table, in verdicts, on pages and in exports."""

import subprocess
import sys
from pathlib import Path

import pytest

from concbench.metrics import METRICS, Metric, add, margins, names_for

ADDED = """
import sys
from concbench.drive import plan
from concbench.metrics import Metric, add
plan.EFFORTS = {"quick": plan.Effort(6, 1_000_000, 1)}
add(Metric(name="energy", words="energy", quantity="count", per="unit", source="extras", key="energy_uj",
           heading="energy"))
from concbench.commands import cli
cli(sys.argv[1:])
"""
PLUGIN = """
from dataclasses import replace
from concbench.workloads import spawn

WORKLOADS = [
    replace(spawn.WORKLOAD, name="warm", records=lambda results, params: {"energy_uj": 20 * params.tasks})
]
"""


def called(folder: Path, *arguments: str) -> str:
    """Return what ``concbench`` prints where a metric is added before anything else is done."""
    command = [sys.executable, "-c", ADDED, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_metric_that_is_added_is_in_the_table_in_a_verdict_on_the_page_and_in_the_csv(
    tmp_path: Path,
) -> None:
    (tmp_path / "warm.py").write_text(PLUGIN)
    few = ("--plugin", "warm.py", "-w", "warm", "-m", "polling", "-m", "generator", "-p", "tasks=10")
    run = ("run", *few, "--preset", "quick", "--no-memory", "--no-report")
    for name in ("one", "two"):
        printed = called(tmp_path, *run, "-o", f"{name}.jsonl")
    assert "energy" in printed
    called(tmp_path, "report", "one.jsonl", "-o", "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<th" in page
    assert "20.0" in page[page.index('id="figures"') :]
    called(tmp_path, "convert", "one.jsonl", "-o", "table.csv")
    rows = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    energies = [row for row in rows if ",energy,1/task,20.0," in row]
    assert len(energies) == len([row for row in rows if ",run_wall,s," in row]) > 0
    compared = called(tmp_path, "compare", "one.jsonl", "two.jsonl", "--gate", "energy", "--json")
    assert '"metric": "energy"' in compared
    line = compared[compared.index('"metric": "energy"') :]
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
