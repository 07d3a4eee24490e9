"""The project that tries the fixture with packages has a test of each one that the study tells of."""

import ast
import re

import pytest

import packages

TESTS = sorted(
    node.name.removeprefix("test_")
    for path in packages.PROJECT.glob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
)
NEEDED = (packages.PROJECT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("package", "distribution"), packages.PACKAGES.items())
def test_a_package_is_tried_and_is_installed_for_it(package: str, distribution: str) -> None:
    assert [name for name in TESTS if name.startswith(package)]
    assert re.search(rf'"{distribution}["\[]', NEEDED)


@pytest.mark.smoke
def test_there_are_at_least_eighteen() -> None:
    assert len(packages.PACKAGES) >= 18
