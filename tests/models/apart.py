"""Checks of models, made in a process of its own where the model patches the one in which it is opened."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from concbench.models import index

ROOT = Path(__file__).parents[2]


def tried(check: Callable[..., None], name: str, *more: str) -> None:
    """Check a model; skip the test with the reason where it is not available.

    ``check`` is a function of a test module, and takes the model's name and the words ``more``.
    """
    reason = index.get(name).unavailable()
    if reason is not None:
        pytest.skip(reason)
    if not index.get(name).traits.patches:
        check(name, *more)
        return
    apart(check, name, *more)


def apart(check: Callable[..., None], *words: str) -> None:
    """Call a function of a test module in a process of its own."""
    code = f"from {check.__module__} import {check.__name__}; {check.__name__}(*{words!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
