"""The study of how long a history takes: its folders are whole folders of asv's results."""

from pathlib import Path

import pytest

import history_cost
from concbench.results.asv import read_asv


@pytest.mark.smoke
def test_a_folder_that_is_made_up_is_read_whole(tmp_path: Path) -> None:
    told: list[str] = []
    assert history_cost.make(tmp_path / "results", 2) == 12
    history = read_asv(tmp_path / "results", told.append)
    assert told == []
    assert history.machines == history_cost.MACHINES
    assert len(history.commits) == 2
    assert len({series.benchmark for series in history.series}) == history_cost.BENCHMARKS
    assert all(len(series.points) == 12 for series in history.series)


def test_the_command_s_time_is_told_with_what_it_prints(tmp_path: Path) -> None:
    history_cost.make(tmp_path / "results", 1)
    seconds, cpu_seconds, said = history_cost.measure(tmp_path / "results")
    assert seconds > 0
    assert cpu_seconds > 0
    assert said.startswith("Nothing can be told yet of 720 traces over 1 commit: ")
