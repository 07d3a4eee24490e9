"""What the machine is and how it is set: kernel, processor, limits, memory, power, each from one source.

What cannot be read is None and never guessed; ``"max"`` is the kernel's word for a limit that is readable
and not set. Every file is read below ``root``, so that a test can bring a /proc and a /sys of its own.
"""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from concbench.drive.host.interpreter_info import run_program

ROOT = Path("/")


def text_of(path: Path) -> str | None:
    """Return what a file says, None where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _or_none(ask: Callable[[], Any]) -> Any:
    """Return what psutil says, or None where the files that it reads are not there (no /proc in a chroot)."""
    try:
        return ask()
    except OSError:
        return None


def integer_in(text: str | None) -> int | None:
    """Return the number that a text is, or None."""
    return int(text) if text is not None and text.removeprefix("-").isdecimal() else None


def _cpuinfo(root: Path) -> dict[str, str]:
    lines = (text_of(root / "proc/cpuinfo") or "").split("\n\n")[0].splitlines()
    return {
        key.strip(): value.strip() for key, colon, value in (line.partition(":") for line in lines) if colon
    }


def _sysctl(name: str) -> str | None:
    try:
        return run_program(["/usr/sbin/sysctl", "-n", name]).strip() or None
    except (OSError, subprocess.SubprocessError):
        return None


def machine_id() -> dict[str, Any]:
    """Return the machine's ``id`` and ``architecture``.

    The id tells two machines apart without naming either, since run files are published: 12 hexadecimal
    digits of the SHA-256 of host name and architecture. It can confirm a name that is guessed, no more.
    """
    secret = f"concbench\0{platform.node()}\0{platform.machine()}"
    return {"id": hashlib.sha256(secret.encode()).hexdigest()[:12], "architecture": platform.machine()}


def operating_system(root: Path = ROOT) -> dict[str, Any]:
    """Return the system's name, its distribution, the kernel's release and build, and its limits on threads.

    ``processes_max`` is the user's (``ulimit -u``), ``pids_max`` that of the tightest cgroup. A process may
    have ``mappings_max`` mappings of memory, of which each thread takes two: its stack and what guards it.
    """
    lines = (text_of(root / "etc/os-release") or "").splitlines()
    names = [line.partition("=")[2].strip("\"'") for line in lines if line.startswith("PRETTY_NAME=")]
    mac = f"macOS {platform.mac_ver()[0]}" if sys.platform == "darwin" else None
    return {
        "system": platform.system(),
        "distribution": names[0] if names else mac,
        "kernel": platform.release(),
        "kernel_build": platform.version(),
        "aslr": integer_in(text_of(root / "proc/sys/kernel/randomize_va_space")),
        "threads_max": integer_in(text_of(root / "proc/sys/kernel/threads-max")),
        "pids_max": pids_limit(root),
        "pid_max": integer_in(text_of(root / "proc/sys/kernel/pid_max")),
        "processes_max": processes_limit(),
        "mappings_max": integer_in(text_of(root / "proc/sys/vm/max_map_count")),
    }


def processes_limit() -> int | str | None:
    """Return how many processes and threads this user may have, ``"max"`` where none limits them."""
    try:
        import resource  # noqa: PLC0415  (Windows has no such limit, and no such module)
    except ModuleNotFoundError:
        return None
    soft, _hard = resource.getrlimit(resource.RLIMIT_NPROC)
    return "max" if soft == resource.RLIM_INFINITY else soft


def _allowed_cpus() -> list[int] | None:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def cpu(root: Path = ROOT, affinity: Sequence[int] | None = None) -> dict[str, Any]:
    """Return the processor: model, cores, CPUs allowed, governor, frequency in MHz, turbo, quota in CPUs.

    ``pinned`` are the CPUs (``affinity``) that workers are to be bound to, None where they are not bound.
    """
    import psutil  # noqa: PLC0415  (a command that prints help must not pay for it)

    info = _cpuinfo(root)
    flags = info.get("flags")
    allowed = _allowed_cpus()
    return {
        "model": info.get("model name")
        or (_sysctl("machdep.cpu.brand_string") if sys.platform == "darwin" else None),
        "logical": _or_none(psutil.cpu_count),
        "physical": _or_none(lambda: psutil.cpu_count(logical=False)),
        "allowed": allowed,
        "pinned": None if affinity is None else sorted(affinity),
        "virtualised": None if flags is None else "hypervisor" in flags.split(),
        "governor": governor(root, allowed or [0]),
        "frequency_mhz": frequency(root),
        "turbo": turbo(root),
        "quota": cpu_quota(root),
    }


def governor(root: Path, cpus: Sequence[int]) -> str | None:
    """Return the frequency governor of ``cpus``, joined by commas where they differ."""
    folder = root / "sys/devices/system/cpu"
    found = {text_of(folder / f"cpu{number}/cpufreq/scaling_governor") for number in cpus}
    return ", ".join(sorted(name for name in found if name)) or None


def frequency(root: Path) -> dict[str, float | None]:
    """Return the ``current``, ``min`` and ``max`` frequency of CPU 0 in MHz."""
    folder = root / "sys/devices/system/cpu/cpu0/cpufreq"

    def megahertz(name: str) -> float | None:
        kilohertz = integer_in(text_of(folder / name))
        return None if kilohertz is None else kilohertz / 1000

    told = _cpuinfo(root).get("cpu MHz", "")
    current = megahertz("scaling_cur_freq")
    if current is None and told.replace(".", "", 1).isdecimal():
        current = float(told)
    return {"current": current, "min": megahertz("cpuinfo_min_freq"), "max": megahertz("cpuinfo_max_freq")}


def turbo(root: Path) -> bool | None:
    """Return whether the processor may clock above its base frequency."""
    folder = root / "sys/devices/system/cpu"
    no_turbo = integer_in(text_of(folder / "intel_pstate/no_turbo"))
    if no_turbo is not None:
        return no_turbo == 0
    boost = integer_in(text_of(folder / "cpufreq/boost"))
    return None if boost is None else boost == 1


def cgroup_folders(root: Path, controller: str) -> Iterator[Path]:
    """Yield this process's cgroup and its ancestors, for version 2 and for ``controller`` of version 1."""
    for line in (text_of(root / "proc/self/cgroup") or "").splitlines():
        _, colon, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if not colon or (names and controller not in names.split(",")):
            continue
        for mount in {"", "unified"} if not names else {names, controller}:
            base = root / "sys/fs/cgroup" / mount
            group = base / path.lstrip("/")
            yield group
            yield from (parent for parent in group.parents if parent.is_relative_to(base))


