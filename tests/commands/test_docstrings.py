"""Help that survives ``python -OO``."""

import subprocess
import sys

import pytest

from concbench.commands import VERBS
from concbench.commands.docstrings import doc_of


def said(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(
    "arguments", [("--help",), *((verb, "--help") for verb in VERBS), ("list", "--json")]
)
def test_help_is_the_same_without_docstrings(arguments: tuple[str, ...]) -> None:
    assert said("-OO", "-m", "concbench", *arguments) == said("-m", "concbench", *arguments)


def test_what_has_no_source_has_no_docstring() -> None:
    code = "from concbench.commands.docstrings import doc_of; print(repr(doc_of(len) + doc_of(7)))"
    assert said("-OO", "-c", code) == "''\n"
    assert doc_of(said) == ""
