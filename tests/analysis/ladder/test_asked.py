"""What the ladder was asked to measure: the sizes that tell its story, and the command that asks again."""

import pytest

from concbench.analysis.ladder.asked import command_of, is_a_ladder, story_of
from concbench.analysis.ladder.rungs import RUNGS, USUAL
from concbench.results.header import Settings
from concbench.results.measured import measured_of
from tests.analysis.ladder.made_up import rungs
from tests.report.made_up import run_of


def test_sizes_of_the_story_are_for_its_workloads_alone() -> None:
    assert story_of(["spawn"]) == {"tasks": ("1000",)}
    assert story_of(["echo"]) == {}
    assert story_of(["switch", "chain"]) == {}


def test_a_ladder_is_what_its_command_asked_for() -> None:
    asked, other = (
        measured_of(run_of(*rungs(yield_from=1.0), settings={"command": command}))
        for command in ("ladder", "run")
    )
    assert is_a_ladder([asked, asked])
    assert not is_a_ladder([asked, other])
    assert not is_a_ladder([])


@pytest.mark.parametrize(
    ("changed", "options"),
    [
        ({}, ""),
        ({"models": [*RUNGS[1:4]]}, " --from idle-sleep --to ready-queue"),
        ({"workloads": ["spawn"], "params": {"tasks": ["1000"]}}, " -w spawn"),
        ({"workloads": ["spawn"], "params": {"tasks": ["7", "8"]}}, " -w spawn -p tasks=7,8"),
        ({"preset": "standard", "timeout": 5.0, "seed": 2}, " --preset standard --timeout 5 --seed 2"),
        (
            {"memory": False, "pythons": ["3.12", "3.13t -X gil=1"]},
            " --no-memory --python '3.12,3.13t -X gil=1'",
        ),
        ({"models": ["trio"], "seed": 2}, ""),
        ({"models": [RUNGS[0], RUNGS[2]]}, ""),
    ],
)
def test_the_command_asks_for_the_same_and_leaves_out_what_is_usual(
    changed: dict[str, object], options: str
) -> None:
    usual = {"models": [*RUNGS], "workloads": [*USUAL], "preset": "quick", "affinity": "auto"}
    params = {name: [*values] for name, values in story_of(USUAL).items()}
    asked = {**usual, "memory": True, "timeout": 60.0, "seed": 1, "params": params, **changed}
    assert command_of(Settings(**asked)) == f"concbench ladder{options}"  # type: ignore[arg-type]
