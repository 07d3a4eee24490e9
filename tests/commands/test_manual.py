"""The manual page says what the help says, and ``man`` reads it."""

import shutil
import subprocess
from pathlib import Path

import click
import pytest

from concbench.commands import VERBS, cli
from concbench.commands.topics import topics

from .concbench import Caller


@pytest.fixture
def page(concbench: Caller) -> str:
    said = concbench("help", "--man")
    assert (said.code, said.err) == (0, "")
    return said.out


def test_every_verb_option_exit_code_and_variable_is_in_it(page: str) -> None:
    plain = page.replace("\\-", "-")
    root = click.Context(cli)
    for verb in VERBS:
        part = plain.partition(f'\n.SS "concbench {verb} ')[2].partition("\n.SS ")[0]
        command = cli.get_command(root, verb)
        assert command is not None
        shown = [one for one in command.params if not getattr(one, "hidden", False)]
        for option in (one for one in shown if isinstance(one, click.Option)):
            assert all(name in part for name in (*option.opts, *option.secondary_opts)), option.opts
        assert f"  concbench {verb}" in part.partition("\n.nf\n")[2]
    for topic, title in (("exit-codes", "EXIT STATUS"), ("environment", "ENVIRONMENT")):
        part = plain.partition(f"\n.SH {title}\n")[2].partition("\n.SH ")[0]
        assert part.count("\n.B ") == len(topics()[topic].splitlines()) - 2 > 5


def test_man_has_nothing_to_say_against_it(page: str, tmp_path: Path) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff here")
    path = tmp_path / "concbench.1"
    path.write_text(page)
    command = [groff, "-man", "-ww", "-Tutf8", "-k", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "reader of the output went away" in " ".join(done.stdout.split())


def test_no_line_of_text_is_taken_for_a_request(page: str) -> None:
    known = (".TH ", ".SH ", ".SS ", ".TP", ".B ", ".PP", ".nf", ".fi")
    assert [line for line in page.splitlines() if line[:1] in (".", "'") and not line.startswith(known)] == []
