"""``python studies/other_gates.py``: other tools' gates, and ours, on the same commits."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import other_gates as command
from gates import calls, rates, repository, tools
from gates.calls import Call, Said
from gates.repository import Failed, Repository
from gates.tools import Asv, Concbench, Gate, Pyperf, Task, asv_rows, concbench_lines, pyperf_lines

CELLS = ("spawn/generator", "steps/generator")

ASV_TABLE = """\
| Change  | Before [0faaa09e] <base> | After [389b6a03] <same> |   Ratio | Benchmark (Parameter)             |
|---------|--------------------------|-------------------------|---------|-----------------------------------|
| +       | 70.9±4μs                 | 79.7±4μs                |    1.12 | cells.time_run('steps/generator') |
| -       | 79.7±4μs                 | 70.9±4μs                |    0.89 | cells.time_run('spawn/generator') |

SOME BENCHMARKS HAVE CHANGED SIGNIFICANTLY.
PERFORMANCE DECREASED.
"""

PYPERF_LIST = """\
steps/generator: Mean +- std dev: [base] 6.10 ms +- 0.12 ms -> [same] 6.41 ms +- 0.20 ms: 1.05x slower
spawn/generator: Mean +- std dev: [base] 34.1 us +- 1.2 us -> [same] 33.0 us +- 1.1 us: 1.03x faster

Benchmark hidden because not significant (1): switch/generator

