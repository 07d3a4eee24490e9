"""``python studies/live_tasks_collector.py``: what the garbage collector takes of many live tasks."""

import json

import pytest

import live_tasks_collector as command


@pytest.mark.smoke
def test_a_model_is_measured_with_the_collector_and_without(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["-m", "asyncio", "--tasks", "20000", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["model"], row["tasks"], row["off"]["oldest"]) == ("asyncio", 20000, 0)
    assert row["on"]["oldest"] >= 1
    assert row["on"]["cpu_ns"] > 0 < row["off"]["cpu_ns"]


def test_a_table_has_a_row_for_each_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["-m", "generator", "--tasks", "100,200"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("generator", "100", "200", "its share"))
