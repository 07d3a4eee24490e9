"""What is left of the machine, read from a /proc and a /sys that the test wrote."""

from pathlib import Path

import pytest

from concbench.drive.host.left import memory_left, threads_left
from tests.drive.test_machine import write

MEMINFO = {"proc/meminfo": "MemTotal: 4000 kB\nMemFree: 1000 kB\nMemAvailable:    3000 kB"}
THREADS = {
    "proc/loadavg": "0.10 0.20 0.30 2/700 12345",
    "proc/sys/kernel/threads-max": "9000",
    "proc/sys/kernel/pid_max": "4000",
}


def test_where_nobody_tells_nothing_is_guessed(tmp_path: Path) -> None:
    assert memory_left(tmp_path) is None
    assert threads_left(tmp_path) is None


def test_what_is_left_is_what_the_kernel_calls_available_and_the_lesser_of_its_limits(tmp_path: Path) -> None:
    root = write(tmp_path, MEMINFO | THREADS)
    assert memory_left(root) == 3000 * 1024
    assert threads_left(root) == 4000 - 700


@pytest.mark.parametrize(
    ("group", "folder", "most", "used", "cached"),
    [
        ("0::/a/b", "sys/fs/cgroup/a", "memory.max", "memory.current", "inactive_file"),
        ("4:memory:/a", "sys/fs/cgroup/memory/a", "memory.limit_in_bytes", "memory.usage_in_bytes",
         "total_inactive_file"),
    ],
)  # fmt: skip
def test_a_cgroup_may_leave_less_and_files_that_it_can_let_go_of_are_left(
    tmp_path: Path, group: str, folder: str, most: str, used: str, cached: str
) -> None:
    files = {f"{folder}/{most}": "900000", f"{folder}/{used}": "500000"}
    stat = {f"{folder}/memory.stat": f"anon 5\n{cached} 1000"}
    root = write(tmp_path, MEMINFO | files | stat | {"proc/self/cgroup": group})
    assert memory_left(root) == 401_000


def test_a_cgroup_without_a_limit_leaves_what_the_system_does(tmp_path: Path) -> None:
    folder = "sys/fs/cgroup/a"
    limits = {f"{folder}/memory.max": "max", f"{folder}/memory.current": "500", f"{folder}/pids.max": "max"}
    root = write(tmp_path, MEMINFO | THREADS | limits | {"proc/self/cgroup": "0::/a"})
    assert (memory_left(root), threads_left(root)) == (3000 * 1024, 3300)


def test_a_cgroup_may_leave_fewer_threads(tmp_path: Path) -> None:
    folder = "sys/fs/cgroup/pids/a"
    limits = {f"{folder}/pids.max": "100", f"{folder}/pids.current": "40", "proc/self/cgroup": "8:pids:/a"}
    assert threads_left(write(tmp_path, THREADS | limits)) == 60
