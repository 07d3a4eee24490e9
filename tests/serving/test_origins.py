"""Where a side's code comes from: told of what is imported while a test runs too, and heard by children."""

import sys
from pathlib import Path

import pytest

from concbench.drive.served.trial import try_side
from concbench.serving.origins import origins
from concbench.serving.surroundings import lend
from tests.serving.processes import contender, starter


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a side's root, and have another folder searched before it."""
    for name in ("own", "another"):
        for module in ("once_alone", "once_several/__init__", "once_space/part"):
            file = tmp_path / name / f"{module}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        monkeypatch.syspath_prepend(tmp_path / name)
    (tmp_path / "another/once_only.py").touch()
    return [str(tmp_path / "own")]


def test_modules_that_are_not_imported_yet_are_told_where_they_will_be_from(
    roots: list[str], tmp_path: Path
) -> None:
    setup = {"roots": roots, "modules": ["once_alone", "once_several", "once_only"]}
    found = origins(setup)
    assert found["once_alone"] == str(tmp_path / "another/once_alone.py")
    assert found["once_several"] == str(tmp_path / "another/once_several")
    assert "once_only" not in found
    assert "once_alone" not in sys.modules


def test_what_lies_in_a_namespace_is_told_where_it_is_another_s(roots: list[str], tmp_path: Path) -> None:
    try:
        __import__("once_space.part")
        setup = {"roots": roots, "modules": []}
        assert origins(setup)["once_space.part"] == str(tmp_path / "another/once_space/part.py")
        setup["roots"] = [str(tmp_path / "another")]
        assert "once_space.part" not in origins(setup)
    finally:
        for name in ("once_space", "once_space.part"):
            sys.modules.pop(name, None)


LATE = """
import subprocess, sys

def test_late(benchmark):
    sys.path.insert(0, {another!r})
    import once_only
    benchmark(len, "")

def test_child(benchmark):
    benchmark.pedantic(subprocess.check_call, [[sys.executable, "-S", "-c", "import own"]])
"""


def test_what_only_a_running_test_imports_is_told_and_its_children_import_the_side_s(
    roots: list[str], tmp_path: Path
) -> None:
    del roots  # the folders are what is used of them
    project = tmp_path / "project"
    for name in ("benchmarks", "src"):
        (project / name).mkdir(parents=True)
    (project / "src/own.py").touch()
    (project / "benchmarks/test_late.py").write_text(LATE.format(another=str(tmp_path / "another")))
    trial = try_side(starter(project).start, contender(), 60.0)
    assert {name.partition("::")[2]: one.outcome for name, one in trial.tests.items()} == {
        "test_late": None,
        "test_child": None,
    }
    assert trial.origins["once_only"] == str(tmp_path / "another/once_only.py")


def test_commands_are_those_of_the_side_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", "/env")
    monkeypatch.setattr("sys.executable", "/env/bin/python")
    environ = {"PATH": "/bin", "PYTHONPATH": "/mine"}
    lend({"roots": []}, environ)
    assert environ == {"PATH": "/env/bin:/bin"}
    monkeypatch.setattr("sys.prefix", sys.base_prefix)
    lend({"roots": ["/a", "/b"]}, environ)
    assert environ == {"PATH": "/env/bin:/bin", "PYTHONPATH": "/a:/b"}
