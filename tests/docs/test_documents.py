"""The documents keep their word: links lead somewhere, commands exist, examples work."""

import re
import shlex
from pathlib import Path

import click
import pytest

from concbench.commands import EPILOG, cli
from concbench.drive.presets import EFFORTS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def code_lines(document: Path) -> list[str]:
    """Return the lines of a document's shell blocks."""
    blocks = re.findall(r"^```(?:sh|text)\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)
    return [
        line.removeprefix("$ ").partition("  #")[0].strip() for block in blocks for line in block.splitlines()
    ]


COMMANDS = [
    pytest.param(line, id=f"{document.name}: {line}")
    for document in DOCUMENTS
    for line in code_lines(document)
    if line.startswith("concbench ")
]

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IN_WORKFLOWS = [
    pytest.param(f"concbench {words}", id=f"{path.name}: concbench {words}")
    for path in WORKFLOWS
    for words in re.findall(r"^[ -]*(?:run: )?(?:[\w./-]*/)?concbench (\w.*)$", path.read_text(), re.M)
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_the_workflow_uses_the_command() -> None:
    assert len(IN_WORKFLOWS) >= 3


@pytest.mark.parametrize("line", [*COMMANDS, *IN_WORKFLOWS])
def test_every_command_in_a_document_or_workflow_is_one_that_the_command_line_takes(line: str) -> None:
    words = shlex.split(line)[1:]
    context = click.Context(cli)
    verb = cli.get_command(context, words[0])
    assert verb is not None
    known = {option for parameter in verb.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.partition("=")[0] for word in words[1:] if word.startswith("-")}
    assert used <= known | {"--help"}


def test_the_readme_gives_one_line_to_run_and_one_line_to_test() -> None:
    lines = code_lines(ROOT / "README.md")
    assert [line for line in lines if "pip install" in line] == [
        "python -m pip install '.[all]' && concbench run",
        "python -m pip install '.[test]' && python -m pytest -n 3",
    ]


def test_no_document_names_a_path_of_one_machine() -> None:
    named = [
        (document.name, found)
        for document in DOCUMENTS
        for found in re.findall(r"(?<![\w.])/(?:root|home|work|tmp)/\S*", document.read_text())
    ]
    assert named == []


def test_how_long_a_run_takes_is_told_one_way() -> None:
    told = "one to two minutes on two cores"
    for words in ((ROOT / "README.md").read_text(), (ROOT / "docs/METHODOLOGY.md").read_text(), EPILOG):
        assert told in words
        assert not re.search(r"quick.{0,20}90 s", words)


def test_the_readme_names_every_document() -> None:
    linked = set(re.findall(r"^\| \[\w+\]\((\S+?)\) \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert linked == {path.relative_to(ROOT).as_posix() for path in DOCUMENTS} - {"README.md"}


def test_how_long_a_preset_may_fill_a_block_is_told_as_it_is() -> None:
    seconds = [f"{effort.block_ns / 1e9:g}" for effort in EFFORTS.values()]
    assert f"({seconds[0]}, {seconds[1]} or {seconds[2]} s)" in (ROOT / "docs/METHODOLOGY.md").read_text()
