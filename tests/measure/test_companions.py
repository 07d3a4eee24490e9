"""Companions: at work beside a cell, told apart from it in every figure, and gone with it."""

import errno
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.launch import WorkerLost, launch
from concbench.measure import companions
from concbench.measure.companions import NotReady, beside
from concbench.measure.execution import cell_of
from concbench.measure.probe import cpu_ns_of
from concbench.measure.turns import witness_cell
from concbench.models.base import Exhausted
from concbench.models.threads import MODEL as THREADS
from concbench.workloads.base import Companion
from concbench.workloads.catalogue import Catalogue

from .odd import is_running, turn, wait_until
from .plugins.loads import ECHO

pytestmark = pytest.mark.measured_side
LOADS = Path(__file__).with_name("plugins") / "loads.py"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one that does not end by itself not be waited for."""
    monkeypatch.setattr(companions, "END_SECONDS", 0.1)


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


def asked(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"hello\n")
        return connection.recv(100)


@LINUX
def test_a_companion_answers_while_it_is_wanted_and_is_gone_afterwards() -> None:
    with beside(Companion(ECHO)) as companion:
        before = cpu_ns_of(companion.pid)
        assert [asked(companion.port) for _ in range(3)] == [b"hello\n"] * 3
        after = cpu_ns_of(companion.pid)
    assert before is not None
    assert after is not None
    assert after > before
    assert not is_running(companion.pid)
    with pytest.raises(ConnectionRefusedError):
        asked(companion.port)


@LINUX
def test_a_companion_is_gone_where_what_is_beside_it_fails() -> None:
    with pytest.raises(KeyboardInterrupt), beside(Companion(ECHO)) as companion:
        raise KeyboardInterrupt
    assert not is_running(companion.pid)


@LINUX
@pytest.mark.usefixtures("soon")
def test_what_a_companion_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    program = """
import subprocess, sys
left = subprocess.Popen(["sleep", "600"], start_new_session=True)
open(sys.argv[2], "w").write(str(left.pid))
print(flush=True)
left.wait()
"""
    with beside(Companion(program, (str(place),))):
        pass
    left = int(place.read_text())
    assert is_running(left)
    os.kill(left, signal.SIGKILL)


@LINUX
def test_a_companion_that_says_more_than_a_pipe_holds_goes_on_answering() -> None:
    talking = ECHO.replace("key.fileobj.sendall(data)", "print('x' * 50_000); key.fileobj.sendall(data)")
    with beside(Companion(talking)) as companion:
        assert [asked(companion.port) for _ in range(5)] == [b"hello\n"] * 5


@LINUX
def test_a_companion_that_prints_at_once_what_no_pipe_holds_is_waiting_for_no_reader() -> None:
    talking = f"print(flush=True)\nimport sys; sys.stdout.write('x' * 500_000)\n{ECHO}"
    with beside(Companion(talking)) as companion:
        assert asked(companion.port) == b"hello\n"


@LINUX
def test_a_companion_that_writes_without_end_is_ended_as_any() -> None:
    with beside(Companion("while True: print('x' * 10_000)")) as companion:
        pass
    assert not is_running(companion.pid)


@pytest.mark.parametrize("wrong", [None, Companion("\0"), Companion("", (3,))])  # type: ignore[arg-type]
def test_what_is_no_companion_is_refused_in_words(wrong: Any) -> None:
    with pytest.raises(TypeError, match="must return a Companion of texts, not "), beside(wrong):
        pass


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit(3)", "ended with exit code 3 before it was ready"),
        ("import time; time.sleep(600)", "not ready within 0.3 s"),
        ("import os; os.close(1); os.read(0, 1)", "closed its standard output before it was ready"),
    ],
)
def test_a_companion_that_does_not_come_up_is_told_of(
    request: pytest.FixtureRequest, program: str, said: str
) -> None:
    if "close" in program:
        request.getfixturevalue("soon")
    with (
        pytest.raises(NotReady, match=said),
        beside(Companion(program), seconds=0.3 if "time" in program else 10),
    ):
        pass


def test_a_companion_that_the_system_lets_start_no_thread_is_exhausted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refuse = """
import threading
def no(_thread): raise RuntimeError("can't start new thread")
threading.Thread.start = no
"""
    monkeypatch.setattr(companions, "ENDS_WITH_US", refuse + companions.ENDS_WITH_US)
    with pytest.raises(Exhausted, match=r"no thread \(ulimit -u\)"), beside(Companion(ECHO)):
        pass


def test_a_machine_without_a_loopback_interface_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_address: errno.ENETUNREACH)
    with pytest.raises(NotReady, match="bring the loopback interface up"), beside(Companion(ECHO)):
        pass


@pytest.mark.usefixtures("soon")
def test_arguments_of_a_companion_come_after_its_socket() -> None:
    program = "import sys; assert sys.argv[2:] == ['a', 'b']; print(flush=True); sys.stdin.read()"
    with beside(Companion(program, ("a", "b"))):
        pass


@pytest.mark.parametrize("model", ["asyncio", "threads"])
def test_tasks_find_the_companion_of_their_workload_whose_cpu_time_is_told_beside_theirs(model: str) -> None:
    link = launch(Path(sys.executable), model, plugins=[str(LOADS)])
    values = {"tasks": 3, "work": 20}
    seen = link.request({"op": "witness", "workload": "asking", "params": values, "seconds": 20.0}, 60.0)
    sample = link.request(turn("asking", number=2, **values), 60.0)
    link.kill()
    assert set(seen["checks"].values()) == {None}
    assert sample["legs"][0]["cpu_ns"] > 0
    told = sample["records"]["companion_cpu_ns"]
    assert told > 0 if sys.platform == "linux" else told is None
    if sys.platform == "linux":
        busy = told / sum(leg["wall_ns"] for leg in sample["legs"])
        assert sample["records"]["companion_busy"] == pytest.approx(busy, abs=1e-4)


def test_a_turn_is_foretold_with_the_start_of_its_companion() -> None:
    workload, day_ns = Catalogue([str(LOADS)]).workload("asking"), 86_400 * 10**9
    with THREADS.open() as session, beside(Companion(ECHO)) as companion:
        cell = cell_of(workload, workload.params(2, 3), THREADS, session)
        seen = witness_cell(replace(cell, companion=replace(companion, startup_ns=day_ns)), seconds=60)
    assert 1 < seen["estimate_ns"] / day_ns < 2


HANGING = """
import time
from dataclasses import replace
from concbench.workloads.base import Companion
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.basics.spawn import WORKLOAD

PROGRAM = '''
import os, pathlib, sys, time
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
print(flush=True)
time.sleep(600)
'''

def hang(rt, p):
    return [lambda: time.sleep(600)]

WORKLOADS = [
    replace(
        WORKLOAD,
        name="hanging",
        versions={**WORKLOAD.versions, "blocking": hang},
        companion=lambda _p: Companion(PROGRAM, (PLACE,)),
    )
]
"""


@LINUX
def test_a_companion_ends_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    plugin = tmp_path / "hanging.py"
    plugin.write_text(f"PLACE = {str(place)!r}\n{HANGING}", encoding="utf-8")
    link = launch(Path(sys.executable), "threads", plugins=[str(plugin)])
    with pytest.raises(WorkerLost, match="no answer within 1 s"):
        link.request(turn("hanging", tasks=1), 1.0)
    pid = int(place.read_text())
    wait_until(lambda: not is_running(pid))
