"""Instruction counts, with a valgrind that is a script; and once with the real one, where there is one."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive import instructions
from concbench.drive.cachegrind import (
    CountingFailed,
    Running,
    TallyRunner,
    environment,
    refs_in,
    valgrind_path,
)
from concbench.drive.host.switches import Switches
from concbench.drive.instructions import (
    AIM_PASSES,
    MOST_RUNS,
    CountedCell,
    Lost,
    Pair,
    Tally,
    choose_number,
    count_all,
    count_instructions,
    count_pair,
    countable,
    number_for,
    verdict_of,
)
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.models import index as models
from concbench.workloads import index as workloads
from tests.measure.odd import is_running, odd_model, wait_until
from tests.measure.pythons import script

CELL = CountedCell(model="generator", workload="switch", params={"tasks": 2, "suspensions": 3})
ODD = replace(CELL, model="odd")
FAKE = """#!{python}
import json, os, subprocess, sys
given = sys.argv[1:]
log = next(one.partition("=")[2] for one in given if one.startswith("--log-file="))
command = given[next(i for i, one in enumerate(given) if not one.startswith("--")):]
setup = json.loads(command[-1])
runs = int(setup["runs"])
{body}
"""
COUNTS = """
code = subprocess.run(command).returncode
work = runs * setup["params"]["suspensions"]
open(log, "w").write("==7== {spelling} " + f"{{1_000_000 + 1000 * work:,}}" + "\\n")
sys.exit(code)
"""


def side(**more: Any) -> Side:
    """Return a side that runs our own code here."""
    return Side(**{"label": "here", "place": Place(Path(sys.executable)), **more})


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put a valgrind that does ``body`` first on the path."""
    script = folder / "valgrind"
    script.write_text(FAKE.format(python=sys.executable, body=body))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def failure(seconds: float = 60.0, number: int = 4, **of: Any) -> CountingFailed:
    with pytest.raises(CountingFailed) as caught:
        count_instructions(side(**of), CELL, number=number, runner=TallyRunner(seconds))
    return caught.value


@pytest.mark.parametrize("spelling", ["I   refs:     ", "I refs:"])
def test_the_count_is_that_of_all_runs_less_that_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    fake(tmp_path, monkeypatch, COUNTS.format(spelling=spelling))
    counted = count_instructions(side(), CELL, number=4, runner=TallyRunner(60))
    assert counted == Tally(number=4, zero=1_000_000, full=1_012_000)
    assert counted.work == 12_000


@given(st.integers(0, 10**15), st.sampled_from(["I   refs:      ", "I refs: "]))
def test_any_count_is_read_in_either_spelling(count: int, spelling: str) -> None:
    log = f"==12== Cachegrind\n==12== \n==12== {spelling}{count:,}\n"
    assert refs_in(log) == count


def test_of_a_process_and_its_fork_the_one_that_ended_last_counts() -> None:
    assert refs_in("==8== I   refs:      5\n==7== I   refs:      1,000\n") == 1000


@pytest.mark.parametrize("log", ["", "I refs: 12", "==7== D refs: 12", "==7== I refs: many"])
def test_a_log_without_a_count_is_refused(log: str) -> None:
    with pytest.raises(ValueError, match="I refs"):
        refs_in(log)


@pytest.mark.parametrize("words", ["", "==7== Illegal opcode"])
def test_a_valgrind_that_tells_no_count_is_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    fake(tmp_path, monkeypatch, f"subprocess.run(command); open(log, 'w').write({words!r})")
    assert failure().outcome == "crashed"
    assert "told no count" in failure().reason


def test_a_valgrind_that_fails_is_a_crash_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "print('no tool', file=sys.stderr); sys.exit(3)")
    failed = failure()
    assert (failed.outcome, failed.reason) == (
        "crashed",
        "the process ended with exit code 3 without an answer",
    )
    assert failed.last_words == "no tool\n"


def test_the_last_words_of_a_crash_are_kept_with_what_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "print('no tool', file=sys.stderr); sys.exit(3)")
    found = count_pair(side(), side(), CELL, TallyRunner(60.0))
    assert isinstance(found, Lost)
    assert found.last_words == "no tool\n"


