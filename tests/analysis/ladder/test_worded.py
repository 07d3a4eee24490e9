"""What tasks become where two rungs speak different dialects, from the wordings that the suite measures."""

from concbench.analysis.ladder.differing import neighbours
from concbench.analysis.ladder.rungs import STEPS
from concbench.analysis.ladder.worded import reworded


def test_the_step_to_async_and_await_shows_tasks_in_both_dialects() -> None:
    switch, parked = reworded(neighbours(["async-await"]))
    assert {"-def steps(number):", "+async def steps(number):", "-        yield"} <= {*switch.lines}
    assert "+        await switch()" in switch.lines
    at = parked.lines.index("-    yield from gate.wait()")
    assert "+    await gate.wait()" in parked.lines[at:]
    assert "     return number"[1:] in [line[1:] for line in parked.lines if line.startswith(" ")]


def test_where_both_rungs_speak_one_dialect_no_task_changes() -> None:
    assert [step.rung for step in STEPS if reworded(step)] == ["async-await"]
