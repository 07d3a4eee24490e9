"""Lets tests import the packages of ``studies/``, and leaves all but one smoke test a study to the night."""

import sys
from pathlib import Path

import pytest

# At the end: a script must not hide a package of its name.
sys.path.append(str(Path(__file__).parents[2] / "studies"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder as nightly, unless they are smoke tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("smoke") is None:
            item.add_marker("nightly")
