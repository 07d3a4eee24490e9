"""An answer to an exercise: what is refused, what is made of a finding, and what it printed."""

from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.launch import ProcessLink
from concbench.errors import AnswerError
from concbench.lessons.blame import LOOK
from concbench.lessons.reading import dropped, step_in
from concbench.lessons.steps import path_of, source_of
from concbench.lessons.words import HINTS
from concbench.runs import answers
from concbench.runs.answers import told_apart, wrong_with
from concbench.runs.verifying import Finding


@pytest.mark.parametrize(
    ("finding", "wrong"),
    [
        (
            {"outcome": "invalid", "reason": "x", "checks": {"finished": "one", "results": None}},
            {"finished": "one"},
        ),
        ({"outcome": "timeout", "reason": "no answer"}, {"completed": "no answer"}),
        (
            {"outcome": "crashed", "reason": "the worker ended with exit code 1"},
            {"crashed": "its process ended with exit code 1"},
        ),
        (
            {"outcome": "crashed", "reason": "KeyError: 1, in run at mine.py:3"},
            {"crashed": "KeyError: 1, in run at mine.py:3"},
        ),
    ],
)
def test_what_is_wrong_stands_by_the_check_that_failed_or_by_the_outcome(
    finding: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert wrong_with(Finding("switch", "yours", {}, **finding)) == wrong
    assert told_apart("switch", wrong)[1]


def test_what_to_look_for_is_what_the_examination_says_and_else_what_the_check_means() -> None:
    words = {"results": f"it sleeps too little{LOOK}round up"}
    assert told_apart("lesson-nap", words) == ({"results": "it sleeps too little"}, "round up")
    assert told_apart("lesson-nap", {"results": "it sleeps too little"})[1] == ""
    assert told_apart("lesson-nap", {"finished": "one was not"})[1] == HINTS["finished"]


def test_an_error_in_a_learners_words_has_no_name_of_ours_before_it() -> None:
    found = Finding(
        "switch", "yours", {}, outcome="crashed", reason=f"{answers.FAILED}it fell{LOOK}mind the step"
    )
    assert told_apart("switch", wrong_with(found)) == ({"crashed": "it fell"}, "mind the step")


def test_what_fails_the_same_way_when_nobody_looks_is_told_once() -> None:
    checks: dict[str, str | None] = {"spawned": "none", "unwatched": "spawned: none"}
    assert wrong_with(Finding("switch", "yours", {}, outcome="invalid", checks=checks)) == {"spawned": "none"}
    only: dict[str, str | None] = {"unwatched": "spawned: none"}
    assert wrong_with(Finding("switch", "yours", {}, outcome="invalid", checks=only)) == only


def test_a_file_that_never_ends_is_not_waited_for_as_long_as_a_worker_may_take_to_come_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("while True:\n    pass\n")
    assert answers.LearnersLink.patience < ProcessLink.patience
    monkeypatch.setattr(answers.LearnersLink, "patience", 0.5)
    with pytest.raises(AnswerError, match=r"no answer within 0\.5 s .* at .*mine\.py:[12]"):
        answers.check(3, 1, file)


def test_who_did_not_end_in_time_is_told_that_alone() -> None:
    checks: dict[str, str | None] = {"completed": "the run did not end", "finished": "task 0 had not"}
    told = wrong_with(Finding("switch", "yours", {}, outcome="invalid", checks=checks))
    assert told == {"completed": "the run did not end"}


@pytest.mark.parametrize("step", [4, 7])
def test_the_program_of_a_step_as_it_is_is_no_answer_whatever_its_layout(step: int, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("# mine\n" + source_of(step).replace("\n\n\n", "\n\n"))
    with pytest.raises(
        AnswerError, match=rf"mine.py is the program of step {step} as it is: right as that step"
    ):
        answers.check(step, 2, file)


@pytest.mark.parametrize(
    "source", ["x=" + "(" * 5000, "x=" + "-" * 20_000 + "1", "a" + ".b" * 3000 + "()", "x = 1\0"]
)
def test_a_file_that_nobody_can_read_is_no_program_of_a_step_and_drops_nothing(
    source: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(source)
    assert step_in(file) is None
    assert dropped(file, 2) == []


def test_what_is_no_file_of_code_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(AnswerError, match=r"nowhere\.py: no such file"):
        answers.check(2, 1, tmp_path / "nowhere.py")
    with pytest.raises(AnswerError, match="is no regular file"):
        answers.check(2, 1, tmp_path)


def test_an_answer_that_is_not_right_is_told_of_generators_that_it_drops_and_what_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "workloads_of", lambda _step: [])
    file = tmp_path / "mine.py"
    file.write_text(
        "print('hello')\n\n\ndef nap(seconds):\n    sleep(seconds)\n    yield time.perf_counter()\n"
    )
    verdict = answers.check(4, 1, file)
    assert not verdict.right
    assert verdict.notes == [
        "mine.py:5 calls sleep(…), a generator, and drops it: `yield from sleep(seconds)` runs it"
    ]
    assert "hello" in verdict.printed


def test_our_answers_drop_no_generator() -> None:
    folder = path_of(1).parent / "answers"
    found = [
        line for file in sorted(folder.glob("*.py")) for line in dropped(file, int(file.stem.split("_")[1]))
    ]
    assert found == []


def test_a_call_of_anothers_method_that_has_the_name_of_ones_own_function_drops_nothing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def queue(capacity):\n    def put(item):\n        items.put(item)\n        yield\n    put(1)\n"
        "class Door:\n    def enter(self):\n        yield\n    def go(self):\n        self.enter()\n"
    )
    lines = dropped(file, 5)
    assert [line.partition(" calls ")[0] for line in lines] == ["mine.py:5", "mine.py:10"]
