"""A process that is looked into goes on as if nobody had: its signals, its end, its exit code."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.observing import tracee
from concbench.drive.observing.spots import OpenLink
from concbench.drive.observing.tracee import Tracee, Unobservable, refused
from concbench.drive.observing.turns import Observer
from concbench.drive.plan import make_contenders
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.lastwords import ProcessLost
from concbench.drive.workers.launch import launch
from concbench.workloads.catalogue import Catalogue
from tests.measure.odd import odd_model

pytestmark = pytest.mark.skipif(refused() is not None, reason="nobody can look into a process here")

PROGRAM = """
import signal, sys
told = []
signal.signal(signal.SIGUSR1, lambda *_: told.append(1))
print("ready", flush=True)
while not told:
    pass
print("told", flush=True)
sys.stdin.read()
sys.exit(7)
"""


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-Sc", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as found:
        assert found.stdout is not None
        assert found.stdout.readline() == "ready\n"
        yield found
        found.kill()


def test_a_process_is_stopped_looked_into_and_let_go(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    seen = Tracee(process.pid, process.pid)
    registers = seen.stop()
    assert registers is not None
    assert len(seen.words(registers.stack, 4)) == 4
    assert registers.pc != 0
    assert seen.words(8, 4) == ()
    seen.go_on()
    process.send_signal(signal.SIGUSR1)
    while (number := seen.stopped_at()) != signal.SIGUSR1:  # it is to get it, but stops at it first
        assert number is None
    seen.go_on(number)
    assert process.stdout.readline() == "told\n"
    seen.let_go()
    process.communicate("")
    assert process.returncode == 7


def test_a_process_that_ends_is_no_longer_stopped(process: "subprocess.Popen[str]") -> None:
    seen = Tracee(process.pid, process.pid)
    process.kill()
    while seen.stop() is not None:
        seen.go_on()
    seen.let_go()
    assert process.wait() == -signal.SIGKILL


def test_what_cannot_be_looked_into_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unobservable, match="no thread of a process that was started here"):
        Tracee(os.getpid(), os.getpid())
    with pytest.raises(Unobservable, match="no thread of a process that was started here"):
        Tracee(1 << 22, 1 << 22)
    monkeypatch.setattr(tracee, "BANKS", {})
    with pytest.raises(Unobservable, match="the registers of"):
        Tracee(1, 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "this is darwin" in str(refused())


def observer(client: WorkerClient, workload: str = "switch", **params: int) -> Observer:
    cell = {"workload": workload, "params": params}
    return Observer(client=client, cell=cell, number=200, timeout=60.0, random=Random(1))


def client_of(model: str, *plugins: str) -> WorkerClient:
    """Return the client of a worker that runs generators under a model."""
    (contender,) = make_contenders(Catalogue(), ["generator"], {"3": Interpreter(Path(sys.executable))}, ())
    here = Path(sys.executable)
    return WorkerClient(lambda _one: launch(here, model, plugins=plugins, link=OpenLink), contender)


@pytest.fixture
def client() -> Iterator[WorkerClient]:
    with client_of("generator") as found:
        yield found


def test_a_run_is_seen_in_the_functions_of_the_workload_and_the_model(client: WorkerClient) -> None:
    told: list[int] = []
    seen = replace(observer(client, tasks=10, suspensions=100), tell=told.append).observe(0.1)
    names = {one.name for spot in seen.spots for one in spot.python}
    assert {"generator.<locals>.steps", "wait_gen"} <= names
    assert not names & {"timed", "serve", "loads", "take_slice"}
    assert seen.runs >= 400
    assert seen.cpu_ns > 0
    assert sum(spot.cpu_ns for spot in seen.spots) > 0
    assert sum(told) > seen.cpu_ns
    assert any(one.function.startswith("_PyEval_Eval") for spot in seen.spots for one in spot.native)
    both = seen.and_(seen)
    assert (both.runs, both.cpu_ns, len(both.spots)) == (2 * seen.runs, 2 * seen.cpu_ns, 2 * len(seen.spots))


def test_a_cell_that_fails_while_it_is_observed_says_how(client: WorkerClient) -> None:
    with pytest.raises(ProcessLost, match="there is no workload nothing here") as caught:
        observer(client, "nothing").observe(0.1)
    assert caught.value.outcome == "unavailable"


DIES = """
import threading
self.runs = getattr(self, "runs", 0) + 1
if self.runs == 1:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
if self.runs > 300:
    os.abort()
"""


def test_a_worker_that_dies_while_its_threads_are_observed_is_lost_as_any(tmp_path: Path) -> None:
    with client_of("odd", odd_model(tmp_path, DIES)) as client, pytest.raises(ProcessLost) as caught:
        observer(client, tasks=10, suspensions=100).observe(0.1)
    assert caught.value.outcome == "crashed"
    assert "Aborted" in str(caught.value)