Geometric mean: 1.01x slower
"""


def line(name: str, verdict: str, *, gated: bool = True) -> dict[str, object]:
    workload, _, model = name.partition("/")
    return {"workload": f"gated-{workload}", "model": model, "verdict": verdict, "gated": gated}


def call(**changed: object) -> Call:
    plain = Call(
        tool="asv", setting="default", repetition=1, experiment="same", cells=CELLS, injected=None,
        worse=(), better=(), exit_code=0, seconds=2.0,
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


def fake(path: Path, body: str) -> tuple[str, ...]:
    """Return the command of a tool that has its arguments in ``said``."""
    path.write_text(f"import sys, pathlib\nsaid = sys.argv[1:]\n{body}", encoding="utf-8")
    return (sys.executable, str(path))


def task_in(folder: Path) -> Task:
    where = Repository(folder / "project", folder / "checkouts", folder)
    for tag in ("base", "same"):
        where.checkout(tag).mkdir(parents=True)
    return Task(where, "base", "same", CELLS, folder)


def test_a_table_of_asv_says_what_is_worse_and_better() -> None:
    assert asv_rows(ASV_TABLE) == (("steps/generator",), ("spawn/generator",))
    assert asv_rows("BENCHMARKS NOT SIGNIFICANTLY CHANGED.\n") == ((), ())
    with pytest.raises(Failed, match="asv could not measure steps/generator"):
        asv_rows(ASV_TABLE.replace("| + ", "| ! "))


def test_pyperf_says_what_is_slower_and_faster_but_not_what_it_hides() -> None:
    assert pyperf_lines(PYPERF_LIST) == (("steps/generator",), ("spawn/generator",))


def test_of_concbench_only_what_is_gated_counts_and_every_cell_has_to_be_there() -> None:
    found = [line("steps/generator", "slower"), line("spawn/generator", "slower", gated=False)]
    assert concbench_lines(json.dumps({"lines": found}), CELLS) == (("steps/generator",), ())
    with pytest.raises(Failed, match="concbench says nothing of spawn/generator"):
        concbench_lines(json.dumps({"lines": found[:1]}), CELLS)


@pytest.mark.parametrize(
    ("printed", "code", "agrees"),
    [(True, 1, True), (False, 0, True), (True, 0, False), (False, 1, False)],
)
def test_an_exit_code_of_asv_has_to_agree_with_what_it_prints(
    tmp_path: Path, printed: bool, code: int, agrees: bool
) -> None:
    table = ASV_TABLE if printed else "BENCHMARKS NOT SIGNIFICANTLY CHANGED.\n"
    body = f"print({table!r})\nsys.exit({code} if said[0] == 'continuous' else 0)"
    asv = Asv(fake(tmp_path / "asv.py", body))
    if not agrees:
        with pytest.raises(Failed, match=f"asv ended with {code}"):
            asv.judge(task_in(tmp_path))
        return
    worse = ("steps/generator",) if printed else ()
    assert [(one.worse, one.exit_code) for one in asv.judge(task_in(tmp_path))] == [(worse, code)] * 2


def test_pyperf_measures_both_commits_and_compares_twice(tmp_path: Path) -> None:
    log = tmp_path / "log"
    body = f"with open({str(log)!r}, 'a') as f: print(*said, file=f)\nprint({PYPERF_LIST!r})"
    said = Pyperf(["--fast"], fake(tmp_path / "python.py", body)).judge(task_in(tmp_path))
    assert [one.worse for one in said] == [("steps/generator",)] * 2
    assert [one.exit_code for one in said] == [None, None]
    first, second, *compared = log.read_text().splitlines()
    assert "base" in first
    assert "--fast" in second
    assert [words.split()[:3] for words in compared] == [["-m", "pyperf", "compare_to"]] * 2
    assert compared[1].endswith("--min-speed 3")


def test_concbench_is_asked_for_the_cells_and_its_exit_code_kept(tmp_path: Path) -> None:
    found = json.dumps({"lines": [line(CELLS[0], "same"), line(CELLS[1], "slower")]})
    body = (
        f"assert said[said.index('-w') + 1] == 'gated-spawn,gated-steps', said\nprint({found!r})\nsys.exit(1)"
    )
    (said,) = Concbench("9s", fake(tmp_path / "concbench.py", body)).judge(task_in(tmp_path))
    assert (said.worse, said.exit_code, said.setting) == (("steps/generator",), 1, "compare --budget 9s")


def test_a_tool_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="ended with 4:\nno such cell"):
        Concbench("9s", fake(tmp_path / "x.py", "print('no such cell')\nsys.exit(4)")).judge(
            task_in(tmp_path)
        )


def test_the_commits_are_the_same_files_or_take_one_and_a_twentieth_times_the_steps(tmp_path: Path) -> None:
    where = repository.make(tmp_path)
    base, same = ((where.checkout(tag) / "work.py").read_bytes() for tag in ("base", "same"))
    assert base == same
    study = command.Study(command.WORKLOADS, command.MODELS, (), "9s", 1)
    counts = list(command.confirm(study, where))
    assert [one["cell"] for one in counts] == [f"steps/{model}" for model in repository.DIALECTS]
    assert {(one["base"], one["head"]) for one in counts} == {(200_000, 210_000)}
    assert repository.counted(where, "more-generator", "asyncio") == 200_000


def test_work_that_was_not_increased_is_no_experiment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "counted", lambda *_: 100)
    study = command.Study(("steps",), ("generator",), (), "9s", 1)
    with pytest.raises(Failed, match="takes 100 steps at base, 100 at head"):
        list(command.confirm(study, Repository(tmp_path, tmp_path, tmp_path)))


def test_rates_count_runs_cells_and_what_was_found() -> None:
    more = {"experiment": "more", "injected": "steps/generator"}
    said = [
        call(worse=("spawn/generator",), exit_code=1),
        call(repetition=2, seconds=4.0),
        call(**more, worse=("steps/generator",), exit_code=1),
        call(**more, repetition=2, worse=("spawn/generator",), exit_code=1),
    ]
    (row,) = rates.rows(said)
    assert (row.runs.hits, row.runs.trials) == (1, 2)
    assert (row.cells.hits, row.cells.trials) == (2, 6)
    assert (row.found.hits, row.found.trials) == (1, 2)
    assert row.seconds == 3.0
    assert "1 of 2 (1–99 %) | 2 of 6 (33.3 %)" in rates.as_markdown([row])


def test_a_call_about_a_cell_that_was_not_measured_is_refused() -> None:
    with pytest.raises(Failed, match="asv spoke of cells that it was not given: chain/asyncio"):
        call(worse=("chain/asyncio",))


class Silent:
    """A gate that finds nothing, and counts how often it was asked."""

    name = "asv"
    asked = 0

    def missing(self) -> str | None:
        return None

    def judge(self, _task: Task) -> Sequence[Said]:
        self.asked += 1
        return [Said(setting="default", worse=(), better=(), exit_code=0)]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Silent:
    gate = Silent()
    found: dict[str, Gate] = {"asv": gate}
    monkeypatch.setattr(command.Study, "gates", lambda _study: found)
    return gate


def test_an_interrupted_study_goes_on_where_it_was(
    tmp_path: Path, silent: Silent, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gates.jsonl"
    words = ["--workload", "steps", "--model", "generator", "--output", str(path)]
    assert command.main([*words, "--repetitions", "1"]) == 0
    with path.open("a", encoding="utf-8") as file:
        file.write('{"type": "call", "tool": "as')
    assert command.main([*words, "--repetitions", "2"]) == 0
    assert silent.asked == 4
    assert len(calls.calls_in(calls.read(path))) == 4
    capsys.readouterr()
    assert command.main(["--replay", str(path)]) == 0
    assert "| asv | default | 0 of 2" in capsys.readouterr().out
    assert command.main([*words, "--seed", "2"]) == 3
    assert "holds another study" in capsys.readouterr().err


def test_a_tool_that_is_not_installed_is_named(
    silent: Silent, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gates.tools.find_spec", lambda _name: None)
    monkeypatch.setattr(silent, "missing", Asv().missing)
    assert command.main([]) == 2
    assert "asv: asv, virtualenv not installed: python -m pip install '.[asv]'" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "", "{}x\n"])
def test_a_file_that_says_nothing_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    path = tmp_path / "gates.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert command.main(["--replay", str(path)]) == 3
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--repetitions", "0"], ["--tools", "asw"], ["--model", "trio"]])
def test_bad_arguments_are_usage_errors(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.parse(words)
    assert ended.value.code == 2


@pytest.mark.smoke
def test_the_projects_cells_run_as_functions_and_judge_themselves(tmp_path: Path) -> None:
    where = repository.make(tmp_path)
    program = "import running\nfor name in running.CELLS: running.cell(name)()\nprint(len(running.CELLS))"
    done = tools.run(
        [sys.executable, "-c", program],
        tmp_path,
        {"PYTHONPATH": os.pathsep.join([str(where.checkout("base")), tools.library()]),
         tools.CELLS: json.dumps(command.Study(command.WORKLOADS, command.MODELS, (), "", 1).cells)},
        expected=[0],
    )  # fmt: skip
    assert done.output == "20\n"
