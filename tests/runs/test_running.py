"""Where a run file goes by default."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from concbench.runs import running

NOW = datetime(2026, 11, 30, 19, 48, 47, tzinfo=UTC)


class Stopped(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Return the one second there is."""
        return NOW.astimezone(tz)


def test_runs_of_one_second_have_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "datetime", Stopped)
    Path("reports").mkdir()
    made = []
    for _ in range(3):
        made.append(running.default_path())
        made[-1].touch(exist_ok=False)
    assert made[0].name.startswith("20261130T194847Z-")
    first = made[0].stem
    assert [path.stem for path in made] == [first, f"{first}-2", f"{first}-3"]
