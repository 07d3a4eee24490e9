"""The fixture where there is no pytest-benchmark: it says what to install."""

from typing import NoReturn

import pytest


@pytest.fixture
def concurrency_benchmark() -> NoReturn:
    """Not usable here: needs pytest-benchmark (``pip install 'concbench[pytest]'``)."""
    pytest.fail(
        "concurrency_benchmark needs pytest-benchmark, which is not installed or is switched off; "
        "install it with: pip install 'concbench[pytest]'",
        pytrace=False,
    )
