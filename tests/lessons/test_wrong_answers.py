"""Wrong answers, several to each exercise: none passes, and each is told what is wrong with it.

They lie in ``wrong``, a file for each exercise: ``## what it does: part of what it is told``, and the answer.
Right ones that differ from ours lie in ``right``, without what they are told: they pass.
"""

from pathlib import Path
from typing import Any

import pytest

from concbench.lessons import examining
from concbench.lessons.blame import LOOK
from concbench.lessons.exam import BUSY
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.program import model_of, program_in
from concbench.lessons.steps import path_of, source_of
from concbench.models.base import Factory
from concbench.workloads.base import Workload

WRONG, RIGHT = (Path(__file__).parent / name for name in ("wrong", "right"))
EXAMS = {one.name: one for one in examining.WORKLOADS}
LEAST = 3
"""How many wrong answers there are to each exercise."""


def examined(step: int, number: int, file: Path) -> str | None:
    """Return what is wrong with an answer, by the examination alone: no worker, and no witness."""
    workload = EXAMS[EXERCISES[step, number].exam]
    with model_of("yours", str(file), step, number).open() as session:
        results = session.run(factories(step, workload, session.rt))
    return workload.judge(results, workload.smallest)


def factories(step: int, workload: Workload[Any], rt: Any) -> list[Factory]:
    version: Any = workload.versions["polling" if step == 1 else "delegating"]
    made: list[Factory] = version(rt, workload.smallest)
    return made


def answers(folder: Path, step: int, number: int) -> list[tuple[str, str, str]]:
    parts = (folder / f"step_{step}_{number}.txt").read_text().split("## ")[1:]
    return [(*part.partition("\n")[0].partition(": ")[::2], part.partition("\n")[2]) for part in parts]


@pytest.mark.parametrize(("step", "number"), EXERCISES)
def test_no_wrong_answer_passes_and_each_is_told_what_is_wrong(
    step: int, number: int, tmp_path: Path
) -> None:
    file, told = tmp_path / "mine.py", {}
    assert len(answers(WRONG, step, number)) >= LEAST
    for what, words, source in answers(WRONG, step, number):
        file.write_text(source)
        wrong = examined(step, number, file)
        if wrong is None or words not in wrong or LOOK not in wrong:
            told[what] = wrong
    assert told == {}


@pytest.mark.parametrize(("step", "number"), EXERCISES)
def test_right_answers_pass_however_they_are_written(step: int, number: int, tmp_path: Path) -> None:
    file, told = tmp_path / "mine.py", {}
    for what, _, source in answers(RIGHT, step, number):
        file.write_text(source)
        if wrong := examined(step, number, file):
            told[what] = wrong
    assert told == {}


@pytest.mark.parametrize(("step", "number"), EXERCISES)
def test_our_answer_passes_alone_and_below_the_whole_program(step: int, number: int, tmp_path: Path) -> None:
    ours, whole = path_of(1).parent / "answers" / f"step_{step}_{number}.py", tmp_path / "mine.py"
    whole.write_text(f"{source_of(step)}\n\n{ours.read_text()}")
    assert examined(step, number, ours) is None
    assert examined(step, number, whole) is None


@pytest.mark.parametrize(
    "clock",
    [
        "import time as t\n\n\ndef now():\n    return t.perf_counter()\n",
        "from time import perf_counter as now\n",
        "from time import monotonic as now\n",
    ],
)
def test_an_answer_may_name_the_clock_as_it_likes(clock: str, tmp_path: Path) -> None:
    file, answer = tmp_path / "mine.py", (path_of(1).parent / "answers" / "step_3_1.py").read_text()
    file.write_text(f"{clock}\n\n{answer.replace('time.perf_counter()', 'now()')}")
    assert examined(3, 1, file) is None


def test_the_clock_is_the_programs_own_again_when_it_was_examined(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text((path_of(1).parent / "answers" / "step_3_1.py").read_text())
    program = program_in(file, 3, 1)
    before = {**vars(program)}
    (work,) = factories(3, EXAMS["lesson-every"], as_runtime(program))
    with pytest.raises(StopIteration) as stop:
        next(work())
    assert stop.value.value == ("examined", None)
    assert vars(program) == before


def as_runtime(program: object) -> Any:
    return type("Runtime", (), {"program": program})


def test_a_loop_that_hands_back_what_no_task_returned_is_told_so() -> None:
    assert "the loop handed back [None]" in str(
        EXAMS["lesson-nap"].judge([None], EXAMS["lesson-nap"].smallest)
    )


def test_who_asks_again_and_again_is_told_what_to_wait_for() -> None:
    assert "an Event" in str(BUSY).partition(LOOK)[2]
