"""What a rung takes from beside it that the rung below had not, with what that is."""

from concbench.analysis.ladder.bringing import brought_in
from concbench.analysis.ladder.differing import neighbours


def names_of(rung: str) -> list[str]:
    return [one.name for one in brought_in(neighbours([rung]))]


def test_a_step_says_what_its_imports_bring_in() -> None:
    (join, _) = brought_in(neighbours(["task-objects"]))
    assert join.name == "handles.join"
    assert join.says.startswith("Run tasks of one's own, and return their values in order")
    assert not join.says.endswith(".")


def test_of_a_collection_it_names_what_is_in_it() -> None:
    assert "calls.Semaphore" in names_of("ready-queue")
    assert {"handles.cancel", "handles.timeout"} <= {*names_of("cancellation")}
    assert "calls.WAITING" not in names_of("ready-queue")


def test_what_the_rung_below_had_in_a_collection_or_defines_itself_is_not_new() -> None:
    assert names_of("async-await") == ["calls.start", "calls.switch"]


def test_a_step_that_takes_nothing_or_is_none_of_ours_brings_nothing_in() -> None:
    assert names_of("timer-heap") == []
    assert names_of("asyncio") == []
