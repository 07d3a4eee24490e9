"""docs/API.md says what the functions do: its programs are run as they stand, one after the other."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from concbench import runs
from concbench.results import queries
from concbench.results.reader import read_run
from tests.commands.concbench import make_quick
from tests.commands.test_compare import PLUGIN
from tests.drive.sides.repositories import repository

DOCUMENT = (Path(__file__).parents[2] / "docs" / "API.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
PROGRAMS = [text for language, text in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    """Run all programs in a folder; return their names, and what each printed."""
    folder = tmp_path_factory.mktemp("api")
    once, twice = ({"mine.py": PLUGIN.format(loops=loops)} for loops in (100, 200))
    repository(folder / "project", once, twice)
    names: dict[str, Any] = {}
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        patch.chdir(folder)
        for program in PROGRAMS:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(program, names)  # noqa: S102  (the document's)
            printed.append(out.getvalue())
    return names | {"folder": folder}, printed


def test_a_run_gives_a_table_of_its_cells(said: tuple[dict[str, Any], list[str]]) -> None:
    names, printed = said
    assert set(names["table"]["model"]) == {"asyncio", "threads"}
    assert printed[0].startswith("model\nasyncio ")


def test_wrong_arguments_are_refused_in_the_words_of_the_document(
    said: tuple[dict[str, Any], list[str]],
) -> None:
    (told,) = [text for language, text in BLOCKS if not language]
    assert said[1][1] == told


def test_a_run_and_a_comparison_are_drawn(said: tuple[dict[str, Any], list[str]]) -> None:
    names, _ = said
    assert "asyncio" in (names["folder"] / "switch.html").read_text(encoding="utf-8")
    assert names["lanes"].lstrip().startswith("<svg")
    assert "mine[tasks=100]/generator" in names["page"]


def test_twice_the_work_is_slower(said: tuple[dict[str, Any], list[str]]) -> None:
    assert "slower" in said[1][3]


def test_the_rates_are_those_of_what_was_recorded(said: tuple[dict[str, Any], list[str]]) -> None:
    names, _ = said
    assert names["rates"] == names["again"]
    assert names["rates"].replays == 20


def test_a_run_that_is_watched_is_whole(said: tuple[dict[str, Any], list[str]]) -> None:
    names, printed = said
    assert names["result"].complete
    assert queries.is_complete(read_run(names["folder"] / "spawn.jsonl"))
    assert "is complete: nothing is missing" not in printed[-1]


def test_every_function_is_in_the_document() -> None:
    functions = [name for name in runs.__all__ if name[0].islower()]
    assert [name for name in functions if f"`{name}(" not in DOCUMENT] == []
