"""The programs of the lesson: how much each adds, that it stands alone, and who runs when on the stage."""

import ast
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from concbench.lessons.exercises import EXERCISES
from concbench.lessons.notebook import watch
from concbench.lessons.program import program_in
from concbench.lessons.stage import Stage, StageClock, on_clock, play
from concbench.lessons.steps import (
    MOST_LINES,
    MOST_NEW,
    SCENES,
    STEPS,
    new_lines,
    path_of,
    run_in,
    source_of,
    title_of,
    trace_of,
)

in_every_step = pytest.mark.parametrize("step", STEPS)


@in_every_step
def test_a_step_adds_thirty_lines_at_most(step: int) -> None:
    assert 0 < len(new_lines(step)) <= MOST_NEW


def test_the_last_program_has_a_hundred_and_fifty_lines_at_most() -> None:
    assert len(source_of(STEPS[-1]).splitlines()) <= MOST_LINES


def test_a_line_is_new_unless_the_step_before_has_it_whatever_its_indentation() -> None:
    lines = source_of(2).splitlines()
    new = {lines[number - 1].strip() for number in new_lines(2)}
    assert "task.send(None)" in new
    assert "import time" not in new
    assert "" not in new


@in_every_step
def test_a_program_needs_the_standard_library_alone(step: int) -> None:
    imports = [
        node for node in ast.walk(ast.parse(source_of(step))) if isinstance(node, ast.ImportFrom | ast.Import)
    ]
    names = {one.module if isinstance(one, ast.ImportFrom) else one.names[0].name for one in imports}
    assert {str(name).partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


@in_every_step
def test_a_program_says_what_its_step_is_about(step: int) -> None:
    assert source_of(step).startswith(f'"""Step {step}: ')
    assert title_of(step).endswith(".")


@in_every_step
def test_a_trace_is_the_same_each_time(step: int) -> None:
    assert trace_of(step).lines() == trace_of(step).lines()


def test_a_loop_that_asks_works_all_the_time_and_one_that_knows_deadlines_sleeps() -> None:
    asking, sleeping = trace_of(2), trace_of(3)
    assert (asking.worked, asking.span) == (31, 31)
    assert (sleeping.worked, sleeping.span) == (6, 31)
    assert sleeping.results == asking.results == [123, 123, 123]


def test_a_trace_has_a_lane_for_each_task_with_a_sign_for_each_ms() -> None:
    assert trace_of(3).lines() == [
        "foo 30 ms  █·····························█  2 steps",
        "foo 10 ms   █·········█                     2 steps",
        "foo 20 ms    █···················█          2 steps",
        "       ms  0         10        20        30",
        "the processor works for 6 of 31 ms",
    ]


def test_a_trace_as_data_has_the_same_steps() -> None:
    told = trace_of(3).to_dict()
    assert told["lanes"][1] == {"name": "foo 10 ms", "steps_ms": [1, 11], "ended_ms": 12}
    assert (told["span_ms"], told["worked_ms"]) == (31, 6)


def test_visitors_run_only_when_the_gate_is_open() -> None:
    visitor, _, porter = trace_of(5).lanes
    assert len(visitor.steps) == 2
    assert visitor.steps[1] > porter.steps[1]


def test_who_cancels_is_heard_where_the_task_waits() -> None:
    trace = trace_of(8)
    parent, patient, impatient = trace.lanes
    assert trace.results == ["cancelled"]
    assert patient.steps[1] > impatient.steps[1]
    assert parent.steps[-1] >= (patient.ended or 0)


def test_a_scene_in_which_nobody_can_ever_go_on_is_an_error_and_no_trace() -> None:
    program = ModuleType("step_6")
    run_in(program, path_of(6))

    def deaf(step: object, seen: object) -> list[object]:
        return [program.ready(ours)]

    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(RuntimeError, match="nobody on the stage"):
        play(program, deaf)


def test_the_clock_of_the_stage_goes_on_by_what_is_asked_for_alone() -> None:
    clock = Stage().clock
    clock.sleep(0.0102)
    clock.sleep(0.0)
    clock.sleep(1e-12)
    assert clock.perf_counter() == 0.010201


class HastyClock(StageClock):
    """A clock whose sleeps end too early, as a system's may."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 2)


@pytest.mark.parametrize("step", [3, 4, 5])
def test_a_sleep_that_ends_too_early_is_gone_on_with(step: int) -> None:
    program = ModuleType(f"step_{step}")
    run_in(program, path_of(step))
    clock = HastyClock()
    with on_clock(program, clock):
        assert program.run([program.sleep(0.01)]) == [None]
    assert clock.now_us >= 10_000


def test_a_task_that_limits_another_one_hands_on_that_it_is_cancelled_itself() -> None:
    program = program_in(path_of(1).parent / "answers" / "step_8_1.py", 8, 1)
    ended: list[str] = []

    def work() -> Any:
        try:
            yield from program.sleep(60.0)
        finally:
            ended.append("work")

    def main() -> Any:
        (limited,) = yield "start", [program.timeout(10.0, work())]
        yield from program.sleep(1.0)
        yield "cancel", limited
        try:
            yield from program.join(limited)
        except program.Cancelled:
            yield
            return "cancelled", list(ended)

    with on_clock(program, StageClock()):
        assert program.run([main()]) == [("cancelled", ["work"])]


def test_who_sends_more_than_there_is_room_for_keeps_no_other_waiting() -> None:
    program = program_in(path_of(1).parent / "answers" / "step_6_1.py", 6, 1)
    ours, theirs = socket.socketpair()

    def reader() -> Any:
        number = 0
        yield from program.ready(theirs)
        while data := theirs.recv(65536):
            number += len(data)
            yield from program.ready(theirs)
        return number

    def sender() -> Any:
        with ours:
            yield from program.send_all(ours, bytes(5_000_000))
            return ours.getblocking()

    with ours, theirs, ThreadPoolExecutor() as pool:
        ran = pool.submit(program.run, [sender(), reader()])
        try:
            assert ran.result(10) == [True, 5_000_000]
        finally:
            theirs.shutdown(socket.SHUT_RDWR)  # whoever blocks has an error then


def test_a_notebook_has_its_own_clock_back_when_it_was_watched(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    exec(source_of(4), names)  # noqa: S102  (it is ours)
    clock = names["time"]
    watch(4, names)
    assert names["time"] is clock
    assert capsys.readouterr().out.splitlines() == trace_of(4).lines()


def test_the_last_program_serves_many_at_once() -> None:
    program = ModuleType("step_8")
    run_in(program, path_of(8))
    stop, stopped = socket.socketpair()

    def main(listener: socket.socket) -> Any:
        (server,) = yield "start", [program.serve(listener)]
        yield from program.ready(stopped)
        yield "cancel", server
        try:
            yield from program.join(server)
        except program.Cancelled:
            return "stopped"

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as pool, stop, stopped:
        served = pool.submit(program.run, [main(listener)])
        clients = [socket.create_connection(listener.getsockname(), timeout=10) for _ in range(5)]
        for number, client in reversed(list(enumerate(clients))):
            client.sendall(b"hello %d" % number)
        assert [client.recv(100) for client in clients] == [b"hello %d" % number for number in range(5)]
        for client in clients:
            client.close()
        stop.send(b"!")
        assert served.result(10) == ["stopped"]


def test_every_step_has_a_scene_and_two_exercises_each_with_an_answer() -> None:
    assert set(SCENES) == set(STEPS)
    assert set(EXERCISES) == {(step, number) for step in STEPS for number in (1, 2)}
    answers = {path.name for path in (path_of(1).parent / "answers").glob("*.py")}
    mistakes = {path.name for path in (path_of(1).parent / "mistakes").glob("*.py")}
    assert answers == mistakes == {f"step_{step}_{number}.py" for step, number in EXERCISES}
