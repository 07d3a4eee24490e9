"""Every document that a message refers to can be printed, wherever concbench was installed from."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import concbench as package
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
    assert {"PLUGINS", "TABLE", "SEEDS"} <= named <= set(documents())
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["docs"] == "concbench/docs"
