"""Reading the machine, from a /proc and a /sys that the test wrote."""

import os
import platform
import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.host import machine

CPU = "sys/devices/system/cpu"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def test_a_root_without_any_file_gives_null_and_never_a_guess(tmp_path: Path) -> None:
    assert machine.governor(tmp_path, [0]) is None
    assert machine.turbo(tmp_path) is None
    assert machine.cpu_quota(tmp_path) is None
    assert machine.pids_limit(tmp_path) is None
    assert machine.frequency(tmp_path) == {"current": None, "min": None, "max": None}
    assert machine.memory(tmp_path)["huge_pages"] is None
    assert machine.cpu(tmp_path)["virtualised"] is None
    system = machine.operating_system(tmp_path)
    assert (system["aslr"], system["threads_max"]) == (None, None)


def test_the_processor_is_read_from_cpuinfo(tmp_path: Path) -> None:
    text = (
        "processor\t: 0\nmodel name\t: A Chip: 3000\ncpu MHz\t\t: 2596.120\nflags\t\t: fpu hypervisor sse\n\n"
    )
    found = machine.cpu(write(tmp_path, {"proc/cpuinfo": text + "processor : 1\nmodel name : Another"}))
    assert found["model"] == "A Chip: 3000"
    assert found["virtualised"] is True
    assert found["frequency_mhz"]["current"] == 2596.12


def test_a_processor_without_the_hypervisor_flag_is_not_virtualised(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/cpuinfo": "flags : fpu sse hypervisor_like"})
    assert machine.cpu(root)["virtualised"] is False


def test_the_cpus_that_workers_are_bound_to_are_kept_apart_from_those_allowed(tmp_path: Path) -> None:
    found = machine.cpu(tmp_path, affinity=[1, 0])
    assert found["pinned"] == [0, 1]
    if hasattr(os, "sched_getaffinity"):
        assert found["allowed"] == sorted(os.sched_getaffinity(0))
    assert machine.cpu(tmp_path)["pinned"] is None


def test_governors_that_differ_are_all_named(tmp_path: Path) -> None:
    names = {0: "powersave", 1: "performance", 2: "powersave", 3: "ondemand"}
    write(tmp_path, {f"{CPU}/cpu{n}/cpufreq/scaling_governor": name for n, name in names.items()})
    assert machine.governor(tmp_path, [0, 2]) == "powersave"
    assert machine.governor(tmp_path, [0, 1, 2]) == "performance, powersave"


def test_frequencies_are_in_megahertz(tmp_path: Path) -> None:
    files = {"scaling_cur_freq": "2400500", "cpuinfo_min_freq": "800000", "cpuinfo_max_freq": "4700000"}
    root = write(tmp_path, {f"{CPU}/cpu0/cpufreq/{name}": text for name, text in files.items()})
    assert machine.frequency(root) == {"current": 2400.5, "min": 800.0, "max": 4700.0}


@pytest.mark.parametrize(
    ("name", "text", "turbo"),
    [
        ("intel_pstate/no_turbo", "1", False),
        ("intel_pstate/no_turbo", "0", True),
        ("cpufreq/boost", "1", True),
        ("cpufreq/boost", "0", False),
        ("cpufreq/boost", "nonsense", None),
    ],
)
def test_turbo_is_read_where_each_driver_keeps_it(
    tmp_path: Path, name: str, text: str, turbo: bool | None
) -> None:
    assert machine.turbo(write(tmp_path, {f"{CPU}/{name}": text})) is turbo


def test_the_tightest_quota_of_the_cgroup_and_its_ancestors_counts(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/app",
            "sys/fs/cgroup/user/app/cpu.max": "max 100000",
            "sys/fs/cgroup/user/cpu.max": "150000 100000",
            "sys/fs/cgroup/user/app/pids.max": "100",
            "sys/fs/cgroup/user/pids.max": "500",
        },
    )
    assert machine.cpu_quota(root) == 1.5
    assert machine.pids_limit(root) == 100