def test_compiled_files_are_kept_in_the_folder_of_the_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, COUNTS.format(spelling="I refs:"))
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    odd = odd_model(plugin, "pass")
    count_instructions(
        side(plugins=(odd,), place=Place(Path(sys.executable), compiled=tmp_path / "compiled")),
        ODD,
        number=4,
        runner=TallyRunner(60),
    )
    assert [path.name for path in plugin.iterdir()] == ["odd.py"]
    assert list((tmp_path / "compiled").rglob("odd.*.pyc"))


def test_where_there_is_no_valgrind_it_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valgrind_path() is None
    assert (failure().outcome, failure().reason) == ("unavailable", "valgrind is not installed")


def test_an_interpreter_that_is_not_there_is_a_crash() -> None:
    failed = failure(place=Place(Path("/no/such/python")))
    assert "/no/such/python cannot be started" in failed.reason


@pytest.mark.parametrize(
    ("number", "outcome"), [(errno.ENOSPC, "crashed"), (errno.EACCES, "crashed"), (errno.EMFILE, "exhausted")]
)
@pytest.mark.parametrize("made", ["TemporaryFile", "TemporaryDirectory"])
def test_a_temporary_folder_that_takes_nothing_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str, number: int, outcome: str
) -> None:
    def refuse(**_given: Any) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path / "x"))

    fake(tmp_path, monkeypatch, COUNTS.format(spelling="I refs:"))
    monkeypatch.setattr(f"tempfile.{made}", refuse)
    failed = failure()
    assert failed.outcome == outcome
    assert os.strerror(number) in failed.reason
    assert ("TMPDIR" in failed.reason) is (outcome == "crashed")


def test_a_cell_that_crashes_under_valgrind_alone_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, COUNTS.format(spelling="I refs:"))
    monkeypatch.setattr("concbench.drive.cachegrind.KEPT", ("PATH",))
    body = "if os.environ.get('PYTHONDONTWRITEBYTECODE'):\n    print('here', flush=True)\n    os.abort()"
    odd = odd_model(tmp_path, body)
    with pytest.raises(CountingFailed) as caught:
        count_instructions(side(plugins=(odd,)), ODD, number=2, runner=TallyRunner(60))
    assert caught.value.outcome == "crashed"
    assert "without an answer" in caught.value.reason
    assert "here" in caught.value.last_words


def test_a_cell_that_hangs_times_out_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    fake(
        tmp_path,
        monkeypatch,
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\nchild.wait()",
    )
    failed = failure(seconds=1.0)
    assert (failed.outcome, failed.reason) == ("timeout", "no answer within 1 s")
    wait_until(lambda: not is_running(int(pid.read_text())))


def test_runs_that_take_no_instructions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, "subprocess.run(command); open(log, 'w').write('==7== I refs: 5\\n')")
    assert failure().reason == "4 runs took no instructions (5 with, 5 without)"


def test_the_environment_is_the_same_whatever_ours_holds() -> None:
    ours = {"PYTHONHASHSEED": "7", "PYTHONPATH": "/x", "PYTHONSTARTUP": "/y", "JUNK": "z", "HOME": "/home/me"}
    made = environment(ours)
    assert made["PYTHONHASHSEED"] == "0"
    assert made == environment({"HOME": "/home/me"})
    assert not {"PYTHONPATH", "PYTHONSTARTUP", "JUNK"} & set(made)


@pytest.mark.parametrize(
    ("model", "workload", "said"),
    [
        ("generator", "switch", None),
        ("asyncio", "parked", None),
        ("threads", "switch", "threads"),
        ("asyncio", "timers", "waits for time"),
    ],
)
def test_what_a_count_would_say_nothing_about_is_told(model: str, workload: str, said: str | None) -> None:
    reason = countable(models.get(model), workloads.get(workload))
    assert (reason is None) if said is None else (reason is not None and said in reason)


@given(st.integers(1, 10**10), st.integers(1, 10**8))
def test_the_number_of_runs_is_a_power_of_two_and_makes_about_so_much_work(once: int, one_pass: int) -> None:
    number = number_for(once, one_pass)
    assert 1 <= number <= MOST_RUNS
    assert number & (number - 1) == 0
    if 1 < number < MOST_RUNS:
        assert 0.7 < number * once / (AIM_PASSES * one_pass) < 1.42


