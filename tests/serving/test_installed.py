"""Tests of a project that is installed import what is installed, whatever lies beside them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import os, sys, pytest
from concbench.serving.tests.installed import Installed
options = ["-q", "-s", "-p", "no:cacheprovider"]
setup = {"folder": os.getcwd(), "paths": sys.argv[1:], "modules": ["loops"]}
sys.exit(pytest.main([*options, *sys.argv[1:]], plugins=[Installed(setup)]))
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
    printed = tried(tmp_path, {**FILES, "checkout/pytest.ini": f"[pytest]\n{options}\n"}, "benchmarks")
    assert where in printed


FIXTURE = "import pytest\n@pytest.fixture\ndef {0}(): return '{0}'\n"
INSIDE = {
    "built/loops/__init__.py": "WHERE = 'what is built'",
    "checkout/loops/__init__.py": "WHERE = 'the sources'",
    "checkout/loops/conftest.py": FIXTURE.format("outer"),
    "checkout/loops/tests/__init__.py": "",
    "checkout/loops/tests/helper.py": "from loops import WHERE",
    "checkout/loops/tests/benchmarks/__init__.py": "",
    "checkout/loops/tests/benchmarks/conftest.py": FIXTURE.format("near"),
    "checkout/loops/tests/benchmarks/test_a.py": """
from loops.tests.helper import WHERE
def test(outer, near): print(outer, near, WHERE)
def test_no_module_of_the_sources_is_had():
    try:
        import loops.fast
    except ImportError:
        return
    raise AssertionError("it was not built")
""",
    "checkout/loops/fast.py": "",
}


@pytest.mark.parametrize("built_too", [False, True])
@pytest.mark.parametrize(
    "path", ["loops/tests/benchmarks", "loops/tests/benchmarks/test_a.py::test", "loops/tests"]
)
def test_tests_inside_of_a_package_try_what_is_built(tmp_path: Path, path: str, built_too: bool) -> None:
    inner = {name.replace("checkout", "built"): text for name, text in INSIDE.items() if "/fast" not in name}
    printed = tried(tmp_path, {**(inner if built_too else {}), **INSIDE}, path)
    assert "outer near what is built" in printed


def tried(folder: Path, files: dict[str, str], path: str) -> str:
    """Run tests in a process of its own, which has what is built; return what it printed."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    environ = {**os.environ, "PYTHONPATH": str(folder / "built"), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-P", "-c", RUN, path]
    ran = subprocess.run(
        command, cwd=folder / "checkout", env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
