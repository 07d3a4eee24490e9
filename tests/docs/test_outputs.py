"""Documented commands give what they gave: of recorded files, in words, tables, pages and charts.

It is kept in ``kept``. Where it is meant to change, ``python -m tests.docs.outputs`` keeps it anew.
"""

import importlib.metadata
import subprocess
import sys
from collections.abc import Mapping

import click
import pytest

from concbench.commands import cli
from tests.docs.outputs import KEPT, ROOT, VERBS, short

NAMES = sorted(path.stem for path in KEPT.glob("*.txt"))
MATPLOTLIB = "3.11"
"""Whose charts are kept: another release may set a letter or a line elsewhere."""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return what the commands give now."""
    folder = tmp_path_factory.mktemp("outputs")
    subprocess.run([sys.executable, "-m", "tests.docs.outputs", str(folder)], cwd=ROOT, check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_command_gives_what_it_gave(given: Mapping[str, str], name: str) -> None:
    if "-chart" in name and not importlib.metadata.version("matplotlib").startswith(f"{MATPLOTLIB}."):
        pytest.skip(f"kept charts are drawn by matplotlib {MATPLOTLIB}")
    assert short(name, given[name]) == (KEPT / f"{name}.txt").read_text(encoding="utf-8")


def test_all_that_they_give_is_kept(given: Mapping[str, str]) -> None:
    assert sorted(given) == NAMES


def test_every_verb_s_help_is_kept() -> None:
    assert set(VERBS) == {"", *cli.list_commands(click.Context(cli))}
