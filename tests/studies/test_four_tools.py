"""``python studies/four_tools.py``: one cell by four tools that take turns."""

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import four_tools as command
from one_cell.tools import TOOLS, Failed, Task, Tool

TURNS = 3


def task_in(folder: Path, model: str = "generator") -> Task:
    return Task("spawn", model, {"tasks": 10}, 5, TURNS, str(folder / "turns"))


def times(**ratios: float) -> dict[str, Sequence[float]]:
    """Times of a round in which a tool takes so many times as long as ours, whatever the machine does."""
    ours = [1.0, 2.0, 1.5]
    return {command.OURS: ours, **{name: [ratio * one for one in ours] for name, ratio in ratios.items()}}


def test_four_tools_take_as_many_turns_each_and_leave_no_process(tmp_path: Path) -> None:
    found = command.one_round(task_in(tmp_path), tmp_path, random.Random(1))
    assert set(found) == {command.OURS, *TOOLS}
    assert {len(samples) for samples in found.values()} == {TURNS}
    assert all(sample > 0 for samples in found.values() for sample in samples)


def test_a_tool_that_fails_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Tool(lambda _task, _folder: [sys.executable, "-c", "raise SystemExit('no such cell')"], len)  # type: ignore[arg-type]
    monkeypatch.setattr(command, "TOOLS", {"pyperf": broken})
    with pytest.raises(Failed, match=r"pyperf did not do its part \(exit code 1\):\nno such cell"):
        command.one_round(task_in(tmp_path), tmp_path, random.Random(1))


def test_a_ratio_is_paired_by_turn() -> None:
    assert command.ratio_of(times(asv=1.25), "asv") == 1.25
    with pytest.raises(Failed, match="asv has 1 samples of 3 turns"):
        command.ratio_of({command.OURS: [1.0, 1.0, 1.0], "asv": [1.0]}, "asv")


@pytest.mark.parametrize(
    ("ratio", "kept"), [(1.0, True), (1.049, True), (0.951, True), (1.06, False), (0.94, False)]
)
def test_a_margin_of_five_percent_is_kept_or_not(ratio: float, kept: bool) -> None:
    verdict = command.verdict([times(asv=ratio)] * 6, "asv")
    assert verdict.ratio == pytest.approx(ratio)
    assert verdict.kept is kept


@pytest.mark.parametrize(("ratio", "code"), [(1.0, 0), (1.2, 1)])
def test_the_exit_code_says_whether_all_agree(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ratio: float, code: int
) -> None:
    monkeypatch.setattr(command, "cpus", tuple)
    found = [times(**dict.fromkeys(TOOLS, ratio))] * 6
    monkeypatch.setattr(command, "measured", lambda _options: found)
    assert command.main(["--json"]) == code
    said = json.loads(capsys.readouterr().out)
    assert {row["tool"]: row["kept"] for row in said["verdicts"]} == dict.fromkeys(TOOLS, code == 0)
    assert command.main([]) == code
    assert capsys.readouterr().out.count("NOT WITHIN") == (0 if code == 0 else len(TOOLS))


@pytest.mark.smoke
def test_a_cell_that_cannot_be_measured_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "cpus", tuple)
    assert command.main(["--workload", "chain", "--model", "polling", "--param", "depth=3"]) == 3
    assert "chain under polling is not-expressible" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--rounds", "5"], ["--rounds", "many"], ["--param", "tasks"], ["--model", "asynchio"]]
)
def test_bad_arguments_are_usage_errors(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.parse(words)
    assert ended.value.code == 2
