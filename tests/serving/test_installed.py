"""Tests of a project that is installed import what is installed, whatever lies beside them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import sys, pytest
from concbench.serving.tests.installed import Installed
options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:concbench"]
sys.exit(pytest.main([*options, "benchmarks"], plugins=[Installed()]))
"""

FILES = {
    "built/loops.py": "WHERE = 'what is built'",
    "checkout/loops.py": "WHERE = 'the sources'",
    "checkout/conftest.py": "import loops",
    "checkout/benchmarks/__init__.py": "",
    "checkout/benchmarks/helper.py": "from loops import WHERE",
    "checkout/benchmarks/test_a.py": "from benchmarks.helper import WHERE\ndef test(): print(WHERE)\n",
}


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ("", "what is built"),
        ("addopts = --import-mode=prepend", "the sources"),
        ("pythonpath = .", "the sources"),
    ],
)
def test_sources_beside_the_tests_are_searched_last_unless_the_project_says_otherwise(
    tmp_path: Path, options: str, where: str
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "checkout/pytest.ini").write_text(f"[pytest]\n{options}\n")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "built"), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-P", "-c", RUN]
    ran = subprocess.run(
        command, cwd=tmp_path / "checkout", env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert where in ran.stdout
