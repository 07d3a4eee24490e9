"""``concbench lesson``: the steps, a step with its trace, and answers that are held against the witness."""

import re
import sys
from pathlib import Path

import pytest

from concbench.commands import lesson as verb
from concbench.lessons.steps import STEPS, path_of, source_of, trace_of
from concbench.runs import answers, lessons
from concbench.runs.answers import Held
from concbench.runs.lessons import Priced

from .concbench import Caller

ANSWERS = path_of(1).parent / "answers"


def test_it_lists_the_steps(concbench: Caller) -> None:
    said = concbench("lesson")
    assert said.code == 0
    lines = said.out.splitlines()
    assert [line[0] for line in lines if line[:1].isdigit()] == [str(step) for step in STEPS]
    assert [line[3] for line in lines if line.startswith(("   1. ", "   2. "))] == ["1", "2"] * len(STEPS)
    told = concbench("lesson", "--json").json["steps"]
    assert [one["step"] for one in told] == list(STEPS)
    assert told[3]["exercises"][0]["sample"].startswith("`nap(0.02)`")


def test_a_step_is_shown_with_its_words_its_new_lines_and_its_trace(concbench: Caller) -> None:
    said = concbench("lesson", 4, "--no-price")
    assert said.code == 0
    for line in (*trace_of(4).lines(), "+ from heapq import heappop, heappush", "  import time"):
        assert line in said.out.splitlines()
    assert "A heap has its smallest item on top" in said.out
    assert "  1. A generator `nap(seconds)` that yields one deadline" in said.out
    assert "     `nap(0.02)`, begun at 5.0013: it yields 5.03" in said.out
    assert said.out == concbench("lesson", 4, "--no-price").out
    assert said.out.splitlines()[-2:] == [
        "Check an answer: concbench lesson 4 --check mine.py (exercise 2: --exercise 2)",
        "Next: concbench lesson 5",
    ]


def test_a_picture_is_written_in_place_of_one_of_ours_alone(concbench: Caller, tmp_path: Path) -> None:
    path, foreign = tmp_path / "lanes.svg", tmp_path / "mine.svg"
    for _ in range(2):
        assert concbench("lesson", 4, "--no-price", "--output", path).code == 0
    assert path.read_text() == (path_of(4).with_suffix(".svg")).read_text()
    foreign.write_text("<svg/>")
    assert concbench("lesson", 4, "--no-price", "--output", foreign).code == 2
    assert foreign.read_text() == "<svg/>"


@pytest.mark.parametrize(
    ("place", "words"),
    [("x.png", "the picture is SVG: name it"), ("none/x.svg", "there is no folder")],
)
def test_a_picture_is_svg_and_no_folder_is_made_for_it(
    concbench: Caller, tmp_path: Path, place: str, words: str
) -> None:
    said = concbench("lesson", 4, "--no-price", "--output", tmp_path / place)
    assert said.code == 2
    assert words in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_program_is_printed_as_it_is(concbench: Caller) -> None:
    assert concbench("lesson", 4, "--program").out == source_of(4)


