"""Help that survives ``python -OO``."""

import json
import subprocess
import sys

import pytest

from concbench.commands.docstrings import doc_of


def said(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


EVERY_HELP = """
import json
from click.testing import CliRunner
from concbench.commands import VERBS, cli
asked = [["--help"], *([verb, "--help"] for verb in VERBS), ["list", "--json"]]
print(json.dumps([[*arguments, CliRunner().invoke(cli, arguments).output] for arguments in asked]))
"""


@pytest.mark.nightly
def test_help_is_the_same_without_docstrings() -> None:
    with_them = json.loads(said("-c", EVERY_HELP))
    assert len(with_them) > 10
    assert all(len(words[-1]) > 100 for words in with_them)
    assert json.loads(said("-OO", "-c", EVERY_HELP)) == with_them


def test_what_has_no_source_has_no_docstring() -> None:
    code = "from concbench.commands.docstrings import doc_of; print(repr(doc_of(len) + doc_of(7)))"
    assert said("-OO", "-c", code) == "''\n"
    assert doc_of(said) == ""
