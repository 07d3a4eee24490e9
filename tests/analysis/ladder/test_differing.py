"""What two neighbouring rungs differ in: short diffs of what runs, and refusals in words."""

import pytest

from concbench.analysis.ladder.differing import difference, neighbours
from concbench.analysis.ladder.rungs import STEPS
from concbench.errors import UserError
from concbench.models.index import MEMBERS

OURS = [step for step in STEPS if step.rung in MEMBERS["ladder"]]
SCREEN = 60
"""Lines."""


@pytest.mark.parametrize("step", OURS, ids=lambda step: str(step.rung))
def test_the_difference_of_two_rungs_is_short_and_all_that_runs(step: object) -> None:
    lines = difference(step)  # type: ignore[arg-type]
    assert lines is not None
    assert 10 < len(lines) < SCREEN
    assert not [line for line in lines if '"""' in line or "MODEL" in line or "import time" in line]


def test_a_step_adds_what_it_is_about() -> None:
    lines = difference(neighbours(["timer-heap"])) or []
    added = "\n".join(line for line in lines if line.startswith("+"))
    assert "heappush(timers, (due, index))" in added
    assert "due[index]" not in added
    assert "-    due = [0.0] * len(tasks)" in lines


def test_a_definition_that_is_gone_is_one_line_and_one_that_stays_is_none() -> None:
    lines = difference(neighbours(["ready-queue"])) or []
    (gone,) = [line for line in lines if "def side_by_side" in line]
    assert gone.startswith("-def side_by_side(")
    assert gone.endswith(" lines")
    assert not [line for line in lines if line.startswith("-") and "heappush" in line]
    assert not [line for line in difference(neighbours(["selector"])) or [] if "def wake_at" in line]


def test_two_rungs_are_neighbours_in_either_order_and_one_has_that_below() -> None:
    for names in (["selector", "ready-queue"], ["ready-queue", "selector"], ["selector"]):
        step = neighbours(names)
        assert (step.below, step.rung) == ("ready-queue", "selector")


def test_from_the_standard_library_on_there_are_no_modules_to_compare() -> None:
    for step in STEPS[STEPS.index(neighbours(["asyncio-py"])) :]:
        assert difference(step) is None
        assert step.changes


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["selektor"], "there is no rung 'selektor'; did you mean 'selector'?"),
        (["yield-from"], "yield-from is the lowest rung: name the one above it, idle-sleep"),
        (
            ["timer-heap", "selector"],
            "timer-heap and selector are no neighbours: between them is ready-queue; name one rung",
        ),
        (["selector", "selector"], "selector and selector are no neighbours"),
    ],
)
def test_what_are_no_neighbours_is_refused_with_those_that_are(names: list[str], words: str) -> None:
    with pytest.raises(UserError, match=r"rung|neighbours") as raised:
        neighbours(names)
    assert words in str(raised.value)


def test_what_is_taken_from_another_definition_than_it_goes_to_has_two_headings() -> None:
    lines = difference(neighbours(["idle-sleep"])) or []
    assert lines[lines.index("-                children[index].send(None)") - 2] == "@@ join"
    assert lines[lines.index("+            if due[index] <= now:") - 1] == "@@ side_by_side"


def test_a_change_stands_under_the_definition_that_it_is_in() -> None:
    lines = difference(neighbours(["cancellation"])) or []
    assert lines[lines.index("+        task.place = place") - 1] == "@@ Kernel.park"
    assert lines[lines.index("+    def cancel(self, _task, other):") - 1] == "@@ Kernel"
