"""Every document that a message refers to can be printed, wherever concbench was installed from."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import concbench as package
from concbench.commands import EPILOG, VERBS
from concbench.commands.topics import topics
from concbench.documents import documents

from .concbench import Caller

SOURCES = Path(package.__file__).parent


def test_documents_are_named_and_printed(concbench: Caller) -> None:
    assert "PLUGINS" in concbench("docs").out
    for name in ("PLUGINS", "plugins", "docs/PLUGINS.md"):
        assert concbench("docs", name).out == documents()["PLUGINS"].read_text(encoding="utf-8")


def test_an_unknown_document_is_refused_with_the_known_ones(concbench: Caller) -> None:
    said = concbench("docs", "NOPE")
    assert said.code == 2
    assert "BIAS, " in said.err


def strings(path: Path) -> Iterator[str]:
    """Yield the strings of a source that may be said to somebody: docstrings are not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def test_no_message_names_a_document_by_a_path_that_only_a_clone_has() -> None:
    said = [(path.name, one) for path in SOURCES.rglob("*.py") for one in strings(path)]
    assert [(name, one) for name, one in said if re.search(r"docs/[A-Z]+\.md", one)] == []


def test_what_messages_refer_to_is_there_and_is_built_into_the_wheel() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    named = set(re.findall(r"concbench docs ([A-Z]+)", text))
    assert {"PLUGINS", "TABLE", "TUTORIAL"} <= named <= set(documents())
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["docs"] == "concbench/docs"


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_of_a_verb_what_its_option_says(concbench: Caller, verb: str) -> None:
    assert concbench("help", verb).out == concbench(verb, "--help").out


def test_help_prints_documents_and_topics_and_names_them_all(concbench: Caller) -> None:
    all_of_them = concbench("help").out
    assert all_of_them.startswith(concbench("--help").out)
    for name in (*topics(), *documents()):
        assert name in all_of_them
    assert concbench("help", "loads").out == documents()["LOADS"].read_text(encoding="utf-8")
    assert concbench("help", "exit-codes").out.startswith("| code | meaning |")
    assert list(topics()) == [
        "quiet-and-verbose",
        "defaults",
        "completion",
        "extras",
        "exit-codes",
        "environment",
    ]


def test_help_of_nothing_that_there_is_says_what_may_be_meant(concbench: Caller) -> None:
    said = concbench("help", "exit-code")
    assert said.code == 2
    assert "did you mean 'exit-codes'?" in said.err


def test_help_works_whatever_a_file_of_defaults_holds(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.concbench.rnu]")
    assert concbench("help", "run").code == concbench("docs", "CLI").code == 0


def test_the_exit_codes_of_the_document_are_those_of_the_help() -> None:
    told = re.findall(r"^\| (\d+) \|", topics()["exit-codes"], re.MULTILINE)
    assert sorted(told) == sorted(re.findall(r"\b\d+\b", EPILOG.partition("Exit codes")[2]))
