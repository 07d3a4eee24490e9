"""``concbench ladder``: the rungs in one run file, what each step did, and what two rungs differ in."""

import json
from pathlib import Path

import pytest

from concbench import extras, runs
from concbench.errors import UserError
from concbench.runs.result import RunResult
from tests.analysis.ladder.made_up import rungs
from tests.report.made_up import Cell, run_of
from tests.report.pages import EXHAUSTED
from tests.results.examples import line_of, plain

from .concbench import Caller

FEW = ("--to", "timer-heap", "-w", "spawn", "-p", "tasks=10", "--no-memory", "--no-report")


def test_the_rungs_are_measured_into_a_file_like_any_other_which_tells_the_same(
    concbench: Caller, tmp_path: Path
) -> None:
    to = tmp_path / "ladder.jsonl"
    said = concbench("ladder", *FEW, "-o", to)
    assert said.code == 0, said.err
    assert "timer-heap" in said.out
    assert "predictions right" in said.out
    assert f"run file: {to}" in said.out
    with to.open(encoding="utf-8") as lines:
        header = json.loads(next(lines))
    assert [one["id"] for one in header["contenders"]] == ["yield-from", "idle-sleep", "timer-heap"]
    assert header["settings"]["command"] == "ladder"
    again = concbench("ladder", to)
    assert again.code == 0
    assert again.out.splitlines() == said.out.partition("\nrun file")[0].splitlines()
    told = concbench("ladder", to, "--json").json
    assert [step["rung"] for step in told["steps"]] == ["idle-sleep", "timer-heap"]
    assert concbench("show", to).code == 0


def test_the_default_is_every_rung_and_the_workloads_that_tell_the_story(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def noted(**options: object) -> None:
        asked.update(options)
        raise UserError("this was asked for")

    monkeypatch.setattr(runs, "ladder", noted)
    assert "this was asked for" in concbench("ladder", "-p", "tasks=7").err
    assert asked["workloads"] == ("switch", "spawn", "timers", "parked", "echo")
    assert asked["params"] == {"tasks": ("7",), "suspensions": ("50",), "delay": ("0.2",), "spread": ("0.5",)}
    models = asked["models"]
    assert isinstance(models, tuple)
    assert (models[0], models[-1], len(models)) == ("yield-from", "uvloop", 12)


def test_the_difference_of_two_rungs_is_shown_and_nothing_measured(concbench: Caller) -> None:
    said = concbench("ladder", "--diff", "timer-heap", "ready-queue")
    assert said.code == 0
    assert "timer-heap → ready-queue" in said.out
    assert "+class Kernel:" in said.out
    assert "models/ladder/timer_heap.py → models/ladder/ready_queue.py" in said.out
    assert "so there are no two modules to compare" in concbench("ladder", "--diff", "uvloop").out


def test_the_difference_of_two_rungs_is_data_too(concbench: Caller) -> None:
    told = concbench("ladder", "--diff", "selector", "--json").json
    assert told["files"] == ["models/ladder/ready_queue.py", "models/ladder/selector.py"]
    assert told["hunks"][0]["in"] == ""
    assert "+    def wait_for(self, task, what):" in told["hunks"][-1]["lines"]
    assert told["predictions"][-1]["workloads"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--diff",), "--diff takes two neighbouring rungs, or one"),
        (("--diff", "a", "b", "c"), "--diff takes two neighbouring rungs, or one"),
        (("--diff", "selector", "-w", "spawn"), "--diff measures nothing; leave out --workload"),
        (("--diff", "yield-from"), "yield-from is the lowest rung"),
        (("--diff", "timer-heap", "selector"), "are no neighbours"),
        (("selector",), "selector is a rung, and no run file: --diff selector, or --to selector"),
        (("a.jsonl", "b.jsonl"), "name one run file; --diff compares two rungs"),
        (("a.jsonl", "--preset", "quick"), "a run file is shown as it was measured; leave out --preset"),
        (("--from", "selector", "--to", "selector"), "--from selector --to selector has no step"),
        (("--from", "uvloop"), "--from uvloop --to uvloop has no step"),
        (("-w", "swich"), "there is no workload 'swich'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    concbench: Caller, arguments: tuple[str, ...], words: str
) -> None:
    said = concbench("ladder", *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())


def test_what_sums_up_is_asked_for_before_anything_is_measured(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "is_there", lambda library: library != "pandas")
    assert "a run's summary needs pandas: pip install" in concbench("ladder").err
    assert concbench("ladder", "--diff", "selector").code == 0


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        (rungs("spawn", 10, yield_from=100.0, idle_sleep=200.0), "×2.00"),
        (
            rungs("spawn", 10, of={"outcome": EXHAUSTED}, yield_from=1.0),
            "yield-from: exhausted: no more threads",
        ),
    ],
    ids=["two rungs", "none"],
)
def test_what_an_interrupted_ladder_has_is_told_and_how_to_go_on(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: list[Cell], told: str
) -> None:
    to, run = tmp_path / "ladder.jsonl", run_of(*measured)
    to.write_bytes(b"".join(map(line_of, [plain(run.header), *map(plain, run.records)])))
    monkeypatch.setattr(runs, "ladder", lambda **_: RunResult(to, complete=False))
    said = concbench("ladder")
    assert said.code == 130
    assert told in said.out
    assert f"interrupted; go on with: concbench run --resume {to}" in said.err
    assert f"&& concbench ladder {to}" in said.err
    assert concbench("ladder", "--json").code == 130


def test_a_run_without_two_rungs_says_so(concbench: Caller) -> None:
    example = Path(__file__).parents[2] / "reports" / "example.jsonl.gz"
    said = concbench("ladder", example)
    assert said.code == 2
    assert "holds no step of the ladder, two rungs with figures at one point" in " ".join(said.err.split())


def test_whoever_interrupts_the_tables_is_told_where_the_run_file_is(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("concbench.report.terminal.ladder.print_ladder", interrupted)
    said = concbench("ladder", *FEW, "-o", tmp_path / "ladder.jsonl")
    assert said.code == 130
    assert f"run file: {tmp_path / 'ladder.jsonl'}" in said.out
