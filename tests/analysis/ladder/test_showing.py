"""A step as data: the files, the diff in pieces, and the predictions, those of all others last."""

from concbench.analysis.ladder.differing import difference, neighbours
from concbench.analysis.ladder.rungs import STEPS
from concbench.analysis.ladder.showing import as_data, hunks_of, predictions_of, shown_step


def test_of_all_others_is_predicted_last() -> None:
    for step in STEPS:
        *named, (nobody, usual) = predictions_of(step)
        assert (nobody, usual) == ((), step.usual)
        assert [" ".join(names) for names, _ in named] == [*step.others]


def test_a_diff_in_pieces_has_every_line_and_where_it_is() -> None:
    lines = difference(neighbours(["cancellation"])) or []
    hunks = hunks_of(lines)
    assert hunks[0]["in"] == ""
    assert "Kernel.park" in [hunk["in"] for hunk in hunks]
    assert [line for hunk in hunks for line in hunk["lines"]] == [line for line in lines if line[:1] != "@"]


def test_where_there_are_no_two_modules_the_data_say_what_changes() -> None:
    told = as_data(shown_step(neighbours(["asyncio"])))
    assert (told["files"], told["hunks"], told["brought_in"], told["reworded"]) == (None, None, [], [])
    assert told["changes"].startswith("Task and Future are those of the module _asyncio")
