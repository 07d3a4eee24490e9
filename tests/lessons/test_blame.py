"""Why a program failed, in a learner's words: the line that is meant, and what is likely behind it."""

from pathlib import Path

import pytest

from concbench.lessons.blame import blamed, split
from concbench.lessons.program import Unfit, program_in
from concbench.lessons.steps import path_of

TIRED = """
class Semaphore:
    def __init__(self, value):
        self.sem = value

    def acquire(self):
        {line}
        yield

    def release(self):
        yield
"""


def told(file: Path, line: str) -> tuple[str, str]:
    """Return what a learner is told whose task runs such a line, at step 5."""
    file.write_text(TIRED.format(line=line))
    program = program_in(file, 5, 1)
    with pytest.raises((Exception, SystemExit)) as caught:
        program.run([program.Semaphore(1).acquire()])
    return split(str(blamed(caught.value, program)))


@pytest.mark.parametrize(
    ("line", "what", "look"),
    [
        ('yield "prk", 1', "AT: the loop knows no request 'prk' (did you mean park?)", "method"),
        ('yield "wake"', "AT: a request is a pair", 'yield "wake"'),
        ("yield sleep(1)", "AT: the loop is handed a generator", "`yield from`"),
        ('yield "park", 5', "AT: the loop cannot do it: AttributeError", "what does park"),
        ("yield from sleeep(1)", "NameError: name 'sleeep' is not defined, AT", "mean sleep?"),
        ("yield self.semm", "object has no attribute 'semm', AT", "did you mean sem?"),
        ("yield from None", "TypeError: 'NoneType' object is not iterable, AT", "generator"),
        ("yield from Event().wait()", "every task waits for another one", "who was to wake it?"),
        ("yield math.ceil(1)", "name 'math' is not defined, AT", "is `import math` missing?"),
        ("sem -= 1", "UnboundLocalError: ", "so its own there: self.sem, or"),
        ("yield 1.0 < None", "'float' and 'NoneType', AT", "A bare `yield` hands you None"),
        ("raise SystemExit(1)", "SystemExit: 1, AT", "ends by `return`"),
        ("yield len()", "len() takes exactly one argument (0 given), AT", "what it is handed?"),
        ("yield [][0]", "IndexError: list index out of range, AT", "print what that line"),
    ],
)  # fmt: skip
def test_an_error_is_told_with_the_learners_line_and_its_likely_cause(
    tmp_path: Path, line: str, what: str, look: str
) -> None:
    words = told(tmp_path / "mine.py", line)
    assert what.replace("AT", "in acquire at mine.py:7") in words[0]
    assert look in words[1]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import hepq\n", "Python's own modules alone, and this is none of them (did you mean heapq?)"),
        ("if 1:\nx = 1\n", "IndentationError: expected an indented block"),
        ("def f(:\n", "SyntaxError: invalid syntax, at mine.py:1: def f(:"),
        ("def rase(works):\n    yield\n", "mine.py defines no timeout; exercise 1 asks for timeout"),
        ("def timout(works):\n    yield\n", "mine.py defines no timeout (did you mean timout?)"),
        ("def race(works):\n    yield\n", "mine.py defines race, which is exercise 2: add --exercise 2"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_answer_is_told_why_in_a_learners_words(
    tmp_path: Path, source: str, words: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(source)
    with pytest.raises(Unfit) as unfit:
        program_in(file, 8, 1)
    assert words in str(unfit.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def gater(works):\n    yield\n", "none of join, Task, Loop; exercise 2 asks for join or Task"),
        ("def first(works):\n    yield\n", "mine.py defines first, which is exercise 1: add --exercise 1"),
        ("def timeout(seconds, work):\n    yield\n", "as exercise 2 of step 3 and exercise 1 of step 8 asks"),
        ("class Semaphore:\n    pass\n", "is it for concbench lesson 5 --exercise 1?"),
        ("from time import time\ndef join(task):\n    yield\n", "your time takes the place of the step"),
        ("class Loop:\n    def wake(self, task, place):\n        pass\n", "a class Loop without run"),
    ],
)  # fmt: skip
def test_a_file_that_answers_another_exercise_or_takes_the_steps_names_is_told_so(
    tmp_path: Path, source: str, words: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(source)
    with pytest.raises(Unfit) as unfit:
        program_in(file, 7, 2)
    assert words in str(unfit.value)


def test_a_program_of_ones_own_may_name_the_clock_as_it_likes(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    own = path_of(4).read_text().replace("import time\n", "from time import perf_counter, sleep as rest\n")
    own = own.replace("time.perf_counter", "perf_counter").replace("time.sleep", "rest")
    file.write_text(f"{own}\n\ntime = 0\n\n\ndef nap(seconds):\n    yield perf_counter() + seconds\n")
    assert program_in(file, 4, 1).time == 0


def test_a_loop_of_ones_own_needs_no_init_where_the_step_hands_it_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("class Loop:\n    tasks = deque()\n\n    def run(self, main):\n        pass\n")
    assert not hasattr(program_in(file, 7, 2).Loop, "park")
