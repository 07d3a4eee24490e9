"""Strays: the processes of a worker are found where /proc tells of them, and its group is ended anyhow."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concbench.drive.cachegrind import Running
from concbench.drive.workers import strays
from concbench.drive.workers.strays import Family
from tests.measure.odd import is_running, wait_until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take /proc away."""
    monkeypatch.setattr(strays, "PROC", str(tmp_path / "proc"))


class Started:
    """A family whose head has a child in a session of its own."""

    def __init__(self) -> None:
        self.family = Family()
        code = "import subprocess; print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
        self.head = subprocess.Popen(
            [sys.executable, "-S", "-c", f"{code}; import time; print('', flush=True); time.sleep(600)"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=self.family.environment(os.environ),
        )
        assert self.head.stdout is not None
        self.child = int(self.head.stdout.readline())


@pytest.fixture
def started() -> Iterator[Started]:
    one = Started()
    with one.head:
        yield one
        one.head.kill()
    if is_running(one.child):
        os.kill(one.child, signal.SIGKILL)


def born(pid: int) -> int:
    """Return when a process was born, in the system's ticks."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[strays.BORN])


def younger_than(pid: int) -> subprocess.Popen[bytes]:
    """Return a process that was born a tick later at least."""
    while True:
        found = subprocess.Popen(["sleep", "600"])
        if born(found.pid) > born(pid):
            return found
        found.kill()
        found.wait()


@LINUX
def test_who_is_listed_behind_a_younger_process_is_found_all_the_same(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.listdir
    with younger_than(started.child) as younger:
        started.family.starts_with(started.head.pid)
        monkeypatch.setattr(os, "listdir", lambda path: [str(younger.pid), *listed(path)])
        found = [one.pid for one in started.family.others()]
        younger.kill()
    assert started.child in found


@LINUX
def test_who_leads_a_session_of_its_own_is_ended_with_the_worker(started: Started) -> None:
    started.family.starts_with(started.head.pid)
    assert [one.pid for one in started.family.others()] == [started.child]
    started.family.end()
    assert started.head.wait() == -signal.SIGKILL
    assert not is_running(started.child)


@pytest.fixture
def between(started: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Have an orphan be between two programs as often as the list has entries, for whoever looks at it."""
    started.family.starts_with(started.head.pid)
    started.head.kill()
    wait_until(lambda: not is_running(started.head.pid))
    looks: list[int] = []
    real = strays.environment_of

    def environment(pid: str) -> bytes | None:
        return b"" if pid == str(started.child) and looks and looks.pop() else real(pid)

    monkeypatch.setattr(strays, "environment_of", environment)
    yield looks
    assert looks == []


@LINUX
@pytest.mark.parametrize("times", [0, 1, 5])
def test_who_is_between_two_programs_is_looked_at_again_and_ended(
    started: Started, between: list[int], times: int
) -> None:
    between += [1] * times
    started.family.end()
    wait_until(lambda: not is_running(started.child))


@LINUX
def test_who_is_between_two_programs_is_told_as_one_that_stays(
    started: Started, between: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "GRACE_SECONDS", 0.1)
    between += [1] * 3
    assert [one.pid for one in started.family.others_that_stay()] == [started.child]


@pytest.mark.usefixtures("nowhere")
def test_without_proc_the_group_is_ended_and_nobody_else_is_known(started: Started) -> None:
    started.family.starts_with(started.head.pid)
    assert started.family.others() == []
    started.family.end()
    assert started.head.wait() == -signal.SIGKILL


def test_where_proc_goes_later_the_group_is_ended_too(
    started: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started.family.starts_with(started.head.pid)
    monkeypatch.setattr(strays, "PROC", str(tmp_path / "proc"))
    started.family.end()
    assert started.head.wait() == -signal.SIGKILL


def test_a_family_is_ended_once_and_one_without_a_head_never(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "killpg", lambda pid, number: sent.append((pid, number)))
    family = Family()
    family.end()
    assert sent == []
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as head:
        family.starts_with(head.pid)
        family.end()
        family.end()
        head.kill()
    assert sent == [(head.pid, signal.SIGSTOP), (head.pid, signal.SIGKILL)]


def test_a_counted_process_that_cannot_be_watched_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, starts_with = list[int](), Family.starts_with

    def fail(self: Family, pid: int) -> None:
        starts_with(self, pid)
        seen.append(pid)
        raise OSError("no more files")

    monkeypatch.setattr(Family, "starts_with", fail)
    with pytest.raises(OSError, match="no more files"):
        Running().start(["sleep", "600"])
    (pid,) = seen
    with pytest.raises(ChildProcessError):  # it has been waited for
        os.waitpid(pid, 0)
