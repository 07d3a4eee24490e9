"""``concbench history``: run files or asv's results over commits, what is said, and what is refused."""

import errno
import json
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.report.made_up import Cell, Cost, always, run_of
from tests.report.pages import parsed, written
from tests.report.paired import comparison_with, measured
from tests.results.examples import plain

from .concbench import Caller

ASV = Path(__file__).parents[1] / "results" / "files" / "asv"
COMMITS, AT = 30, 18


def drawn(costs: np.ndarray) -> Cost:
    """Return the cost of each generation as it was drawn."""
    return lambda generation, _round: float(costs[generation])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of run files, one a commit; the cost of alpha is 10 % higher from the 19th on."""
    folder = tmp_path_factory.mktemp("runs")
    level = 100.0 * np.exp(0.02 * np.random.default_rng(1).standard_normal((COMMITS, 7)))
    level[AT:] *= 1.1
    for number, mine in enumerate(level):
        date = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)
        commit = f"{0xABC00000 + number:08x}{number:032x}"
        run = run_of(
            Cell(contender="alpha", cost=drawn(mine)),
            Cell(contender="beta", cost=always(100.0), workload="timers"),
            environment={
                "identity": {"machine": "box", "commit": commit},
                "repository": {"commit": commit, "date": date.isoformat(), "dirty": False},
                "machine": {"id": "box"},
            },
            run=f"{number:032x}",
        )
        written(run, folder / f"{number:02}.jsonl")
    return folder


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Call the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_found_is_said_first_and_the_step_has_a_row(concbench: Caller, runs: Path) -> None:
    said = concbench("history", runs, "--metric", "wall")
    assert said.code == 0
    first, *rest = said.out.splitlines()
    assert first.startswith("1 of 2 traces over 30 commits changed, the last time at ")
    (row,) = [line for line in rest if "spawn.wall" in line]
    assert "× 1.1" in row or "× 1.0" in row
    assert "abc000" in row
    assert "alpha" in row


def test_the_json_has_every_trace_with_its_steps(concbench: Caller, runs: Path) -> None:
    said = concbench("history", runs, "--json", "-w", "spawn", "--metric", "wall")
    (trace,) = said.json["history"]
    assert (trace["benchmark"], trace["model"], trace["commits"]) == ("spawn.wall", "alpha", COMMITS)
    (step,) = trace["steps"]
    assert step["low"] <= 1.1 <= step["high"]
    assert abs(int(step["at"][:8], 16) - 0xABC00000 - AT) <= 2


def test_a_page_has_the_section_of_the_report(concbench: Caller, runs: Path, folder: Path) -> None:
    said = concbench("history", runs, "--html", "page.html", "--model", "alpha", "--metric", "wall")
    assert (said.code, said.out.splitlines()[-1]) == (0, "page: page.html")
    page = parsed((folder / "page.html").read_text(encoding="utf-8"))
    assert [element["id"] for element in page.all("section")] == [
        "history",
        "history-charts",
        "history-steps",
        "history-traces",
        "references",
    ]
    assert "1 of 1 trace over 30 commits changed, the last time at abc0" in page.text


def test_the_report_takes_the_same_folder(concbench: Caller, runs: Path) -> None:
    there = concbench("report", "--history", runs, "--json").json["history"]
    assert there == concbench("history", runs, "--json").json["history"]


def test_results_of_asv_are_read_alone_and_beside_runs(concbench: Caller, runs: Path) -> None:
    alone = concbench("history", ASV, "--json").json["history"]
    both = concbench("history", runs, ASV, "--json").json["history"]
    assert alone
    assert both[-len(alone) :] == alone
    assert len(both) == len(alone) + 4


def test_a_single_file_is_a_history_of_one_commit(concbench: Caller, runs: Path) -> None:
    said = concbench("history", runs / "00.jsonl")
    assert said.code == 0
    assert "commits before a step can be told from noise" in said.out
    assert "one commit is too few" in said.out


def test_only_later_commits_are_looked_at_with_since(concbench: Caller, runs: Path) -> None:
    said = concbench("history", runs, "--since", "2026-03-11", "--json", "--metric", "wall")
    assert {trace["commits"] for trace in said.json["history"]} == {20}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--workload", "nothing"], "--workload 'nothing' is not in the history; there are spawn, timers"),
        (["--model", "gamma"], "--model 'gamma' is not in the history; there are alpha, beta"),
        (["--metric", "colour"], "--metric 'colour' is not in the history"),
        (["--since", "2027-01-01"], "--since 2027-01-01: the last commit is of 2026-03-30"),
        (["--since", "yesterday"], "yesterday"),
        (["--html", "mine.html"], "mine.html exists already, and is no report of ours"),
    ],
)
def test_wrong_usage_is_told_with_what_there_is(
    concbench: Caller, runs: Path, folder: Path, options: list[str], reason: str
) -> None:
    (folder / "mine.html").write_text("mine")
    said = concbench("history", runs, *options)
    assert said.code == 2
    assert reason in said.err


def test_nothing_named_is_wrong_usage(concbench: Caller) -> None:
    assert concbench("history").code == 2


def test_what_cannot_be_read_is_told_by_its_name(concbench: Caller, runs: Path, folder: Path) -> None:
    (folder / "bad.jsonl").write_text("{}\n")
    for path in ("bad.jsonl", "nowhere.jsonl", "."):
        said = concbench("history", path)
        assert said.code == 5
        assert "bad.jsonl" in said.err or "nowhere.jsonl" in said.err
    (folder / "empty").mkdir()
    said = concbench("history", "empty")
    words = " ".join(said.err.split())
    for sought in (
        "no run file (.jsonl, .jsonl.gz)",
        "no data.js of github-action-benchmark",
        "no results of asv",
    ):
        assert sought in words
    assert said.code == 5


def test_json_beside_run_files_is_named_and_not_read(concbench: Caller, runs: Path, folder: Path) -> None:
    shutil.copytree(runs, folder / "mixed")
    for name, content in (("junk.json", "no JSON"), ("other.json", '{"a": 1}')):
        (folder / "mixed" / name).write_text(content)
    said = concbench("history", "mixed", "--json")
    words = " ".join(said.err.split())
    assert (said.code, words.count("junk.json"), words.count("other.json")) == (0, 1, 1)
    assert "no run file by its name" in words
    assert concbench("history", runs, "--json").err == ""


def comparison(folder: Path) -> Path:
    """Return the run file of a comparison."""
    header, records = comparison_with({"w[tasks=1]/asyncio": 1.0})
    path = folder / "comparison.jsonl"
    lines = [header, *map(plain, measured(header, records).records)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_comparison_is_passed_over_in_a_folder_and_refused_by_name(
    concbench: Caller, runs: Path, folder: Path
) -> None:
    path = comparison(folder)
    said = concbench("history", path)
    assert (said.code, "is a comparison" in said.err) == (5, True)
    said = concbench("history", folder)
    assert (said.code, "holds comparisons alone" in said.err) == (5, True)
    shutil.copy(runs / "01.jsonl", folder)
    said = concbench("history", folder)
    assert (said.code, "1 comparison passed over" in said.err) == (0, True)


def nameless(folder: Path, runs: Path) -> Path:
    """Return a run file that names no commit, as an installed concbench that is no checkout writes it."""
    lines = (runs / "00.jsonl").read_text().splitlines()
    header = json.loads(lines[0]) | {"run": "f" * 32}
    header["environment"] = {"identity": {"machine": "box", "commit": "unknown"}, "repository": None}
    path = folder / "nameless.jsonl"
    path.write_text("\n".join([json.dumps(header), *lines[1:]]) + "\n")
    return path


def test_a_run_without_a_commit_is_passed_over_in_a_folder_and_refused_by_name(
    concbench: Caller, runs: Path, folder: Path
) -> None:
    path = nameless(folder, runs)
    said = concbench("history", path)
    assert (said.code, "pip install -e ." in said.err) == (5, True)
    said = concbench("history", folder)
    assert (said.code, "holds runs without a commit alone" in said.err) == (5, True)
    shutil.copy(runs / "01.jsonl", folder)
    said = concbench("history", folder)
    assert (said.code, "1 run without a commit passed over" in said.err) == (0, True)


def test_a_run_that_is_read_twice_counts_once(concbench: Caller, runs: Path, folder: Path) -> None:
    once = concbench("history", runs, "--json").json
    shutil.copy(runs / "01.jsonl", folder / "copy.jsonl")
    said = concbench("history", runs, folder, runs / ".." / runs.name, "--json")
    assert said.json["history"] == once["history"]
    assert "1 run that was read before passed over" in said.err


def test_a_run_whose_end_is_missing_is_used_and_told(concbench: Caller, runs: Path, folder: Path) -> None:
    whole = (runs / "00.jsonl").read_bytes()
    (folder / "torn.jsonl").write_bytes(whole[: len(whole) - 20])
    said = concbench("history", "torn.jsonl")
    assert (said.code, "torn.jsonl: its end is missing" in said.err) == (0, True)


def test_a_part_of_a_metric_s_name_is_enough_and_a_whole_name_is_that_one(
    concbench: Caller, runs: Path
) -> None:
    told = concbench("history", runs, "--json", "--metric", "wal").json["history"]
    assert {trace["benchmark"] for trace in told} >= {"spawn.wall", "spawn.run_wall"}
    told = concbench("history", runs, "--json", "--metric", "wall").json["history"]
    assert {trace["benchmark"].partition(".")[2] for trace in told} == {"wall"}
    said = concbench("history", runs, "--metric", "nonsense")
    assert (said.code, "wall" in said.err) == (2, True)


def test_two_folders_of_asv_make_one_history(concbench: Caller, folder: Path) -> None:
    whole = concbench("history", ASV, "--json").json["history"]
    (results,) = {
        path.parent for path in ASV.rglob("*.json") if path.name not in ("machine.json", "benchmarks.json")
    }
    files = sorted(path for path in results.iterdir() if path.name not in ("machine.json", "benchmarks.json"))
    for number in range(2):
        half = folder / f"half{number}"
        shutil.copytree(ASV, half)
        for path in files[number::2]:
            (half / path.relative_to(ASV)).unlink()
    said = concbench("history", "half0", "half1", "half0", "--json").json["history"]
    assert said == whole


@pytest.mark.parametrize("command", [("history",), ("report", "--output", "page.html", "--history")])
def test_what_can_be_read_of_asv_is_read_and_what_cannot_is_named_once(
    concbench: Caller, folder: Path, command: tuple[str, ...]
) -> None:
    results = Path(shutil.copytree(ASV, folder / "results"))
    (results / "laptop" / "notes.json").write_text('{"a": 1}')
    path = results / "laptop" / "3461a28f-virtualenv-py3.11.json"
    content = json.loads(path.read_text())
    content["results"]["other.time_sleep"][0] = [1e300]
    path.write_text(json.dumps(content))
    said = concbench(*command, results)
    assert said.code == 0
    assert " ".join(said.err.split()).count("notes.json: JSON, but no result of asv") == 1
    assert "asv update" not in said.err
    assert said.err.count("1e+300") == 1


@pytest.mark.parametrize("command", [("history",), ("report", "--output", "page.html", "--history")])
def test_a_folder_of_which_nothing_can_be_read_ends_with_5(
    concbench: Caller, folder: Path, command: tuple[str, ...]
) -> None:
    results = Path(shutil.copytree(ASV, folder / "results"))
    for path in (results / "laptop").glob("*-*.json"):
        path.write_text("[]")
    said = concbench(*command, results)
    assert said.code == 5
    assert "Error: " in said.err
    assert said.err.count("py3.11.json: ") == 2


def test_a_damaged_run_in_a_folder_is_named_and_one_that_is_named_is_refused(
    concbench: Caller, runs: Path, folder: Path
) -> None:
    mine = Path(shutil.copytree(runs, folder / "runs"))
    (mine / "00.jsonl").write_text("{}\n")
    said = concbench("history", mine)
    assert said.code == 0
    assert said.err.count("00.jsonl") == 1
    assert concbench("history", mine / "00.jsonl").code == 5


@pytest.mark.parametrize("beside", ["runs", "asv"])
def test_what_is_no_regular_file_is_passed_over_in_a_folder_and_named_once(
    concbench: Caller, runs: Path, folder: Path, beside: str
) -> None:
    mine = Path(shutil.copytree(runs if beside == "runs" else ASV, folder / "mine"))
    alone = concbench("history", mine, "--json").json
    names = ["data.js", *(["a.jsonl"] if beside == "runs" else ["laptop/a.json", "benchmarks.json"])]
    for name in names:
        (mine / name).unlink(missing_ok=True)
        os.mkfifo(mine / name)
    said = concbench("history", mine, "--json")
    words = " ".join(said.err.split())
    assert said.code == 0
    assert [words.count(f"{name}: is a named pipe, and no") for name in names] == [1] * len(names)
    assert len(said.json["history"]) == len(alone["history"])


def test_the_action_s_data_that_cannot_be_read_is_named_and_the_runs_beside_it_are_read(
    concbench: Caller, runs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Path(shutil.copytree(runs, folder / "runs"))
    (mine / "data.js").write_text("window.BENCHMARK_DATA = {}")
    (folder / "alone").mkdir()
    shutil.copy(mine / "data.js", folder / "alone")
    opened = Path.open

    def refused(path: Path, *given: Any, **options: Any) -> Any:
        if path.name == "data.js":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *given, **options)

    monkeypatch.setattr(Path, "open", refused)
    said = concbench("history", "runs")
    assert said.code == 0
    assert " ".join(said.err.split()).count("runs/data.js: cannot be read (Permission denied)") == 1
    said = concbench("history", "alone")
    assert (said.code, "Error: alone/data.js: cannot be read (Permission" in said.err) == (5, True)


@pytest.mark.parametrize("command", [("history",), ("report", "--output", "page.html", "--history")])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "data.js", "a" * 300])
def test_a_name_that_leads_nowhere_is_told_with_the_reason(
    concbench: Caller, folder: Path, name: str, command: tuple[str, ...]
) -> None:
    if len(name) < 255:
        (folder / name).symlink_to(name)
    said = concbench(*command, name)
    assert said.code == 5
    assert f"Error: {name}: cannot be read (" in said.err


def test_the_data_of_github_s_action_has_steps_and_more_may_be_better(
    concbench: Caller, folder: Path
) -> None:
    rng = np.random.default_rng(1)
    rates = 1000 * np.exp(0.02 * rng.standard_normal(COMMITS)) * np.where(np.arange(COMMITS) < AT, 1, 0.8)
    runs = [
        {
            "commit": {"id": f"{number:040x}", "timestamp": f"2026-03-{number + 1:02}T00:00:00Z"},
            "date": 1_772_000_000_000 + number,
            "tool": "pytest",
            "benches": [{"name": "test_it", "value": rate, "unit": "iter/sec", "range": "stddev: 0.1"}],
        }
        for number, rate in enumerate(rates)
    ]
    data = {"lastUpdate": 0, "repoUrl": "", "entries": {"Python": runs}}
    (folder / "data.js").write_text(f"window.BENCHMARK_DATA = {json.dumps(data)}")
    (folder / "alone.json").write_text(json.dumps(data))
    (folder / "of any name").write_text(json.dumps(data, indent=2))
    for path in ("data.js", ".", "alone.json", "of any name"):
        said = concbench("history", path)
        assert said.code == 0
        assert "(worse)" in said.out
    (trace,) = concbench("history", "data.js", "--json").json["history"]
    assert trace["better"] == "more"
    assert [step["at"] for step in trace["steps"]] == [f"{AT:040x}"]
    assert trace["steps"][0]["change"] == pytest.approx(0.8, rel=0.03)
    for path in ("data.js", "alone.json"):
        os.mkfifo(fifo := folder / f"{path}.fifo")
        content = (folder / path).read_bytes()
        threading.Thread(target=fifo.write_bytes, args=(content,), daemon=True).start()
        said = concbench("history", fifo.name, "--json")
        assert (said.code, said.json["history"][0]["steps"]) == (0, trace["steps"])
    (folder / "damaged.jsonl").write_text("{")
    said = concbench("history", ".")
    assert (said.code, "(worse)" in said.out) == (0, True)
    assert said.err.count("passed over: damaged.jsonl") == 1
    (folder / "data.js").write_text("window.BENCHMARK_DATA = evil()")
    assert concbench("history", "data.js").code == 5


@pytest.mark.parametrize("beside", ["runs", "asv"])
def test_a_file_that_only_has_the_name_of_the_action_s_data_is_left_alone(
    concbench: Caller, runs: Path, folder: Path, beside: str
) -> None:
    shutil.copytree(runs if beside == "runs" else ASV, folder / "repository")
    alone = concbench("history", "repository", "--json").json
    (folder / "repository" / "data.js").write_text("export const data = [1, 2, 3];\n")
    said = concbench("history", "repository", "--json")
    assert (said.code, said.err, said.json) == (0, "", alone)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("alone.json", '{"lastUpdate": 0, "entries": {"Py', "not JSON: "),
        ("alone.json", '{"lastUpdate": 0, "entries": []}', "entries is [], not an object"),
        ("other.json", '{"benchmarks": []}', "name a file that `concbench run` wrote"),
        ("other", "words", "name a file that `concbench run` wrote"),
    ],
)
def test_nobody_is_told_to_delete_what_may_be_good_data(
    concbench: Caller, folder: Path, name: str, content: str, reason: str
) -> None:
    (folder / name).write_text(content)
    said = concbench("history", name)
    assert said.code == 5
    assert reason in said.err
    assert "delete" not in said.err


def test_of_one_result_of_asv_it_is_said_that_a_history_is_a_folder(concbench: Caller) -> None:
    said = concbench("history", next((ASV / "laptop").glob("*-*.json")))
    assert (said.code, "name the folder of asv's results" in said.err) == (5, True)


def test_no_progress_is_written_where_nobody_watches(concbench: Caller) -> None:
    assert concbench("history", ASV).err == ""
    assert concbench("history", ASV, "--json").err == ""
