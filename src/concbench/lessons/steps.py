"""The eight steps: their programs, the scenes they are watched at, what they can do, how they are priced.

Standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import ModuleType
from typing import Any

from concbench.documents import folder
from concbench.lessons import scenes
from concbench.lessons.stage import Scene, StageTrace, play

STEPS = range(1, 9)

MOST_NEW, MOST_LINES = 30, 150
"""Lines that a step may add, empty ones not counted, and that the last program may have, all counted."""

SCENES: Mapping[int, Scene] = {
    1: scenes.polled,
    2: scenes.sleepers,
    3: scenes.sleepers,
    4: scenes.sleepers,
    5: scenes.gate,
    6: scenes.talk,
    7: scenes.family,
    8: scenes.limit,
}

DOES: Mapping[int, tuple[str, ...]] = {
    1: ("spawn", "switch", "timers"),
    2: ("chain", "tutorial"),
    3: ("lesson-idle",),
    5: ("parked",),
    6: ("echo",),
    7: ("tree",),
    8: ("cancel",),
}
"""The workloads that the program of a step can do, and no earlier one could, but for those that a few can."""


@dataclass(frozen=True, slots=True)
class PriceTag:
    """A cell by which a step's price is told: of what, and the parameters."""

    what: str
    workload: str
    params: Mapping[str, Any]
    figure: str
    since: int = 1


PRICES = (  # in CPU time, from which the machine's load takes least
    PriceTag("a switch, of 100 tasks", "switch", {"tasks": 100, "suspensions": 100}, "cpu"),
    PriceTag("a switch below 10 calls", "chain", {"tasks": 10, "depth": 10, "suspensions": 100}, "cpu", 2),
    PriceTag("a core, while 100 tasks sleep", "timers", {"tasks": 100, "delay": 0.02}, "share"),
    PriceTag("a sleep, of 2000 in 0.2 s", "timers", {"tasks": 2000, "delay": 0.2, "spread": 1.0}, "cpu", 3),
    PriceTag("a task that waits at a gate", "parked", {"tasks": 1000}, "cpu", 5),
    PriceTag("an echo, on 10 connections", "echo", {"connections": 10, "requests": 50}, "cpu", 6),
    PriceTag("a task made, run and collected", "spawn", {"tasks": 1000}, "cpu"),
)


def path_of(step: int) -> Path:
    """Return where the program of a step lies."""
    return folder() / "lesson" / f"step_{step}.py"


def source_of(step: int) -> str:
    """Return the program of a step."""
    return path_of(step).read_text(encoding="utf-8")


def workloads_of(step: int) -> list[str]:
    """Return the workloads that the program of a step is held to."""
    return [name for first, names in DOES.items() if first <= step for name in names]


def new_lines(step: int) -> list[int]:
    """Return the numbers of a program's lines that the step before does not have, but for empty ones.

    A line that is only indented otherwise is not new.
    """
    before = _bare(source_of(step - 1)) if step > 1 else []
    now = _bare(source_of(step))
    matcher = SequenceMatcher(None, [line for _, line in before], [line for _, line in now], autojunk=False)
    return [
        now[index][0]
        for kind, _, _, start, end in matcher.get_opcodes()
        if kind in ("replace", "insert")
        for index in range(start, end)
    ]


def _bare(source: str) -> list[tuple[int, str]]:
    return [(number, line.strip()) for number, line in enumerate(source.splitlines(), 1) if line.strip()]


def title_of(step: int) -> str:
    """Return what a step is about: the first line of its program, without its number."""
    return source_of(step).split('"""')[1].partition(": ")[2]


def trace_of(step: int) -> StageTrace:
    """Return who runs when in the scene of a step."""
    return play(_program(step), SCENES[step])


def _program(step: int) -> ModuleType:
    """Return a program as a module of its own, whose clock may be exchanged."""
    program = ModuleType(f"step_{step}")
    run_in(program, path_of(step))
    return program


def run_in(module: ModuleType, file: Path) -> None:
    """Run a file as part of a module; raises whatever it raises."""
    exec(compile(file.read_bytes(), str(file), "exec"), vars(module))  # noqa: S102  (it is named to be run)
