"""docs/TUTORIAL.md, its pictures and its notebook show what the programs hold; the notebook can be run."""

import json
from typing import Any

import pytest

from concbench.lessons.steps import STEPS
from concbench.lessons.text import prose_of
from tests.docs.lesson import (
    BLOCK,
    MADE,
    NOTEBOOK,
    TUTORIAL,
    notebook,
    picture,
    picture_path,
    tutorial,
    written,
)


def test_the_tutorial_shows_what_the_programs_are_and_do() -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    assert {(found[2], int(found[3])) for found in BLOCK.finditer(text)} == {
        (name, step) for name in MADE for step in STEPS
    }
    assert tutorial(text) == text


@pytest.mark.parametrize("step", STEPS)
def test_a_picture_is_that_of_its_trace(step: int) -> None:
    assert picture_path(step).read_text(encoding="utf-8") == picture(step)


@pytest.mark.parametrize("step", STEPS)
def test_the_prose_of_a_step_has_nothing_that_is_made(step: int) -> None:
    assert len(prose_of(step)) > 300
    assert "<!--" not in prose_of(step)
    assert "```" not in prose_of(step)


def cells(kind: str) -> list[dict[str, Any]]:
    return [
        one for one in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if one["cell_type"] == kind
    ]


def test_the_notebook_is_made_of_the_tutorial() -> None:
    assert NOTEBOOK.read_text(encoding="utf-8") == written(notebook(TUTORIAL.read_text(encoding="utf-8")))


def test_the_notebook_runs_and_prints_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells("code"):
        exec(compile(cell["source"], cell["id"], "exec"), names)  # noqa: S102  (it is ours)
        assert capsys.readouterr().out == "".join(one["text"] for one in cell["outputs"]), cell["id"]


def test_the_notebook_is_one_by_the_rules_of_its_format() -> None:
    whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    ids = [one["id"] for one in whole["cells"]]
    assert len(set(ids)) == len(ids)
    for one in cells("code"):
        assert set(one) == {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
    for one in cells("markdown"):
        assert set(one) == {"cell_type", "id", "metadata", "source"}
