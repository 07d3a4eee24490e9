"""A project of somebody else's: some files in a folder, on which pytest runs in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUICK = ("-p", "no:cacheprovider", "--benchmark-max-time=0.02", "--benchmark-min-rounds=2")
SLOW = ("hypothesispytest", "xdist", "xdist.looponfail", "pytest_cov", "asyncio")
WITHOUT = [word for name in SLOW for word in ("-p", f"no:{name}")]
"""Switches off the plug-ins of others that take longest to load, where all that are installed are loaded."""

ASYNCIO = ("-p", "pytest_asyncio.plugin")
ANYIO = ("-p", "anyio.pytest_plugin")

ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""The environment in which no plug-in is loaded that is not named with ``-p``."""

OURS = ("-p", "concbench.pytest_plugin.plugin")
BOTH = (*OURS, "-p", "pytest_benchmark.plugin")


@dataclass(frozen=True, slots=True)
class Done:
    """How a run of pytest ended, and what it printed."""

    code: int
    out: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with tests."""

    folder: Path

    def run(self, *arguments: str, plugins: Sequence[str] | None = BOTH) -> Done:
        """Run pytest with these plug-ins alone, or with what is installed; return how it ended."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *(WITHOUT if plugins is None else plugins), *arguments],
            cwd=self.folder,
            env={**inherited, "COLUMNS": "200", **({} if plugins is None else ALONE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout)

    def quick(self, *arguments: str, code: int = 0) -> str:
        """Run pytest with few rounds, and return what it printed; it must end with this exit code."""
        done = self.run(*QUICK, *arguments)
        assert done.code == code, done.out
        return done.out

    def figures(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the benchmarks of a JSON file by name."""
        content = json.loads((self.folder / name).read_text())
        return {benchmark["name"]: benchmark for benchmark in content["benchmarks"]}


def project(folder: Path, **files: str) -> Project:
    """Return a project of these files, named without ``.py``."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return Project(folder)