def _tightest(limits: Sequence[float | str]) -> float | str | None:
    numbers = [limit for limit in limits if not isinstance(limit, str)]
    if numbers:
        return min(numbers)
    return "max" if limits else None


def cpu_quota(root: Path) -> float | str | None:
    """Return how many CPUs' worth of time the tightest cgroup grants, ``"max"`` where none limits it."""
    limits: list[float | str] = []
    for folder in cgroup_folders(root, "cpu"):
        quota, _, period = (text_of(folder / "cpu.max") or "").partition(" ")
        if not quota:
            quota = text_of(folder / "cpu.cfs_quota_us") or ""
            period = text_of(folder / "cpu.cfs_period_us") or ""
        if quota in ("max", "-1"):
            limits.append("max")
        elif quota.isdecimal() and period.isdecimal() and int(period):
            limits.append(int(quota) / int(period))
    return _tightest(limits)


def pids_limit(root: Path) -> float | str | None:
    """Return how many processes and threads the tightest cgroup grants, ``"max"`` where none limits them."""
    limits: list[float | str] = []
    for folder in cgroup_folders(root, "pids"):
        text = text_of(folder / "pids.max") or ""
        if text == "max" or text.isdecimal():
            limits.append(text if text == "max" else int(text))
    return _tightest(limits)


def memory(root: Path = ROOT) -> dict[str, Any]:
    """Return the memory in bytes, in all and available, and the setting of transparent huge pages."""
    import psutil  # noqa: PLC0415  (a command that prints help must not pay for it)

    ram = _or_none(psutil.virtual_memory)
    setting = text_of(root / "sys/kernel/mm/transparent_hugepage/enabled") or ""
    chosen = setting.partition("[")[2].partition("]")[0]
    return {
        "total_bytes": ram and ram.total,
        "available_bytes": ram and ram.available,
        "huge_pages": chosen or None,
    }


def load() -> list[float] | None:
    """Return the load averages of the last 1, 5 and 15 minutes."""
    try:
        return list(os.getloadavg())
    except (AttributeError, OSError):  # Windows has no such averages
        return None


def on_battery() -> bool | None:
    """Return whether the machine runs on its battery, None where that cannot be told or there is none."""
    import psutil  # noqa: PLC0415  (as above)

    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):
        # psutil leaves the function out, or it fails, where the platform has no such sensor.
        return None
    return None if battery is None or battery.power_plugged is None else not battery.power_plugged
