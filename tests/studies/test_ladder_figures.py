"""``python studies/ladder_figures.py``: the rungs beside a bare loop."""

import json

import pytest

import ladder_figures as command

SMALL = ["--tasks", "5", "--suspensions", "20", "--repeats", "2", "--sleepers", "50", "--delay", "0.01"]


@pytest.mark.smoke
def test_every_rung_has_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([*SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["bare", *command.NAMES]
    for name in command.NAMES:
        assert told[name]["task"] > 0
        assert 0 < told[name]["asleep"] < 1.5
        assert ("late" in told[name]) == (name not in ("yield-from", "idle-sleep"))


def test_a_table_has_a_row_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(SMALL) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("bare loop", *command.NAMES))
