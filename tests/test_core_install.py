"""``pip install concbench`` alone, in an environment of its own: its weight, what works, and the fixture."""

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parents[1]
MOST = 60_000_000
"""Bytes that all of it may take."""

TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
"""What an environment has anyhow."""

HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "jinja2", "pyperf", "pyarrow")

TEST = """
import asyncio

import pytest


async def fetch(name):
    await asyncio.sleep(0)
    return f"page {name}"


@pytest.mark.concurrency(models=["asyncio"], tasks=[1, 10])
def test_fetch(concurrency_benchmark):
    assert concurrency_benchmark(fetch, "home") == ["page home"] * concurrency_benchmark.tasks
"""


class Installed:
    """An environment, and a folder to work in."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "environment", with_pip=True, symlinks=True)
        self._bin = folder / "environment" / "bin"
        self.folder = folder / "work"
        self.folder.mkdir()
        (self.packages,) = (folder / "environment" / "lib").glob("python*/site-packages")

    def __call__(self, *command: str, code: int = 0) -> str:
        """Call a program of the environment; return what it printed."""
        done = subprocess.run(
            [str(self._bin / command[0]), *command[1:]],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "200", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def install(self, *what: str) -> None:
        self("python", "-m", "pip", "install", "--quiet", *what)

    def bytes(self) -> int:
        """Return what all that is installed takes, but for what installs it."""
        names = (path for path in self.packages.iterdir() if not path.name.startswith(TOOLS))
        files = (file for path in names for file in ([path] if path.is_file() else path.rglob("*")))
        return sum(file.stat().st_size for file in files if file.is_file())

    def there(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if (self.packages / name).exists()]


def test_the_core_is_light_measures_and_with_pytest_benchmark_has_the_fixture(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    core = Installed(tmp_path)
    core.install(str(ROOT))
    with capfd.disabled():  # where pytest-xdist lets it through, too
        sys.stderr.write(f"\nthe core takes {core.bytes() / 1e6:.1f} MB\n")
    assert core.bytes() <= MOST
    assert core.there(HEAVY) == []
    assert "generator" in core("concbench", "list")
    assert "pip install 'concbench[report]'" in core("concbench", "doctor", "--seconds", "0.1")
    assert "ok" in core("concbench", "verify", "-m", "generator", "-w", "spawn")
    assert "resumed 3 ×" in core("concbench", "trace", "switch", "-m", "generator")
    measured = core("concbench", "run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "-o", "run.jsonl")
    assert "1 of 1 cell measured" in measured
    assert "needs numpy" in core("concbench", "show", "run.jsonl", code=2)
    core.install(f"{ROOT}[pytest]")
    assert core.bytes() <= MOST
    assert core.there(HEAVY) == []
    (core.folder / "test_fetch.py").write_text(TEST)
    told = core("python", "-m", "pytest", "-q")
    assert "2 passed" in told
    assert "test_fetch[asyncio-10]" in told


def test_the_readme_s_first_install_tells_and_draws_what_the_core_measured(tmp_path: Path) -> None:
    whole = Installed(tmp_path)
    whole.install(f"{ROOT}[all]")
    assert whole.there(HEAVY) == [name for name in HEAVY if name != "pyarrow"]
    told = whole("concbench", "run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "-o", "run.jsonl")
    assert "report: run.html" in told
    assert "pip install" not in told
    assert "wall" in whole("concbench", "convert", "run.jsonl", "--to", "csv")