def test_a_price_stands_beside_that_of_the_step_before(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [
        Priced("a switch", "wall", 81.24, 93.1),
        Priced("an echo", "wall", None, 25_000.0),
        Priced("idle", "share", 1.0, 0.004),
    ]
    monkeypatch.setattr(lessons, "price", lambda _step: told)
    lines = concbench("lesson", 3).out.splitlines()[-7:-3]
    assert [line.split() for line in lines] == [
        ["step", "2", "step", "3"],
        ["a", "switch", "81.2", "ns", "93.1", "ns"],
        ["an", "echo", "–", "25.0", "µs"],
        ["idle", "100.0%", "0.4%"],
    ]
    assert concbench("lesson", 3, "--json").json["price"][0] == {
        "what": "a switch", "figure": "wall", "before": 81.24, "now": 93.1, "why": "",
    }  # fmt: skip


def test_a_right_answer_passes(concbench: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "workloads_of", lambda _step: ["switch"])
    said = concbench("lesson", 2, "--check", ANSWERS / "step_2_1.py", "--json")
    assert said.code == 0
    assert said.json["right"]
    assert [one["workload"] for one in said.json["checks"]] == [
        "lesson-countdown-generators", "lesson-countdown", "switch",
    ]  # fmt: skip


def test_a_wrong_answer_is_told_which_check_fails_why_and_what_to_look_for(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "workloads_of", lambda _step: [])
    file = tmp_path / "mine.py"
    file.write_text(
        "def countdown(times):\n    for _ in range(times - 1):\n        yield\n    return times\n"
    )
    said = concbench("lesson", 2, "--check", file)
    assert said.code == 3
    assert "results: countdown(3) suspends 2 times, and has to suspend 3 times" in said.out
    assert "look: a bare `yield` suspends once" in said.out
    assert "mine.py is not right yet" in said.out


def test_a_loop_that_hangs_is_ended_and_nothing_follows(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.3)
    file = tmp_path / "mine.py"
    file.write_text("def countdown(times):\n    while True:\n        pass\n    yield\n")
    said = concbench("lesson", 2, "--check", file, "--json")
    assert said.code == 3
    (only,) = said.json["checks"]
    assert re.search(r"s, and was in countdown at mine\.py:[23]", only["wrong"]["completed"])


def test_a_file_that_is_no_answer_is_wrong_usage(concbench: Caller, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("print('hello')\n")
    said = concbench("lesson", 2, "--check", file)
    assert said.code == 2
    assert said.err.startswith("Error: mine.py defines no countdown; exercise 1 asks for countdown")
    assert "it printed:\nhello" in said.err
    told = concbench("lesson", 2, "--check", file, "--json")
    assert told.code == 2
    assert (told.json["right"], told.json["checks"]) == (False, [])
    assert "exercise 1 asks for countdown" in told.json["error"]


def test_what_an_answer_prints_is_passed_on_marked_and_of_a_sane_length(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "workloads_of", lambda _step: [])
    file = tmp_path / "mine.py"
    file.write_text("def countdown(times):\n    for i in range(999):\n        print(i)\n    yield\n")
    said = concbench("lesson", 2, "--check", file)
    assert "mine.py printed, in all its runs:\n  | 0\n  | 1\n" in said.err
    assert len(said.err.splitlines()) < verb.MOST_PRINTED + 5
    assert "| 0" not in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--program",),
        ("9",),
        ("0",),
        ("2", "--check", "nowhere.py"),
        ("2", "--exercise", "3"),
        ("2", "--exercise", "2"),
        ("2", "--check", ANSWERS / "step_2_1.py", "--program"),
        ("2", "--program", "--json"),
    ],
)
def test_what_cannot_be_asked_for_is_wrong_usage(concbench: Caller, arguments: tuple[object, ...]) -> None:
    assert concbench("lesson", *arguments).code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--exercise", "2"), "no step is named"),
        (("--no-price",), "no step is named"),
        (("2", "--exercise", "2"), "no answer is checked"),
        (("2", "--program", "--json"), "a program is printed"),
        (("2", "--check", __file__, "--no-price"), "leave out --price/--no-price"),
        (("2", "--check", __file__, "--program"), "leave out --program"),
        (("2", "--no-price", "-o", ""), "no file is named; name one, as in: --output lanes.svg"),
        (("2", "--check", ""), "no file is named; name one, as in: --check mine.py"),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    concbench: Caller, arguments: tuple[str, ...], words: str
) -> None:
    said = concbench("lesson", *arguments)
    assert said.code == 2
    assert words in said.err


def test_prose_is_of_one_width_and_has_no_links() -> None:
    long = "word " * 40 + "[MODELS](MODELS.md)"
    lines = verb.paragraphs(f"{long}\n\nshort")
    assert lines[-2:] == ["", "short"]
    assert max(map(len, lines)) <= verb.WIDTH
    assert " ".join(lines[:-2]).endswith("word MODELS")


def test_a_verdict_has_a_line_for_each_workload() -> None:
    held = [
        Held("switch", "turns", 3),
        Held("spawn", "many", 0, {"finished": "one was not"}, "is it dropped?"),
    ]
    assert verb.verdict_lines(held) == [
        "right  switch: turns",
        "wrong  spawn: many",
        "       finished: one was not",
        "       look: is it dropped?",
    ]


def test_a_class_is_summed_up_with_a_line_for_each_learner(
    concbench: Caller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    teaching = (path_of(1).parents[1] / "TEACHING.md").read_text(encoding="utf-8")
    program = re.findall(r"```python\n(.*?)```", teaching, re.DOTALL)[1]
    monkeypatch.setattr(answers, "workloads_of", lambda _step: [])
    sources = {
        "empty": "",
        "right": (path_of(1).parent / "answers" / "step_2_1.py").read_text(),
        "wrong": (path_of(1).parent / "mistakes" / "step_2_1.py").read_text(),
    }
    for name, source in sources.items():
        (file := tmp_path / f"{name}.py").write_text(source)
        file.with_suffix(".json").write_text(concbench("lesson", 2, "--check", file, "--json").out)
    monkeypatch.setattr(sys, "argv", ["summary.py", *map(str, sorted(tmp_path.glob("*.json")))])
    capsys.readouterr()
    exec(compile(program, "TEACHING", "exec"), {})  # noqa: S102  (it is ours)
    assert capsys.readouterr().out.splitlines() == [
        "empty: empty.py defines no countdown; exercise 1 asks for countdown",
        "right: right",
        "wrong: countdown(3) suspends 0 times, and has to suspend 3 times",
    ]
