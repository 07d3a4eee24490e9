"""What a run ran on: the machine, the Pythons, the packages, the clocks and the commit, as plain data.

Each function asks one source (those of the machine itself stand in machine.py). What cannot be read is
None, null in the run file, and never guessed. Nothing here names a user, a folder or a host, since run
files are published (docs/FORMAT.md says where else in them a path may stand). What makes two records
comparable is their ``identity``.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import concbench
from concbench.drive.host import machine
from concbench.drive.host.interpreter_info import InterpreterInfo, probe
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.host.origin import Origin

PACKAGE = Path(concbench.__file__).parent
DRIVER_PACKAGES = ("click", "numpy", "psutil", "rich", "scipy")
MEASURED_LAYERS = ("models", "workloads", "measure", "drive")
BEHAVIOUR_VARIABLES = (
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONDUMPREFS",
    "PYTHONHASHSEED",
    "PYTHONMALLOC",
    "PYTHONMALLOCSTATS",
    "PYTHONOPTIMIZE",
    "PYTHONPERFSUPPORT",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONTRACEMALLOC",
    "PYTHON_CPU_COUNT",
    "PYTHON_GIL",
    "PYTHON_JIT",
    "PYTHON_PERF_JIT_SUPPORT",
)
"""The variables that change how fast Python runs, or what it does; their values hold no path."""

COVERAGE_VARIABLES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COV_CORE_SOURCE")


def now() -> str:
    """Return the time now, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def smallest_step(clock: Callable[[], int] = time.perf_counter_ns, steps: int = 100) -> int:
    """Return the smallest step in ns that ``clock`` was seen to take in ``steps`` changes of its reading."""
    smallest = None
    for _ in range(steps):
        before = after = clock()
        while after == before:
            after = clock()
        smallest = after - before if smallest is None else min(smallest, after - before)
    if smallest is None:
        raise ValueError(f"steps must be at least 1, not {steps}")
    return smallest


def clocks() -> dict[str, Any]:
    """Return what Python says of its clocks (resolution in s) and perf_counter_ns's smallest step in ns."""
    told: dict[str, Any] = {}
    for name in ("perf_counter", "monotonic", "process_time"):
        info = time.get_clock_info(name)
        told[name] = {"implementation": info.implementation, "resolution_s": info.resolution}
    return {**told, "smallest_step_ns": smallest_step()}


def variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the set environment variables that change how Python behaves; empty counts as unset."""
    return {name: environ[name] for name in BEHAVIOUR_VARIABLES if environ.get(name)}


def tracing(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return what watches this interpreter, or would watch its children: tracers, profilers, coverage."""
    watchers = []
    if sys.gettrace() is not None:
        watchers.append("a trace function (sys.settrace)")
    if sys.getprofile() is not None:
        watchers.append("a profile function (sys.setprofile)")
    if sys.version_info >= (3, 12):
        tools = (sys.monitoring.get_tool(number) for number in range(6))
        watchers += [f"{tool} (sys.monitoring)" for tool in tools if tool]
    set_here = [name for name in COVERAGE_VARIABLES if environ.get(name)]
    return watchers + [f"coverage of child processes ({name})" for name in set_here]


def package_versions(names: Sequence[str]) -> dict[str, str | None]:
    """Return the version of each package that this interpreter has, None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def source_digest(package: Path = PACKAGE) -> str:
    """Return 12 hexadecimal digits of the SHA-256 of the code that is measured or measures.

    These are the Python files of models, workloads and measure, by name and content: the same digest,
    the same code, be it committed or not.
    """
    digest = hashlib.sha256()
    for path in sorted(path for layer in MEASURED_LAYERS for path in (package / layer).rglob("*.py")):
        digest.update(f"{path.relative_to(package).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def python_record(info: InterpreterInfo) -> dict[str, Any]:
    """Return what is known of an interpreter as plain data; of its path the last part alone."""
    told = {**asdict(info), "executable": info.executable.name, "version": list(info.version)}
    del told["switches"]
    return {**told, "options": list(info.switches.words)}


def describe(
    interpreters: Sequence[Interpreter],
    packages: Sequence[str] = (),
    origin: Origin | None = None,
    affinity: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Return the record of everything that a result may depend on, ready for JSON.

    ``interpreters`` run the workers and are asked for the versions of ``packages``; ``origin`` is which
    commit concbench is of; ``affinity`` the CPUs that workers are bound to. Raises InterpreterError.
    """
    record: dict[str, Any] = {
        "started": now(),
        "machine": machine.machine_id(),
        "os": machine.operating_system(),
        "cpu": machine.cpu(affinity=affinity),
        "memory": machine.memory(),
        "load": machine.load(),
        "on_battery": machine.on_battery(),
        "clocks": clocks(),
        "variables": variables(),
        "tracing": tracing(),
        "pythons": [python_record(probe(one.executable, packages, one.switches)) for one in interpreters],
        "packages": package_versions(DRIVER_PACKAGES),
        "concbench": {"version": concbench.__version__, "source": source_digest()},
        "repository": origin.repository if origin else None,
        "commit_unknown": origin.unknown if origin else None,
    }
    return {**record, "identity": identity(record)}


def identity(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the short strings that make two records comparable if all are equal: a run is resumed only then.

    They name the machine, its processor and the CPUs' worth of it that may be used, the kernel, concbench's
    version, measured sources and commit, and for each interpreter, numbered as requested, its build and the
    packages that were asked for. Load, frequency and memory vary by the minute: they are for warnings.
    """
    cpu, system, code = record["cpu"], record["os"], record["concbench"]
    allowed = "?" if cpu["allowed"] is None else len(cpu["allowed"])
    commit = (record["repository"] or {}).get("commit")
    same = {
        "machine": f"{record['machine']['id']} ({record['machine']['architecture']})",
        "cpu": f"{cpu['model']}, {allowed} of {cpu['logical']} CPUs, quota {cpu['quota']}",
        "os": f"{system['system']} {system['kernel']}",
        "concbench": f"{code['version']}, source {code['source']}",
        "commit": commit or "unknown",
    }
    for number, python in enumerate(record["pythons"], 1):
        states = ["GIL" if python["gil"] else "no GIL", *["JIT"] * (python["jit"] is True)]
        build = f"{python['release']} ({python['build']}) [{python['compiler']}]"
        same[f"python {number}"] = ", ".join([build, *states, *python["options"]])
        if python["packages"]:
            versions = (
                f"{name} {version or 'not installed'}" for name, version in sorted(python["packages"].items())
            )
            same[f"packages {number}"] = ", ".join(versions)
    return same
