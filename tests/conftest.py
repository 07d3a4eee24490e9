"""What holds for all tests: the garbage collector does not look through what was there before them."""

import gc

import pytest


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Freeze modules, tests and fixtures: a collection before each sample would look through them, for 0.2 s.

    What a test makes is not frozen, so what it leaves behind is collected, and complained of, as ever.
    """
    gc.collect()
    gc.freeze()