def test_a_limit_that_is_readable_and_not_set_is_max(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "max 100000", "sys/fs/cgroup/pids.max": "max"},
    )
    assert machine.cpu_quota(root) == "max"
    assert machine.pids_limit(root) == "max"


def test_cgroups_of_version_1_are_read_by_controller(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n3:pids:/docker/abc\n1:name=systemd:/\n0::/",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/pids/docker/abc/pids.max": "77",
        },
    )
    assert machine.cpu_quota(root) == 0.5
    assert machine.pids_limit(root) == 77


def test_a_quota_of_minus_one_is_none_at_all(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/self/cgroup": "1:cpu:/", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"})
    assert machine.cpu_quota(root) == "max"


def test_the_other_controllers_limits_are_not_ours(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "1:memory:/",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "1000",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "1000",
        },
    )
    assert machine.cpu_quota(root) is None


def test_the_system_is_read_below_the_root(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "etc/os-release": 'NAME=Some\nPRETTY_NAME="Some Linux 12"',
            "proc/sys/kernel/randomize_va_space": "2",
            "proc/sys/kernel/threads-max": "12345",
            "proc/sys/kernel/pid_max": "32768",
            "proc/sys/vm/max_map_count": "65530",
        },
    )
    system = machine.operating_system(root)
    assert (system["distribution"], system["aslr"], system["threads_max"]) == ("Some Linux 12", 2, 12345)
    assert (system["pid_max"], system["mappings_max"]) == (32768, 65530)


def test_the_limit_of_processes_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (77, 100))
    assert machine.processes_limit() == 77
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (resource.RLIM_INFINITY, 100))
    assert machine.processes_limit() == "max"


def test_the_chosen_huge_page_setting_is_the_one_in_brackets(tmp_path: Path) -> None:
    root = write(tmp_path, {"sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never"})
    found = machine.memory(root)
    assert found["huge_pages"] == "madvise"
    assert 0 < found["available_bytes"] <= found["total_bytes"]


def test_the_machine_is_told_from_others_without_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "build-host-7")
    one = machine.machine_id()
    assert one == machine.machine_id()
    assert "build-host-7" not in str(one)
    monkeypatch.setattr(platform, "node", lambda: "build-host-8")
    assert machine.machine_id()["id"] != one["id"]


def test_a_battery_that_discharges_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    class Battery:
        power_plugged: bool | None = False

    battery = Battery()
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    assert machine.on_battery() is True
    battery.power_plugged = True
    assert machine.on_battery() is False
    battery.power_plugged = None
    assert machine.on_battery() is None
    monkeypatch.delattr(psutil, "sensors_battery")
    assert machine.on_battery() is None


def test_a_load_that_cannot_be_had_is_null(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[float, float, float]:
        raise OSError("no load average")

    monkeypatch.setattr(os, "getloadavg", lambda: (1.0, 2.0, 3.0))
    assert machine.load() == [1.0, 2.0, 3.0]
    monkeypatch.setattr(os, "getloadavg", fail)
    assert machine.load() is None


@given(cgroup=st.text(max_size=40), limit=st.text(max_size=20))
def test_no_content_of_a_file_makes_the_reading_fail(
    tmp_path_factory: pytest.TempPathFactory, cgroup: str, limit: str
) -> None:
    root = tmp_path_factory.mktemp("root")
    text = "\n".join(["0::/", *cgroup.splitlines()]).replace("\0", "").encode("utf-8", "replace").decode()
    limit = limit.encode("utf-8", "replace").decode()
    write(root, {"proc/self/cgroup": text, "sys/fs/cgroup/cpu.max": limit, "proc/cpuinfo": limit})
    quota = machine.cpu_quota(root)
    assert quota is None or quota == "max" or (isinstance(quota, float) and quota >= 0)
    assert set(machine.frequency(root)) == {"current", "min", "max"}
