"""Users who have no home, no folder that can be written to, or folders that they may not look into."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from concbench.commands import reporting
from concbench.drive.host.interpreters import Places, find
from concbench.drive.sides.environments import cache_folder
from concbench.drive.sides.installing import EnvironmentFailed

from .concbench import Caller

EXAMPLE = Path(__file__).parents[2] / "reports" / "example.jsonl.gz"
CACHELESS = (
    "Matplotlib requires access to a writable cache directory; set the MPLCONFIGDIR environment variable"
)

WITHOUT_CACHE = """
import sys, tempfile
def full(*_, **__): raise OSError(28, "No space left on device")
tempfile.mkdtemp = full
from concbench.cli import main
main()
"""


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the home away from the user, in the environment and in the user database."""

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_interpreters_are_looked_for_elsewhere(concbench: Caller) -> None:
    places = Places.here()
    assert (places.pyenv, places.uv) == (None, None)
    said = concbench("doctor", "--python", sys.executable, "--seconds", "0.01", "--json")
    assert (said.code, said.json["pythons"]) == (0, [sys.executable])


@pytest.mark.usefixtures("homeless")
def test_without_a_home_there_is_no_folder_for_environments_and_it_is_said_what_to_name(
    concbench: Caller,
) -> None:
    with pytest.raises(EnvironmentFailed, match="HOME is not set"):
        cache_folder()
    said = concbench("compare", "--with", "trio==0.30.0", "--with", "trio==0.31.0", "-m", "asyncio")
    assert said.code == 2
    assert "name a folder of your own in XDG_CACHE_HOME" in said.err


def test_a_folder_of_pyenv_that_may_not_be_looked_into_is_told_of(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def closed(look: Callable[..., Iterator[Path]]) -> Callable[..., Iterator[Path]]:
        def looked(folder: Path, *pattern: str) -> Iterator[Path]:
            if folder.is_relative_to(tmp_path):
                raise PermissionError(13, "Permission denied", str(folder))
            return look(folder, *pattern)

        return looked

    for name in ("iterdir", "glob"):
        monkeypatch.setattr(Path, name, closed(getattr(Path, name)))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find(here) == Path(sys.executable)
    said = concbench("run", "--python", "3.99")
    assert said.code == 2
    assert f"{tmp_path / 'versions'} cannot be read (Permission denied)" in said.err


@pytest.mark.nightly
def test_a_page_without_a_folder_for_what_matplotlib_keeps_is_refused_in_words(tmp_path: Path) -> None:
    arguments = ["report", str(EXAMPLE), "--output", str(tmp_path / "page.html")]
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_CACHE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MPLCONFIGDIR": "/dev/null/nowhere"},
    )
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1].endswith("can be written to; name one with MPLCONFIGDIR")
    assert "Traceback" not in said.stderr


def test_before_a_comparison_it_is_known_that_its_page_could_not_be_drawn(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def cacheless(_name: str) -> None:
        raise OSError(CACHELESS)

    monkeypatch.setattr(reporting, "import_module", cacheless)
    said = concbench("compare", "v0", "v1", "--report", tmp_path / "page.html")
    assert said.code == 2
    assert "name one with MPLCONFIGDIR" in said.err


def test_a_picture_of_lanes_needs_that_folder_too(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Cacheless:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "concbench.report.charts.lanes":
                raise OSError(CACHELESS)

    monkeypatch.delitem(sys.modules, "concbench.report.charts.lanes", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Cacheless(), *sys.meta_path])
    said = concbench("trace", "switch", "-m", "generator", "-o", tmp_path / "lanes.svg")
    assert said.code == 2
    assert "name one with MPLCONFIGDIR" in said.err
    assert "resumed 3 ×" in said.out
