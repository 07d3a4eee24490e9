"""What the exercises are held to: our answers pass, typical wrong ones fail the check that tells why."""

from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from concbench.lessons import exam, examining, plugin
from concbench.lessons.blame import LearnersFailure
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.program import Unfit, model_of, program_in
from concbench.lessons.steps import STEPS, path_of, workloads_of
from concbench.lessons.words import HINTS
from concbench.measure.checks import EVERY_CHECK
from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models.base import Model
from concbench.workloads import index as workloads
from concbench.workloads.base import Workload

ANSWERS, MISTAKES = path_of(1).parent / "answers", path_of(1).parent / "mistakes"
OWN = {one.name: one for one in (*plugin.WORKLOADS, *examining.WORKLOADS)}
every_exercise = pytest.mark.parametrize(("step", "number"), EXERCISES)


def workload_of(name: str) -> Workload[Any]:
    return OWN[name] if name in OWN else workloads.get(name)


def found(model: Model, name: str) -> list[str]:
    """Return what the witness finds a model out by, at the first size at which it does."""
    workload = workload_of(name)
    for params in workload.small(Random("lesson")):
        try:
            with model.open() as session, cell_of(workload, params, model, session).surroundings() as cell:
                failures = bear_witness(cell, seconds=10).failures
        except Exception as error:  # noqa: BLE001  (whatever a loop raises is what it is found out by)
            return [type(error).__name__]
        if failures:
            return list(failures)
    return []


@every_exercise
def test_our_answer_is_right(step: int, number: int) -> None:
    model = model_of("yours", str(ANSWERS / f"step_{step}_{number}.py"), step, number)
    held = (EXERCISES[step, number].exam, *EXERCISES[step, number].workloads)
    assert {name: wrong for name in held if (wrong := found(model, name))} == {}


@every_exercise
def test_a_typical_mistake_is_found_out_by_the_examination(step: int, number: int) -> None:
    model = model_of("yours", str(MISTAKES / f"step_{step}_{number}.py"), step, number)
    assert found(model, EXERCISES[step, number].exam)[:1] == ["results"]


@pytest.mark.parametrize("step", STEPS)
def test_the_program_of_a_step_does_all_that_its_step_can(step: int) -> None:
    model = model_of("yours", str(path_of(step)), step)
    firsts = (
        [name for name in workloads_of(step) if step == 8 or name not in workloads_of(step - 1)]
        if step > 1
        else workloads_of(1)
    )
    assert {name: wrong for name in firsts if (wrong := found(model, name))} == {}


def test_a_loop_that_keeps_the_processor_busy_is_found_out_from_the_third_step_on(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(path_of(2).read_text() + "\n\ndef every(period: float, times: int) -> Work:\n    yield\n")
    assert "results" in found(model_of("yours", str(file), 3, 1), "lesson-idle")


SPINNING = {
    1: """
class Semaphore:
    def __init__(self, value):
        self.left = value

    def acquire(self):
        while not self.left:
            yield
        self.left -= 1

    def release(self):
        self.left += 1
        yield
""",
    2: """
def queue(capacity):
    items = deque()

    def put(item):
        while len(items) == capacity:
            yield
        items.append(item)

    def get():
        while not items:
            yield
        return items.popleft()

    return put, get
""",
}


@pytest.mark.parametrize("number", [1, 2])
def test_who_waits_by_asking_over_and_over_is_found_out_where_a_loop_has_events(
    number: int, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SPINNING[number])
    own = EXERCISES[5, number].workloads[-1]
    assert "results" in found(model_of("yours", str(file), 5, number), own)


def test_a_file_needs_only_what_the_exercise_asks_for(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("here = __file__\n\ndef nap(seconds):\n    yield time.perf_counter() + seconds\n")
    program = program_in(file, 4, 1)
    assert program.here == str(file)
    assert program.nap.__code__.co_filename == str(file)
    assert program.run.__code__.co_filename == str(path_of(4))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("x = 1\n", "mine.py defines no nap; exercise 1 asks for nap"),
        ("nap = 1\n", "mine.py defines no nap that can be called; exercise 1"),
        ("nap = print\nsleep = None\n", "mine.py defines no sleep that can be called"),
        ("def nap(:\n", "mine.py cannot be run: SyntaxError"),
        ("1 / 0\n", "mine.py cannot be run: ZeroDivisionError: division by zero, at mine.py:1"),
        ("raise SystemExit(3)\n", "mine.py cannot be run: SystemExit"),
        ("import os\nos.fork()\n", "mine.py forks: "),
        (
            "import concbench.lessons.exam as e\ne.told = lambda *given: None\n",
            "mine.py changes concbench.lessons.exam.told: ",
        ),
    ],
)
def test_a_file_that_is_no_answer_is_refused_with_the_reason(tmp_path: Path, source: str, why: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(source)
    with pytest.raises(Unfit) as refused:
        program_in(file, 4, 1)
    assert str(refused.value).startswith(why)
    assert model_of("yours", str(file), 4, 1).unavailable() == str(refused.value)


HANDED_OVER = """
def queue(capacity):
    items, room, there = deque(), deque(), deque()

    def put(item):
        if there:
            cell, place = there.popleft()
            cell.append(item)
            yield "wake", place
        elif len(items) < capacity:
            items.append(item)
        else:
            room.append((item, place := deque()))
            yield "park", place

    def get():
        if not items:
            there.append((cell := [], place := deque()))
            yield "park", place
            return cell[0]
        item = items.popleft()
        if room:
            following, place = room.popleft()
            items.append(following)
            yield "wake", place
        return item

    return put, get
"""


def test_a_queue_that_hands_items_over_directly_waits_as_often_as_it_has_to(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(HANDED_OVER)
    assert found(model_of("yours", str(file), 5, 2), "queue") == []


FAILS_BY_A_TASK = """
class Task(Task):
    def __init__(self, work):
        self.error = self.kept = None
        super().__init__(guarded(self, work))

    @property
    def result(self):
        if self.error is not None:
            raise self.error
        return self.kept

    @result.setter
    def result(self, value):
        self.kept = value


def guarded(task, work):
    try:
        return (yield from work)
    except Exception as error:
        task.error = error
"""


def test_errors_that_are_joined_need_no_join_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(FAILS_BY_A_TASK)
    assert found(model_of("yours", str(file), 7, 2), "lesson-failing") == []


def test_what_a_file_has_changed_of_ours_is_set_back(tmp_path: Path) -> None:
    file, ours = tmp_path / "mine.py", exam.told
    file.write_text("import concbench.lessons.exam as e\ne.told = None\n")
    with pytest.raises(Unfit):
        program_in(file, 4, 1)
    assert exam.told is ours


def test_an_answer_that_forks_is_told_so_and_answers_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import os\n\n\ndef countdown(times):\n    os.fork()\n    yield\n    return times\n")
    model = model_of("yours", str(file), 2, 1)
    with model.open() as session, pytest.raises(LearnersFailure, match="the program forks: "):
        session.run([partial(session.rt.program.countdown, 1)])


def test_there_is_a_hint_for_every_check() -> None:
    assert set(HINTS) == {*EVERY_CHECK, "hand-overs", "policy", "exhausted", "crashed"}
