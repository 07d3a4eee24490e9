"""docs/TUTORIAL.md, its pictures and its notebook show what the programs hold; the notebook can be run."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from socket import create_connection, create_server
from typing import Any

import pytest

from concbench.lessons.steps import STEPS, source_of
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
def test_the_words_of_a_step_have_nothing_that_is_made_and_ask_before_its_trace_is_shown(step: int) -> None:
    before, question, after, last = prose_of(step)
    assert len(before) > 300
    assert question.endswith("?")
    assert after
    assert not last
    assert "<!--" not in before + question + after
    assert "```" not in before + question + after


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


def test_the_server_of_the_tutorial_answers_its_client_as_shown(tmp_path: Path) -> None:
    section = TUTORIAL.read_text(encoding="utf-8").partition("\n## The server\n")[2].partition("\n## ")[0]
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server, client = re.findall(r"```python\n(.*?)```", section.replace("8888", str(port)), re.DOTALL)
    (tmp_path / "step_8.py").write_text(source_of(8), encoding="utf-8")
    (tmp_path / "server.py").write_text(server, encoding="utf-8")
    with subprocess.Popen([sys.executable, "server.py"], cwd=tmp_path) as process:
        try:
            wait_for_server(port)
            said = subprocess.run(
                [sys.executable, "-c", client], check=True, capture_output=True, text=True, timeout=30
            )
        finally:
            process.kill()
    assert said.stdout == re.findall(r"```text\n(.*?)```", section, re.DOTALL)[-1]


def wait_for_server(port: int) -> None:
    for _ in range(100):
        try:
            create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not come up")
