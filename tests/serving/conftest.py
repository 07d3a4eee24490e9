"""Processes that serve tests of pytest load no plug-in that is merely installed: they start twice as soon."""

from collections.abc import Iterator

import pytest

from tests.pytest_plugin.project import ALONE


@pytest.fixture(scope="module", autouse=True)
def alone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ALONE.items():
            patch.setenv(name, value)
        yield
