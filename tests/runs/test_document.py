"""docs/API.md says what the functions do: its programs are run as they stand, one after the other."""

import contextlib
import io
import re
from collections.abc import Iterator
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


class Programs:
    """The programs in a folder, each run once: what they defined (``names``), and what they ``printed``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {}
        self.printed: list[str] = []

    def up_to(self, number: int) -> "Programs":
        """Run those that have not been, up to this one."""
        for program in PROGRAMS[len(self.printed) : number + 1]:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(program, self.names)  # noqa: S102  (the document's)
            self.printed.append(out.getvalue())
        return self


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Yield the programs, and a project that they compare two commits of."""
    folder = tmp_path_factory.mktemp("api")
    once, twice = ({"mine.py": PLUGIN.format(loops=loops)} for loops in (100, 200))
    repository(folder / "project", once, twice)
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        patch.chdir(folder)
        yield Programs(folder)


def test_a_run_gives_a_table_of_its_cells(programs: Programs) -> None:
    done = programs.up_to(0)
    assert set(done.names["table"]["model"]) == {"asyncio", "threads"}
    assert done.printed[0].startswith("model\nasyncio ")


def test_wrong_arguments_are_refused_in_the_words_of_the_document(programs: Programs) -> None:
    (told,) = [text for language, text in BLOCKS if not language]
    assert programs.up_to(1).printed[1] == told


@pytest.mark.nightly
def test_a_run_and_a_comparison_are_drawn(programs: Programs) -> None:
    done = programs.up_to(4)
    assert "asyncio" in (done.folder / "switch.html").read_text(encoding="utf-8")
    assert done.names["lanes"].lstrip().startswith("<svg")
    assert "mine[tasks=100]/generator" in done.names["page"]


@pytest.mark.nightly
def test_twice_the_work_is_slower(programs: Programs) -> None:
    assert "slower" in programs.up_to(4).printed[4]


@pytest.mark.nightly
def test_the_rates_are_those_of_what_was_recorded(programs: Programs) -> None:
    names = programs.up_to(5).names
    assert names["rates"] == names["again"]
    assert names["rates"].replays == 20


@pytest.mark.nightly
def test_a_run_that_is_watched_is_whole(programs: Programs) -> None:
    done = programs.up_to(len(PROGRAMS) - 1)
    assert done.names["result"].complete
    assert queries.is_complete(read_run(done.folder / "spawn.jsonl"))
    assert "is complete: nothing is missing" not in done.printed[-1]


def test_every_function_is_in_the_document() -> None:
    functions = [name for name in runs.__all__ if name[0].islower()]
    assert [name for name in functions if f"`{name}(" not in DOCUMENT] == []
