"""Lets tests import the packages of ``studies/``, and leaves all but one smoke test a study to the night."""

import os
import sys
from pathlib import Path

import pytest

# At the end: a script must not hide a package of its name.
sys.path.append(str(Path(__file__).parents[2] / "studies"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder as nightly, unless they are smoke tests."""
    folder = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(folder) and item.get_closest_marker("smoke") is None:
            item.add_marker("nightly")
