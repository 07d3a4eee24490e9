"""One model never costs another its figures: each command goes on beside models that say or do anything."""

from pathlib import Path

import pytest

from concbench.analysis.stopping import StoppingRule
from concbench.drive.workers import launch
from concbench.results import queries
from concbench.results.reader import read_run
from concbench.results.records import OutcomeRecord, PairRecord
from tests.drive.sides.repositories import repository

from .concbench import Caller

PLUGIN = r"""
import contextlib, os, subprocess, sys, time
from dataclasses import replace
from concbench.models.base import Exhausted
from concbench.models.generator import MODEL


def model(name, run=None, before=None, after=None, **change):
    class Session:
        def __init__(self, inner):
            self.inner, self.rt = inner, inner.rt

        def run(self, factories):
            if run is not None:
                run(int(sys.argv[3]))
            return self.inner.run(factories)

    @contextlib.contextmanager
    def open_session():
        before and before()
        with MODEL.open() as session:
            yield Session(session)
        after and after()

    return replace(MODEL, name=name, open=open_session, **change)


def say(data):
    return lambda reply: os.write(reply, data)


def exhausted(reply):
    raise Exhausted("no more", at="many")


def hang():
    time.sleep(600)


MODELS = [
    model("nonsense", say(b"[]\n")),
    model("no-object", say(b'"text"\n')),
    model("wrong-number", say(b'{"id": 0}\n')),
    model("no-utf8", say(b"\xff\xfe\n")),
    model("deep", say(b"[" * 10000 + b"\n")),
    model("counts-many", exhausted),
    model("version-3", version=lambda: 3),
    model("unavailable-3", unavailable=lambda: 3),
    model("never-opens", before=hang),
    model("never-closes", after=hang),
    model("leaves", lambda _: subprocess.Popen(["sleep", "600"], start_new_session=True)),
]
"""
CRASHED = (
    "nonsense",
    "no-object",
    "wrong-number",
    "no-utf8",
    "deep",
    "counts-many",
    "version-3",
    "unavailable-3",
)
SMALL = ("-w", "spawn", "-p", "tasks=5")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(launch.ProcessLink, "patience", 1.5)
    monkeypatch.setattr(launch, "ABORT_SECONDS", 0.2)
    path = tmp_path / "hostile.py"
    path.write_text(PLUGIN, encoding="utf-8")
    return path


@pytest.mark.nightly
def test_a_run_has_the_figures_of_everyone_else(concbench: Caller, path: Path, plugin: Path) -> None:
    names = (*CRASHED, "never-opens", "generator")
    said = concbench("run", *SMALL, "--plugin", plugin, "-m", ",".join(names), "--no-report", "-o", path)
    assert said.code == 3
    run = read_run(path)
    assert queries.is_complete(run)
    outcomes = {cell: outcome.name for cell, outcome in queries.outcomes(run).items()}
    assert outcomes == {
        **{f"spawn[tasks=5]/{name}": "crashed" for name in CRASHED},
        "spawn[tasks=5]/never-opens": "timeout",
        "spawn[tasks=5]/generator": "ok",
    }
    assert "while its model was opened" in said.out


@pytest.mark.nightly
def test_what_does_not_close_and_what_is_left_is_told_and_the_figures_stand(
    concbench: Caller, path: Path, plugin: Path
) -> None:
    chosen = ("--plugin", plugin, "-m", "never-closes,leaves,generator", "--no-memory", "--no-report")
    said = concbench("run", *SMALL, *chosen, "-o", path)
    assert said.code == 0
    run = read_run(path)
    warnings = {warning.name: warning.seen for warning in queries.warnings(run)}
    assert warnings["model-not-closed"].startswith(
        "never-closes: no answer within 1.5 s while its model was closed"
    )
    assert warnings["processes-left-behind"].startswith("leaves left ")
    assert "sleep 600" in warnings["processes-left-behind"]
    told = [warning.name for warning in queries.warnings(run)]
    assert told.count("model-not-closed") == told.count("processes-left-behind") == 1


def test_verify_says_what_does_not_close_and_what_is_left(concbench: Caller, plugin: Path) -> None:
    said = concbench(
        "verify", "-w", "spawn", "--plugin", plugin, "-m", "never-closes,leaves,generator", "--json"
    )
    assert said.code == 0
    hung, left = said.json["warnings"]
    where = f"in hang at {plugin}:"
    assert hung.startswith(f"never-closes: no answer within 1.5 s while its model was closed, {where}")
    assert left.startswith("leaves: left ")
    assert "sleep 600" in left
    closing = [one["contender"] for one in said.json["findings"] if one["closing"] is not None]
    assert closing == ["never-closes", "leaves"]


@pytest.mark.nightly
def test_a_verification_goes_on(concbench: Caller, plugin: Path) -> None:
    names = (*CRASHED, "never-opens", "generator")
    said = concbench("verify", "-w", "spawn", "--plugin", plugin, "-m", ",".join(names), "--json")
    assert said.code == 3
    outcomes: dict[str, set[str]] = {}
    for finding in said.json["findings"]:
        outcomes.setdefault(finding["contender"], set()).add(finding["outcome"])
    assert outcomes == {
        **{name: {"crashed"} for name in CRASHED},
        "never-opens": {"timeout"},
        "generator": {"ok"},
    }


def enough_at_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a comparison end with its first pair: there is none that decides anything here."""
    open_cells = StoppingRule.open_cells

    def of_none(rule: StoppingRule) -> set[str]:
        return open_cells(rule) if not any(one.values for one in rule.pairs.series.values()) else set()

    monkeypatch.setattr(StoppingRule, "open_cells", of_none)


@pytest.mark.nightly
def test_a_comparison_goes_on(
    concbench: Caller, path: Path, plugin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough_at_a_pair(monkeypatch)
    names = ("nonsense", "counts-many", "version-3", "generator")
    sides = [{"hostile.py": PLUGIN}, {"hostile.py": PLUGIN, "other.py": ""}, {"another.py": ""}]
    project = repository(tmp_path / "project", *sides)
    said = concbench(
        "compare", "HEAD~1", "HEAD", "--repo", project, "--plugin", project / "hostile.py", "-w", "spawn",
        "-m", ",".join(names), "--no-memory", "--budget", "30", "--instructions", "off", "-o", path,
    )  # fmt: skip
    assert said.code == 3
    run = read_run(path)
    lost = {record.cell.partition("/")[2]: record.outcome for record in queries.of_type(run, OutcomeRecord)}
    assert {name.partition("@")[0]: outcome for name, outcome in lost.items()} == {
        "nonsense": "crashed",
        "counts-many": "crashed",
        "version-3": "crashed",
    }
    assert {record.cells[0] for record in queries.of_type(run, PairRecord)} == {
        "spawn[tasks=100]/generator@base"
    }
