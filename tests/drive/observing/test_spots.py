"""Samples as they are read, made up: which are of a run, and which C functions were at work."""

import struct

import pytest

from concbench.drive.observing.frames import MOST, FrameMap
from concbench.drive.observing.mapped import CFunction, CodeMap, Region
from concbench.drive.observing.sampling import Glimpse, callers
from concbench.drive.observing.spots import PythonCode, spots_of
from concbench.drive.observing.tracee import Registers

FRAMES = FrameMap(threads={9: 1000}, path=(8, 16), code=0, previous=8, timed=71, root=72)
CODES = {
    71: PythonCode("/x/concbench/measure/probe.py", "timed", 1),
    72: PythonCode("/x/concbench/measure/worker.py", "serve", 1),
    73: PythonCode("/x/concbench/measure/probe.py", "read", 1),
    80: PythonCode("/x/concbench/models/generator.py", "run", 1),
    81: PythonCode("/x/concbench/workloads/basics/switch.py", "steps", 1),
}
NO_CODE = CodeMap(())


def glimpse(*frames: int, pc: int = 0, stack: tuple[int, ...] = ()) -> Glimpse:
    return Glimpse(1000, Registers(pc, 0, 0), struct.pack(f"{len(stack)}Q", *stack), frames, frames)


@pytest.mark.parametrize(
    ("frames", "names"),
    [
        ((81, 80, 71), ["steps", "run"]),
        ((80, 73, 71), ["run"]),
        ((81,), ["steps"]),  # a greenlet's stack ends with itself
        ((99, 81, 80, 71), ["steps", "run"]),  # a frame that is being made has no code yet
        ((), []),
    ],
)
def test_a_sample_of_a_run_has_its_functions_innermost_first(
    frames: tuple[int, ...], names: list[str]
) -> None:
    (spot,) = spots_of([glimpse(*frames)], FRAMES, CODES, NO_CODE)
    assert [one.name for one in spot.python] == names
    assert spot.cpu_ns == 1000


@pytest.mark.parametrize("frames", [(71,), (73, 71), (72,), (81, 72)])
def test_what_is_around_a_run_is_none(frames: tuple[int, ...]) -> None:
    assert list(spots_of([glimpse(*frames)], FRAMES, CODES, NO_CODE)) == []


class Functions(CodeMap):
    """Code in which each hundred addresses are a function."""

    NAMES = ("leaf", "helper", "task_step", "_PyEval_EvalFrameDefault", "beyond")

    def at(self, address: int) -> CFunction:
        place = address // 100
        return CFunction("lib", self.NAMES[place - 1]) if 1 <= place <= len(self.NAMES) else CFunction("", "")


CODE = Functions((Region(0, 1000, 0, "lib"),))


def test_callers_are_told_up_to_what_runs_python_code() -> None:
    seen = glimpse(pc=110, stack=(7, 250, 999999, 350, 450, 550))
    assert [one.function for one in callers(seen, CODE)] == [
        "leaf",
        "helper",
        "task_step",
        "_PyEval_EvalFrameDefault",
    ]


def test_a_function_that_runs_python_code_has_no_callers_of_interest() -> None:
    assert [one.function for one in callers(glimpse(pc=410, stack=(350,)), CODE)] == [
        "_PyEval_EvalFrameDefault"
    ]


def test_where_a_function_begins_nothing_returns_to() -> None:
    """So a mere pointer to a function is no call of the one before it, or of itself."""
    assert [one.function for one in callers(glimpse(pc=110, stack=(300,)), CODE)] == ["leaf"]


def test_frames_are_read_from_the_thread_on_to_the_one_that_is_asked_for() -> None:
    memory = {1008: 2000, 2016: 3000, 3000: 81 | 1 << 40, 3008: 4000, 4000: 72, 4008: 5000}

    def words(address: int, number: int) -> tuple[int, ...]:
        found = [memory.get(address + 8 * place) for place in range(number)]
        return tuple(one for one in found if one is not None)

    assert FRAMES.now(words, 9, {72}) == ((81 | 1 << 40) & ~7, 72)
    assert len(FRAMES.now(lambda _address, number: (8,) * number, 9)) == MOST
    assert FRAMES.now(lambda _address, _number: (), 9) == ()
    assert FRAMES._replace(code=1 << 40).now(words, 9) == ()
