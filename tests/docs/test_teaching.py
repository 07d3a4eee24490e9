"""docs/TEACHING.md: it quotes what a check says of the typical mistakes, and its lines of Python run."""

import re

import pytest

from concbench.lessons.exercises import EXERCISES
from concbench.lessons.steps import STEPS, path_of
from concbench.lessons.text import prose_of
from tests.docs.lesson import DOCS
from tests.lessons.test_wrong_answers import examined

TEXT = (DOCS / "TEACHING.md").read_text(encoding="utf-8")
MISTAKES = {
    (int(step), int(number)): words
    for step, number, words in re.findall(r"^\| \W*(\d)\.(\d) .*“(.*)” \|$", TEXT, re.MULTILINE)
}

PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_every_exercise_has_its_mistake() -> None:
    assert set(MISTAKES) == set(EXERCISES)


@pytest.mark.parametrize(("step", "number"), EXERCISES)
def test_what_a_mistake_is_told_is_what_is_quoted(step: int, number: int) -> None:
    told = examined(step, number, path_of(1).parent / "mistakes" / f"step_{step}_{number}.py")
    assert MISTAKES[step, number] in str(told)


def test_every_step_has_its_question_and_minutes_that_add_up_to_an_hour() -> None:
    asked = re.findall(r"^\| (\d) \| .*\?", TEXT, re.MULTILINE)
    assert [int(step) for step in asked] == list(STEPS)
    assert all("?" in prose_of(step)[1] for step in STEPS)
    minutes = [(int(begin), int(end)) for begin, end in re.findall(r"^\| (\d+)–(\d+) \|", TEXT, re.MULTILINE)]
    assert [begin for begin, _ in minutes] == [0, *(end for _, end in minutes[:-1])]
    assert minutes[-1][1] == 60


def test_who_is_asked_whether_he_is_ready_is_told_what_the_lines_print(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exec(compile(PROGRAMS[0], "TEACHING", "exec"), {})  # noqa: S102  (it is ours)
    assert capsys.readouterr().out.split() == ["1", "42"]
    assert "It prints 1 and 42." in TEXT
