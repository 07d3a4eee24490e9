"""Packages that models need: what is told of those that are missing, broken, or of no known version."""

from pathlib import Path

import pytest

from concbench.models.packages import INSTALL, lacking, released


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which modules are found."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise RuntimeError('no luck')", "cannot be imported: RuntimeError: no luck, at "),
        ("raise SystemExit(3)", "cannot be imported: SystemExit: 3, at "),
        ("import none_such", "cannot be imported: No module named 'none_such'"),
    ],
)
def test_a_package_that_cannot_be_imported_is_lacking_and_it_is_told_why(
    folder: Path, code: str, told: str
) -> None:
    (folder / "broken_package_of_tests.py").write_text(code)
    assert f"broken_package_of_tests {told}" in (lacking("broken_package_of_tests") or "")


def test_a_package_that_is_not_there_can_be_installed_by_a_command() -> None:
    assert lacking("none_such", "for nobody") == f"none_such is not installed (for nobody): {INSTALL}"


@pytest.mark.parametrize("metadata", [None, "Name: a-package-of-tests\n"])
def test_a_module_may_be_there_whose_version_nothing_says(folder: Path, metadata: str | None) -> None:
    if metadata is not None:
        about = folder / "a_package_of_tests-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(metadata)
    assert released("a-package-of-tests") == "a-package-of-tests (its version is not known)"
