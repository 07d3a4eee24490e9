"""What only the night runs leaves a test behind that runs always."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def marked(path: Path) -> list[set[str]]:
    """Return the names of the marks of each test of a file."""
    tests = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return [{ast.unparse(mark).rpartition(".")[2] for mark in test.decorator_list} for test in tests]


def of(path: Path) -> str:
    return str(path.relative_to(HERE))


@pytest.mark.parametrize("path", sorted((HERE / "studies").glob("test_*.py")), ids=of)
def test_every_study_has_one_smoke_test(path: Path) -> None:
    assert sum("smoke" in marks for marks in marked(path)) == 1


NIGHTLY = [path for path in sorted(HERE.rglob("test_*.py")) if "mark.nightly" in path.read_text()]


@pytest.mark.parametrize("path", NIGHTLY, ids=of)
def test_a_file_with_nightly_tests_has_others(path: Path) -> None:
    assert any("nightly" not in marks for marks in marked(path))
