"""gevent: patched in the worker that runs it, and imported nowhere else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from concbench.models.gevent import MODEL

ROOT = Path(__file__).parents[2]

if MODEL.unavailable() is not None:
    pytest.skip(str(MODEL.unavailable()), allow_module_level=True)


def said_by(code: str) -> str:
    """Return what a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


LISTED = """
import sys
from concbench.commands import main
for command in (["list"], ["verify", "-m", "gevent,generator", "-w", "spawn"]):
    sys.argv = ["concbench", *command]
    try:
        main()
    except SystemExit as leaving:
        assert not leaving.code
print([name for name in sys.modules if name.partition(".")[0] in ("gevent", "greenlet")])
"""


def test_the_command_line_never_imports_it() -> None:
    assert said_by(LISTED).splitlines()[-1] == "[]"


OPENED = """
import json, threading, time
from concbench.models.gevent import MODEL
before = threading.Lock, time.sleep
with MODEL.open() as session:
    from gevent import monkey
    rt = session.rt
    print(json.dumps([
        monkey.is_object_patched("threading", "Lock"),
        (rt.Lock, rt.sleep) == (threading.Lock, time.sleep) != before,
        len(set(session.run([lambda: id(MODEL.current())] * 3))),
        session.run([lambda: threading.get_native_id()] * 3) == [threading.get_native_id()] * 3,
    ]))
"""


def test_what_it_lends_is_patched_and_each_task_is_a_greenlet_in_the_same_thread() -> None:
    assert json.loads(said_by(OPENED)) == [True, True, 3, True]


STALLED = """
import json
from dataclasses import replace
from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models.gevent import MODEL
from concbench.workloads.basics import spawn

def forever(rt, p):
    def sleep():
        rt.sleep(1000)
    def spin():
        while True:
            pass
    return [{"sleep": sleep, "spin": spin}[kind]]

told = []
with MODEL.open() as session:
    for kind in ("sleep", "spin"):
        workload = replace(spawn.WORKLOAD, versions={"blocking": forever})
        cell = cell_of(workload, spawn.Params(1), MODEL, session)
        told.append(bear_witness(cell, seconds=0.2).failures["completed"])
print(json.dumps(told))
"""


def test_a_run_that_hangs_is_interrupted_whether_the_hub_waits_or_a_greenlet_spins() -> None:
    assert json.loads(said_by(STALLED)) == ["the run did not end within 0.2 s"] * 2
