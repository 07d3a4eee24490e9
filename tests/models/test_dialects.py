"""A dialect is two files more: what is there goes on as it is, and says that it has no version for it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import concbench

RUNTIME = '''
@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRuntime(Runtime):
    """``callback``: generators under another name."""


RUNTIMES: '''
WATCHING = """
from concbench.measure.watching.generator import Generators

WATCHING = Generators("callback")
"""
PLUGIN = """
from dataclasses import replace
from concbench.models import generator
from concbench.workloads.basics import spawn

MODELS = [replace(generator.MODEL, name="calling", dialect="callback", lends=set())]
versions = {"callback": spawn.WORKLOAD.versions["generator"]}
WORKLOADS = [replace(spawn.WORKLOAD, name="called", versions=versions)]
"""


def added_to(folder: Path) -> Path:
    """Return a copy of the package that has a dialect more."""
    package = folder / "concbench"
    shutil.copytree(Path(concbench.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    base = package / "models" / "base.py"
    text = base.read_text(encoding="utf-8").replace('"blocking"]', '"blocking", "callback"]')
    text = text.replace('"blocking")', '"blocking", "callback")').replace("\nRUNTIMES: ", RUNTIME)
    text = text.replace("BlockingRuntime,\n}", 'BlockingRuntime,\n    "callback": CallbackRuntime,\n}')
    base.write_text(text, encoding="utf-8")
    (package / "measure" / "watching" / "callback.py").write_text(WATCHING, encoding="utf-8")
    return folder


def test_a_dialect_that_is_added_is_witnessed_and_breaks_no_workload(tmp_path: Path) -> None:
    (tmp_path / "calling.py").write_text(PLUGIN, encoding="utf-8")
    chosen = ("-m", "calling,generator", "-w", "called,switch", "--seed", "1", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "concbench", "verify", "--plugin", "calling.py", *chosen],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(added_to(tmp_path / "src"))},
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = {(one["workload"], one["contender"]): one for one in json.loads(done.stdout)["findings"]}
    assert found["called", "calling"]["outcome"] == found["switch", "generator"]["outcome"] == "ok"
    assert found["switch", "calling"]["reason"] == "switch has no version for callback models"
    assert found["called", "generator"]["reason"] == "called has no version for generator models"