@pytest.mark.parametrize(
    ("head", "verdict"), [(1000, "same"), (1005, "same"), (1006, "slower"), (995, "same"), (994, "faster")]
)
def test_a_change_beyond_half_a_per_cent_is_one(head: int, verdict: str) -> None:
    assert verdict_of(1000, head) == verdict


def tallies(monkeypatch: pytest.MonkeyPatch, *works: int) -> list[int]:
    """Have these counts come out one after another; return the layouts that were asked for."""
    asked, left = list[int](), list(works)

    def count(*_cell: Any, number: int, layout: int, **_more: Any) -> Tally:
        asked.append(layout)
        return Tally(number=number, zero=10, full=10 + left.pop(0))

    monkeypatch.setattr(instructions, "choose_number", lambda *_cell, **_bench: 4)
    monkeypatch.setattr(instructions, "count_instructions", count)
    return asked


def test_equal_counts_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tallies(monkeypatch, 1000, 1001)
    found = count_pair(side(), side(), CELL, TallyRunner(1.0))
    assert isinstance(found, Pair)
    assert (found.verdict, found.confirmed, asked) == ("same", False, [1, 1])


@pytest.mark.parametrize(("second", "verdict"), [((1000, 1001), "same"), ((1000, 1020), "slower")])
def test_a_change_is_called_one_only_if_another_layout_of_memory_says_so_too(
    monkeypatch: pytest.MonkeyPatch, second: tuple[int, int], verdict: str
) -> None:
    asked = tallies(monkeypatch, 1000, 1010, *second)
    found = count_pair(side(), side(), CELL, TallyRunner(1.0))
    assert isinstance(found, Pair)
    assert (found.verdict, found.confirmed, asked) == (verdict, True, [1, 1, 2, 2])


def test_many_cells_are_counted_and_those_that_fail_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, COUNTS.format(spelling="I refs:"))
    chain = CountedCell(model="polling", workload="chain", params={"suspensions": 3})
    found = dict(count_all(side(), side(), [chain, CELL]))
    assert isinstance(found[0], Lost)
    assert (found[0].side, found[0].outcome) == ("base", "not-expressible")
    assert isinstance(found[1], Pair)
    assert found[1].verdict == "same"


def test_ctrl_c_while_counting_ends_all_processes_and_keeps_what_was_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    hang = f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\nimport time; time.sleep(600)"
    fake(tmp_path, monkeypatch, hang)
    quick = CountedCell(model="polling", workload="chain", params={"suspensions": 3})
    kept: list[tuple[int, Any]] = []

    def interrupted() -> None:
        with closing(count_all(side(), side(), [quick, CELL], at_once=2)) as counts:
            for one in counts:
                kept.append(one)
                wait_until(lambda: pids.exists() and bool(pids.read_text()))
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [place for place, _found in kept] == [0]
    assert not any(is_running(int(pid)) for pid in pids.read_text().split())


def test_after_the_end_no_process_is_started() -> None:
    running = Running()
    running.end_all()
    with pytest.raises(CountingFailed, match="has been ended"):
        running.start([sys.executable, "-c", "pass"])


@pytest.mark.nightly
@pytest.mark.skipif(valgrind_path() is None, reason="there is no valgrind here")
def test_valgrind_itself_counts_in_proportion_to_the_work() -> None:
    class Noting(TallyRunner):
        """Keeps what it was last asked to count."""

        def counted(self, *where: Any) -> int:
            self.where = where
            return super().counted(*where)

    runner = Noting(60.0)
    cell = replace(CELL, params={"tasks": 10, "suspensions": 400})
    whole = count_instructions(side(), cell, number=8, runner=runner)
    place, setup = runner.where
    half = runner.counted(place, setup | {"runs": "000004"})
    assert 1.9 < whole.work / (half - whole.zero) < 2.1


