"""What holds for all tests: the garbage collector does not look through what only the test runner holds."""

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Freeze all modules and tests: a collection before each sample would look through them, in 0.2 s each.

    Nothing that a test makes is frozen, so what it leaves behind is collected, and complained of, as ever.
    """
    gc.collect()
    gc.freeze()
