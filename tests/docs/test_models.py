"""docs/MODELS.md says of every model what it is, and of one's own what verify says of the usual mistakes."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from concbench.drive.workers.described import Described
from concbench.families import FAMILIES
from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index
from concbench.models.base import always_available
from concbench.workloads import index as workloads
from concbench.workloads.catalogue import Catalogue, PluginError

from .test_documents import ROOT

MODELS = (ROOT / "docs" / "MODELS.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"
NAMED = [name for members in index.MEMBERS.values() for name in members]


def entries() -> dict[str, tuple[str, str, list[str]]]:
    """Return what stands of each model: its family, its dialect, and its lines."""
    headings = [*re.finditer(r"^## (.*)\n", MODELS, re.MULTILINE), re.match("", MODELS[len(MODELS) :])]
    found = {}
    for heading, following in pairwise(headings):
        assert heading is not None
        assert following is not None
        end = following.start() if following.start() else len(MODELS)
        part = MODELS[heading.end() : end]
        for one in re.finditer(r"^### `([\w-]+)` \(([\w-]+)\)\n\n((?:- .*\n)+)", part, re.MULTILINE):
            found[one[1]] = (heading[1], one[2], one[3].splitlines())
    return found


ENTRIES = entries()


def test_every_model_has_an_entry_of_three_lines_and_nothing_else_has() -> None:
    assert list(ENTRIES) == NAMED
    assert set(index.names()) <= set(NAMED)
    assert {len(lines) for _family, _dialect, lines in ENTRIES.values()} == {3}
    assert [lines[1][:8] for _family, _dialect, lines in ENTRIES.values()] == ["- Costs "] * len(ENTRIES)


def test_models_stand_under_their_families_in_the_order_of_these() -> None:
    families = [family for family, _dialect, _lines in ENTRIES.values()]
    assert list(dict.fromkeys(families)) == [one for one in FAMILIES if one in families]


@pytest.mark.parametrize("name", index.names())
def test_an_entry_says_the_family_the_dialect_and_whether_the_model_is_always_there(name: str) -> None:
    model, (family, dialect, (*_, last)) = index.get(name), ENTRIES[name]
    assert (family, dialect) == (model.family, model.dialect)
    assert last.startswith("- There with any Python") == (model.unavailable is always_available)


@pytest.mark.parametrize("name", index.names())
def test_an_entry_says_which_workloads_its_model_cannot_express(name: str) -> None:
    model, (_family, _dialect, (*_, last)) = index.get(name), ENTRIES[name]
    cannot = {one for one in workloads.BASICS if workloads.get(one).impossible(model)}
    said = re.findall(r"Cannot do ((?:`\w+`(?:, | and )?)+)", last)
    assert {one for words in said for one in re.findall(r"`(\w+)`", words)} == cannot
    assert ("Expresses every basic workload" in last) == (not cannot)


def test_what_is_quoted_stands_so_in_an_example() -> None:
    quoted = re.findall(r"^ *```python\n(.*?)^ *```", MODELS, re.DOTALL | re.MULTILINE)
    written = [path.read_text(encoding="utf-8") for path in EXAMPLES.rglob("own_*.py")]
    assert len(quoted) >= 2
    assert [block for block in quoted if not any(dedent(block) in text for text in written)] == []


LIBRARY = (EXAMPLES / "own_library" / "own_library.py").read_text().replace('"own-library"', '"mine"')
TO_THE_END = "return suspend(kernel.ready.append)"
DUE = "due = time.perf_counter() + seconds\n"
UNTIL_DUE = "return suspend(lambda task: heappush(kernel.timers, (due, next(number), task)))"
MISTAKES: Mapping[str, tuple[str, str, set[str]]] = {
    "no list": ("return kernel.run([", "kernel.run([", {"results"}),
    "another order": ("return [task.result for task in tasks]", "return [*range(len(tasks))]", {"results"}),
    "returns too soon": ("while left:", "while self.ready:", {"finished"}),
    "starts too few": (
        "ready.extend(tasks)\n",
        "ready.extend(tasks[2:])\n        tasks[:2] = []\n",
        {"started"},
    ),
    "blocks the thread": (UNTIL_DUE, "time.sleep(seconds)\n    return Event.wait(DONE)", {"overlap"}),
    "suspends nobody": (TO_THE_END, "return Event.wait(DONE)", {"suspensions", "unwatched"}),
    "goes on first": ("suspend(kernel.ready.append)", "suspend(kernel.ready.appendleft)", {"fairness"}),
    "wakes early": (DUE, DUE.replace("seconds", "seconds / 30"), {"deadlines"}),
    "names one for all": ("lambda: kernel.running", "lambda: kernel", {"owners"}),
}
SET = "\n\nDONE = Event()\nDONE.set()\n\n\n# Its model"


SMALL: Mapping[str, dict[str, Any]] = {
    "switch": {"tasks": 4, "suspensions": 6},
    "timers": {"tasks": 6, "delay": 0.06},
    "spawn": {"tasks": 5},
}


def failed(folder: Path, text: str) -> set[str]:
    """Return the checks that a model fails, at workloads of a few tasks."""
    path = folder / "mine.py"
    path.write_text(text)
    model = Catalogue([str(path)]).model("mine")
    found: set[str] = set()
    for name, params in SMALL.items():
        workload = workloads.get(name)
        with model.open() as session:
            cell = cell_of(workload, workload.params(**params), model, session)
            found |= set(bear_witness(cell, seconds=20).failures)
    return found


def test_the_example_library_makes_no_mistake(tmp_path: Path) -> None:
    assert failed(tmp_path, LIBRARY) == set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:coroutine '")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_fails_the_check_that_the_table_names(tmp_path: Path, mistake: str) -> None:
    right, wrong, checks = MISTAKES[mistake]
    assert LIBRARY.count(right) == 1
    text = LIBRARY.replace(right, wrong).replace("\n\n# Its model", SET)
    assert checks <= failed(tmp_path, text)


def test_each_check_of_the_table_has_its_mistake() -> None:
    (table,) = re.findall(r"^\| check \|.*\n\|[ -|]*\n((?:\|.*\n)+)", MODELS, re.MULTILINE)
    told = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert told == {check for *_, checks in MISTAKES.values() for check in checks}


def test_a_mistake_in_a_declaration_is_said_as_the_document_has_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(LIBRARY.replace('version=lambda: "1.0"', 'version="1.0"'))
    with pytest.raises(PluginError) as raised:
        Described([str(path)])
    assert f"\nError: {str(raised.value).replace(str(path), 'mine.py')}\n" in MODELS
