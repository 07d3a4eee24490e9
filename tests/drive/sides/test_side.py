"""How a side tells where something is: by its place in the repository, not in a folder that is gone soon."""

from pathlib import Path

import pytest

from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place


@pytest.fixture
def built(tmp_path: Path) -> Side:
    """Return a side that is installed in an environment of its own."""
    for file in ("base/src/loops/__init__.py", "base/flat.py", "head/plugin.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    return Side(
        label="base",
        place=Place(tmp_path / "kept/bin/python", built=True),
        folder=tmp_path / "base",
        plugins=(str(tmp_path / "head/plugin.py"),),
        homes=(tmp_path / "kept",),
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("in base/tests/a.py:3: no", "in tests/a.py:3: no"),
        ("kept/lib/python3.11/site-packages/loops/__init__.py:1: no", "src/loops/__init__.py:1: no"),
        ("kept/lib/python3.11/site-packages/flat.py:1: no", "flat.py:1: no"),
        ("kept/lib/python3.11/site-packages/other.py:1: no", "lib/python3.11/site-packages/other.py:1: no"),
        ("head/plugin.py: no", "plugin.py: no"),
    ],
)
def test_a_file_is_told_by_its_place_in_the_repository(
    tmp_path: Path, built: Side, said: str, told: str
) -> None:
    words = said.replace("in base", f"in {tmp_path}/base").replace("kept", f"{tmp_path}/kept")
    assert built.told(words.replace("head", f"{tmp_path}/head")) == told
