"""``python studies/served_aa.py``: how often a comparison of a project's own benchmarks is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import served_aa as command
from suites import recorded
from suites.commits import git
from suites.fitting import Prices
from tests.compiled import keep_compiled

FEW = ("--pairs", "1", "--pairs-of-more", "1", "--live", "0", "--replays", "2", "-k", "1us")


@pytest.mark.smoke
def test_pairs_are_recorded_once_and_judged(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    keep_compiled(monkeypatch, tmp_path_factory)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    folder = tmp_path / "pairs"
    asked = [*FEW, "--output", str(folder), "--json"]
    assert command.main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cells"], told["series"], told["recorded"]) == (1, 2, 1)
    assert [(one["model"], one["factor"]) for one in told["powers"]] == [("test_additions[1us]", 1.05)]
    assert sorted(path.name for path in folder.iterdir()) == ["more-001.jsonl", "same-001.jsonl"]
    assert command.main(asked) == 0
    assert len(list(folder.iterdir())) == 2


def test_the_head_does_more_work_in_four_benchmarks_and_says_so(tmp_path: Path) -> None:
    repository = recorded.make(tmp_path / "project")
    assert git(repository, "diff", "base", "same") == ""
    assert git(repository, "diff", "--shortstat", "base", "more").split()[:1] == ["1"]
    script = (
        "import served_work as w; print(*(w.times(n, 1000) for n in ['1us', '100us', '10ms', 'tasks', 'x']))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=repository / "src", capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["1050", "1050", "1050", "1050", "1000"]


def test_all_twenty_benchmarks_are_measured_and_the_injected_are_among_them(tmp_path: Path) -> None:
    folder = tmp_path / "pairs"
    assert command.main([*FEW[:-2], "--pairs-of-more", "0", "--output", str(folder)]) == 0
    (run,) = recorded.files(folder, "same")
    names = [pair.id for pair in run.header.paired or ()]
    assert len(names) == 20
    assert all(any(name.endswith(one) for name in names) for one in recorded.INJECTED.values())


def test_nothing_recorded_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--replay", str(tmp_path)]) == 3
    assert "neither a recorded pair nor a live run" in capsys.readouterr().err


PRICES = Prices(
    cells={"a": 1.0, "b": 2.0, "t": 4.0},
    starts={"pytest": 3.0, "pytest on all CPUs": 5.0},
    groups={"a": "pytest", "b": "pytest", "t": "pytest on all CPUs"},
)


@pytest.mark.parametrize(
    ("budget", "taken", "pairs"),
    [
        (100.0, {"a": 4, "b": 4, "t": 4}, 4),
        (15.0, {"a": 4, "b": 4, "t": 4}, 1),
        (14.9, {"a": 4, "b": 4, "t": 4}, 0),
        (30.0 + 6.0 * 3 + 4.0 * 2, {"a": 9, "b": 5, "t": 2}, 7),
        (30.0 + 6.0 * 3 + 4.0 * 4, {"a": 9, "b": 5, "t": 2}, 9),
    ],
)
def test_who_is_decided_leaves_time_to_the_others(budget: float, taken: dict[str, int], pairs: int) -> None:
    assert PRICES.fitting(budget, taken) == pairs