class Telling(Running):
    """Tells when it has started a process."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def start(self, command: Sequence[str], **settings: Any) -> "subprocess.Popen[bytes]":
        process = super().start(command, **settings)
        self.begun.set()
        return process


WRITES = {
    "no object": (r'os.write(reply, b"[]\n")', "crashed", "sent JSON that is no object"),
    "no text": (r'os.write(reply, b"\xff\n")', "crashed", "sent what is not UTF-8"),
    "an answer to something else": (r'os.write(reply, b"{}\n")', "crashed", "sent a wrong estimate: "),
    "no end": ("while True: os.write(reply, b'x' * 65536)", "crashed", "without an end of line"),
    "a dribble": ("while True: os.write(reply, b' '); time.sleep(0.001)", "timeout", "no answer within 3 s"),
    "a crash": ("ctypes.string_at(0)", "crashed", "Fatal Python error: Segmentation fault, in string_at at "),
}
FINDS_THE_PIPE = """
import fcntl, stat
reply = next(fd for fd in range(3, 30) if os.path.exists(f"/proc/self/fd/{fd}")
             and stat.S_ISFIFO(os.fstat(fd).st_mode) and fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_WRONLY)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe in /proc")
@pytest.mark.parametrize(
    "what", [pytest.param(one, marks=[pytest.mark.nightly] if one == "a dribble" else []) for one in WRITES]
)
def test_what_a_model_writes_into_the_pipe_of_answers_is_that_cell_s_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr("concbench.drive.workers.replies.MOST_BYTES", 1 << 20)
    body, outcome, why = WRITES[what]
    odd = odd_model(tmp_path, FINDS_THE_PIPE + body)
    with pytest.raises(CountingFailed) as caught:
        choose_number(side(plugins=(odd,)), ODD, runner=TallyRunner(3))
    assert caught.value.outcome == outcome
    assert why in caught.value.reason


@pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")
def test_a_child_that_holds_the_pipe_open_does_not_hold_the_counting_up(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    forks = f"""
if not os.path.exists({str(noted)!r}) and not os.fork():  # once, however many runs there are
    os.setsid()
    open({str(noted)!r} + "-", "w").write(str(os.getpid()))
    os.rename({str(noted)!r} + "-", {str(noted)!r})
    time.sleep(600)
while not os.path.exists({str(noted)!r}): time.sleep(0.01)
"""
    odd = odd_model(tmp_path, forks)
    assert choose_number(side(plugins=(odd,)), ODD, runner=TallyRunner(60)) > 0
    wait_until(lambda: not is_running(int(noted.read_text())))


@pytest.mark.skipif(valgrind_path() is None, reason="there is no valgrind here")
def test_killing_from_another_thread_ends_what_valgrind_runs(tmp_path: Path) -> None:
    odd, running = odd_model(tmp_path, "time.sleep(600)"), Telling()
    failed: list[CountingFailed] = []

    def count() -> None:
        with pytest.raises(CountingFailed) as caught:
            count_instructions(side(plugins=(odd,)), ODD, number=2, runner=TallyRunner(600, running))
        failed.append(caught.value)

    counting = threading.Thread(target=count)
    counting.start()
    assert running.begun.wait(30)
    running.end_all()
    counting.join(30)
    assert [one.outcome for one in failed] == ["crashed"]


@pytest.mark.skipif(valgrind_path() is None, reason="there is no valgrind here")
def test_a_valgrind_that_is_killed_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, begun = tmp_path / "temporary", tmp_path / "begun"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n: > {begun}\nexec sleep 600\n")
    program.chmod(0o755)
    running = Running()
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(TallyRunner(600, running).counted, Place(program), {"op": "tally"})
        wait_until(begun.exists)
        running.end_all()
        with pytest.raises(CountingFailed):
            counting.result()
    assert list(temporary.iterdir()) == []


def test_options_of_an_interpreter_are_set_where_instructions_are_counted_too(tmp_path: Path) -> None:
    python = script(
        tmp_path / "python", 'echo "{\\"once_ns\\": $PYTHONOPTIMIZE, \\"pass_ns\\": $PYTHON_JIT}"'
    )
    place = Place(python, switches=Switches(("-X jit=1", "-OO")))
    assert TallyRunner(60).natively(place, {"op": "estimate"}) == {"once_ns": 2, "pass_ns": 1}
