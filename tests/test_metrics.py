"""Metrics are data: one entry more is in the table, in verdicts, on pages and in exports."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import concbench
from concbench.metrics import METRICS, Metric, add, margins, names_for

ROOT = Path(concbench.__file__).parent

ADDED = """
import io, json, sys
from contextlib import redirect_stdout
from concbench.drive import noise, presets
from concbench.metrics import Metric, add
presets.EFFORTS, noise.CALIBRATIONS = {"quick": presets.Effort(6, 1_000_000, 1)}, 3
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
from concbench.workloads.basics import spawn

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


@pytest.mark.nightly
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


LEG_METRIC = {
    "metrics.py": (
        "    _MEMORY,\n",
        """    Metric(name="faults", words="page faults", quantity="count", per="unit", source="leg",
           key="faults", compare="difference", heading="faults"),
    _MEMORY,
""",
    ),
    "results/records.py": (
        "    gc: Count\n",
        "    gc: Count\n    faults: Count | None = None\n",
        "    extras: list[Extras]\n",
        "    extras: list[Extras]\n    faults: list[Count] | None = None\n",
    ),
    "measure/counters.py": ("    gc: int\n", "    gc: int\n    faults: int\n"),
    "measure/probe.py": (
        "        gc=sum(",
        "        faults=own.ru_minflt + children.ru_minflt,\n        gc=sum(",
    ),
}
"""What docs/ARCHITECTURE.md has a metric of each leg touch: what stands in a file, and what then does."""

FILES = Path(__file__).parent / "results" / "files" / "runs"
QUICKLY = Path(__file__).parent / "commands" / "quickly.py"


@pytest.mark.nightly
def test_a_metric_of_each_leg_is_measured_and_older_files_are_read_without_it(tmp_path: Path) -> None:
    package = tmp_path / "src" / "concbench"
    shutil.copytree(ROOT, package)  # with what is compiled already
    for name, changes in LEG_METRIC.items():
        source = (package / name).read_text(encoding="utf-8")
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert source.count(old) == 1
            source = source.replace(old, new)
        (package / name).write_text(source, encoding="utf-8")
    _, measured, older, pairs = (
        subprocess.run(
            [sys.executable, "-P", str(QUICKLY), *command.split()],
            check=True,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(package.parent)},
            text=True,
            timeout=120,
        ).stdout
        for command in (
            "run -w spawn -m generator -p tasks=10 --no-memory --no-report -o new.jsonl",
            "convert new.jsonl --to csv",
            f"convert {FILES / 'resumed.jsonl.gz'} --to csv",
            f"show {FILES / 'pairs-001.jsonl.gz'} --json",
        )
    )
    assert ",faults,1/task," in measured
    assert ",cpu," in older
    assert ",faults," not in older
    assert '"metric": "cpu"' in pairs
    assert "none tells this metric here" in pairs


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
