"""Every document that a message refers to can be printed, wherever concbench was installed from."""

import re
import tomllib
from pathlib import Path

import concbench as package
from concbench.commands.docs import documents

from .concbench import Caller

SOURCES = Path(package.__file__).parent


def test_documents_are_named_and_printed(concbench: Caller) -> None:
    assert "PLUGINS" in concbench("docs").out
    for name in ("PLUGINS", "plugins", "docs/PLUGINS.md"):
        assert concbench("docs", name).out == documents()["PLUGINS"].read_text(encoding="utf-8")


def test_an_unknown_document_is_refused_with_the_known_ones(concbench: Caller) -> None:
    said = concbench("docs", "NOPE")
    assert said.code == 2
    assert "there are BIAS" in said.err


def test_what_messages_refer_to_is_there_and_is_built_into_the_wheel() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    named = set(re.findall(r"concbench docs ([A-Z]+)", text))
    assert {"PLUGINS", "TABLE"} <= named <= set(documents())
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["docs"] == "concbench/docs"
