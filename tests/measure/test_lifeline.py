"""The lifeline: a worker and its children end when the driver is killed, whatever they are doing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .odd import is_running, odd_model, wait_until

pytestmark = [
    pytest.mark.measured_side,
    pytest.mark.skipif(sys.platform != "linux", reason="tells the living from zombies by /proc"),
]

DRIVER = """
import sys, threading
from pathlib import Path
from concbench.drive.workers.launch import launch
link = launch(Path(sys.executable), "odd", plugins=[sys.argv[1]])
print(link.greeting["pid"], flush=True)
about = {"workload": "spawn", "params": {"tasks": 2}, "number": 1, "long_first": False}
link.request({"op": "turn", **about}, 600.0)
"""

SAY_SO = "os.close(os.open({path!r}, os.O_CREAT))\n"

BUSY = "while True: pass"
ASLEEP = "time.sleep(600)"
ASLEEP_IN_C = "ctypes.PyDLL(None).sleep(600)"  # holds the interpreter lock, so no Python code can run
BUSY_IN_C = "sum(range(10**12))"
WITH_A_FORK = "os.fork()\ntime.sleep(600)"
WITH_A_PROGRAM = "subprocess.Popen(['sleep', '600'])\ntime.sleep(600)"


def members_of(session: int) -> list[int]:
    """Return the processes of a session that are running."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            mine = os.getsid(pid) == session
        except ProcessLookupError:
            continue
        if mine and is_running(pid):
            found.append(pid)
    return found


@pytest.mark.parametrize(
    ("hang", "processes"),
    [(BUSY, 1), (ASLEEP, 1), (ASLEEP_IN_C, 1), (BUSY_IN_C, 1), (WITH_A_FORK, 2), (WITH_A_PROGRAM, 2)],
)
def test_a_worker_and_its_children_end_with_a_driver_that_is_killed(
    tmp_path: Path, hang: str, processes: int
) -> None:
    busy = tmp_path / "busy"
    plugin = odd_model(tmp_path, SAY_SO.format(path=str(busy)) + hang)
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, plugin], stdout=subprocess.PIPE, text=True)
    assert driver.stdout is not None
    with driver.stdout:
        worker = int(driver.stdout.readline())
    wait_until(lambda: busy.exists() and len(members_of(worker)) == processes)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    wait_until(lambda: not members_of(worker))


RESTING = """
import sys, threading
from pathlib import Path
from concbench.drive.workers.launch import launch
link = launch(Path(sys.executable), "generator")
print(link.greeting["pid"], flush=True)
threading.Event().wait()
"""


def test_a_worker_that_is_stopped_until_its_turn_ends_with_a_driver_that_is_killed() -> None:
    driver = subprocess.Popen([sys.executable, "-c", RESTING], stdout=subprocess.PIPE, text=True)
    assert driver.stdout is not None
    with driver.stdout:
        worker = int(driver.stdout.readline())
    wait_until(lambda: state_of(worker) == "T")
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    wait_until(lambda: not members_of(worker))


def state_of(pid: int) -> str:
    """Return the system's letter for what a process does: R, S, T (stopped), Z …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_parent_that_was_gone_before_is_noticed() -> None:
    late = (
        "import os\nfrom concbench.lifeline import hold\n"
        "read, write = os.pipe()\nos.close(write)\nhold(read)\nprint('alive')\n"
    )
    ended = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")


def test_a_process_that_leads_no_group_goes_alone() -> None:
    code = (
        "import os, time\nfrom concbench.lifeline import hold\n"
        "read, write = os.pipe()\n"
        "if not os.fork():\n    hold(read)\n    os.close(write)\n    time.sleep(600)\n"
        "os.close(write)\nprint(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert ended.stdout == f"{-signal.SIGKILL}\n"
