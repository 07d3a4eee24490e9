"""What makes this machine's figures less worth than they look: every warning, in one enumeration.

A warning says what was seen, why it matters, and what to do next. Each has one check, which reads the record
of the environment or the readings of the calibration loop; where a source could not be read (None), there is
nothing to say. A warning never stops a run.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from concbench.drive.host.origin import NOWHERE
from concbench.results.header import Header
from concbench.results.records import WarningRecord
from concbench.stats.noise import MINIMUM_READINGS, SLOW, Noise, worst_noise
from concbench.stats.undetermined import NotDetermined

SLOWED = 1.15
"""The last third of the readings against the first, median by median: above this, a slow phase has begun."""

BUSY = 0.5
"""Load per CPU above which other work will compete with the workers for processor time."""


class Advice(NamedTuple):
    """Why a thing that was seen matters, and what to do about it."""

    why: str
    todo: str


class Warned(Enum):
    """Every warning that concbench knows; the value of each is its advice, ``label`` its name in a record."""

    BIMODAL_SPEED = Advice(
        "The machine switches between speeds, so the median of a lone run says which speed it met, not what"
        " the code costs.",
        "Compare only cells of one run, which are interleaved; raise the number of processes; better, use a"
        " machine that nobody shares.",
    )
    NOISY_SPEED = Advice(
        "The same work takes different times, so small differences need many pairs to be seen.",
        "Close other programs, or raise the number of processes; expect more cells to be unsure.",
    )
    SLOW_PHASE = Advice(
        "Samples taken late are slower than early ones whatever ran: thermal throttling, a busy neighbour, or"
        " a change of frequency.",
        "Trust comparisons within a block only; let the machine cool, then run again.",
    )
    HIGH_LOAD = Advice(
        "Other work takes processor time and caches from the workers, and not from all of them alike.",
        "Wait until it has ended (uptime shows the load), then run again.",
    )
    GOVERNOR = Advice(
        "The processor clocks down while tasks sleep, so models that sleep look slower than those that poll.",
        "sudo cpupower frequency-set --governor performance",
    )
    DEBUG_BUILD = Advice(
        "A debug build of Python checks every reference and is several times slower, unevenly.",
        "Name a release build with --python.",
    )
    GIL_CAME_ON = Advice(
        "An extension module that does not say that it can do without the GIL turns it on for the whole"
        " process, so these figures are of a build that can run threads in parallel, and not of doing so.",
        "Update the module, or add -X gil=0 to the interpreter (--python '3.13t -X gil=0') at your own risk.",
    )
    PYTHON_VARIABLES = Advice(
        "They change how Python behaves. Workers do not see them, but asv and pytest-benchmark measure in"
        " processes that do: the figures will not agree.",
        "Unset them and run again.",
    )
    TRACING = Advice(
        "What watches every call or line slows a model by how many calls it makes, not by what it does.",
        "Run without coverage, debugger and profiler.",
    )
    ONE_CPU = Advice(
        "The driver, the system and the workers share one CPU, and nothing can run side by side.",
        "Allow more CPUs (taskset, the container's cpuset), or read the figures as those of one CPU.",
    )
    CPU_QUOTA = Advice(
        "Once the quota of a period (mostly 100 ms) is used, the kernel stops every thread until the next:"
        " pauses that look like lateness, and hit busy models most.",
        "Lift the quota (docker run --cpus, systemd CPUQuota=), or allow no more CPUs than it grants.",
    )
    BATTERY = Advice(
        "On battery the firmware limits the frequency and changes it as it sees fit.",
        "Plug the machine in and run again.",
    )
    COARSE_CLOCK = Advice(
        "A sample's time is known to no more than a step of the clock.",
        "Check the clock source (on Linux: /sys/devices/system/clocksource/clocksource0/current_clocksource,"
        " where tsc is the fine one).",
    )
    OTHER_PACKAGES = Advice(
        "What these do otherwise counts as head's doing. An environment is kept as it was made, and may be"
        " older than the other.",
        "If that is not what head changes, remove the folder of kept environments, and compare again.",
    )
    BUILT_IN_PLACE = Advice(
        "What one side does in such a module the other may do in Python, and then a ratio says no more than"
        " that.",
        "Have each side built and installed: --with-project.",
    )
    NOT_AS_INSTALLED = Advice(
        "What its tests are set up with has its sources first (pytest's pythonpath, say), and modules that"
        " were built are not there.",
        "Leave that out: --pytest-args '-o pythonpath='.",
    )
    UNKNOWN_COMMIT = Advice(
        "Nobody can run the same code again, and concbench history passes the run over.",
        "See to that before a run that is to be kept.",
    )
    DIRTY_CHECKOUT = Advice(
        "The commit in the record is not the code that ran, so nobody can run it again.",
        "Commit or stash the changes before a run that is to be published.",
    )

    @property
    def label(self) -> str:
        """The warning's name in a record: lower case, with hyphens."""
        return self.name.lower().replace("_", "-")


def record(warned: Warned, seen: str) -> WarningRecord:
    """Return the warning as a record of a run file: its name, what was seen, why it matters, what to do."""
    return WarningRecord(name=warned.label, seen=seen, why=warned.value.why, todo=warned.value.todo)


def noise_in_words(noise: Noise) -> str:
    """Return one sentence that says how steady the machine was."""
    spread = f"{noise.slow_share:.0%} of {noise.n} passes took over {SLOW} × the fast level"
    shape = ", at two separate speeds" if noise.bimodal else ""
    fast = f"{noise.fast_ns / 1e6:.2f} ms"
    return f"{noise.level}: 90th to 10th percentile {noise.p90_to_p10:.2f}; {spread} of {fast}{shape}"


def _calibration_warnings(groups: Sequence[Sequence[int]]) -> list[WarningRecord]:
    try:
        _, noise = worst_noise(dict(enumerate(groups)))
    except NotDetermined:
        return []  # nothing was seen, which is no reason to warn
    found = []
    if noise.level != "quiet":
        warned = Warned.BIMODAL_SPEED if noise.bimodal else Warned.NOISY_SPEED
        found.append(record(warned, f"The calibration loop is {noise_in_words(noise)}."))
    slowed = max(_slowed(group) for group in groups if len(group) >= MINIMUM_READINGS)
    if slowed > SLOWED:
        seen = f"The calibration loop became {slowed:.2f} × slower from the first third to the last."
        found.append(record(Warned.SLOW_PHASE, seen))
    return found


def _slowed(calibration_ns: Sequence[int]) -> float:
    third = len(calibration_ns) // 3
    return median(calibration_ns[-third:]) / median(calibration_ns[:third])


def _high_load(environment: Mapping[str, Any]) -> str | None:
    load, cpus = environment["load"], _cpu_count(environment)
    if not load or not cpus or load[0] / cpus <= BUSY:
        return None
    return f"The load average of the last minute was {load[0]:.1f} at the start, on {cpus} CPUs."


def _cpu_count(environment: Mapping[str, Any]) -> int | None:
    allowed = environment["cpu"]["allowed"]
    count: int | None = environment["cpu"]["logical"] if allowed is None else len(allowed)
    return count


def _governor(environment: Mapping[str, Any]) -> str | None:
    governor = environment["cpu"]["governor"]
    return None if governor in (None, "performance") else f"The CPU frequency governor is {governor}."


def _debug_build(environment: Mapping[str, Any]) -> str | None:
    builds = [python["release"] for python in environment["pythons"] if python["debug"]]
    return f"Python {', '.join(builds)} is a debug build." if builds else None


def _variables(environment: Mapping[str, Any]) -> str | None:
    pairs = [f"{name}={value}" for name, value in environment["variables"].items()]
    return f"Set in the environment: {', '.join(pairs)}." if pairs else None


def _tracing(environment: Mapping[str, Any]) -> str | None:
    watchers = environment["tracing"]
    return f"Active: {', '.join(watchers)}." if watchers else None


def _one_cpu(environment: Mapping[str, Any]) -> str | None:
    return "Only one CPU may be used." if _cpu_count(environment) == 1 else None


def _cpu_quota(environment: Mapping[str, Any]) -> str | None:
    quota, cpus = environment["cpu"]["quota"], _cpu_count(environment)
    if not isinstance(quota, float | int) or cpus is None or quota >= cpus:
        return None
    return f"The control group grants {quota:g} CPUs' worth of time on {cpus} CPUs."


def _battery(environment: Mapping[str, Any]) -> str | None:
    return "The machine runs on battery." if environment["on_battery"] else None


def _coarse_clock(environment: Mapping[str, Any]) -> str | None:
    clocks = environment["clocks"]
    step_ns = max(clocks["perf_counter"]["resolution_s"] * 1e9, clocks["smallest_step_ns"])
    return f"perf_counter moves in steps of {step_ns / 1000:g} µs." if step_ns > 1000 else None


def _dirty(environment: Mapping[str, Any]) -> str | None:
    repository = environment["repository"]
    if not repository or not repository["dirty"]:
        return None
    return f"Tracked files differ from commit {repository['commit'][:12]}."


def _unknown_commit(environment: Mapping[str, Any]) -> str | None:
    """Tell of a commit that could be known; a package from elsewhere than a clone has none to be missed."""
    reason = environment.get("commit_unknown")
    return f"Which commit of concbench runs is unknown: {reason}." if reason not in (None, NOWHERE) else None


def gil_warning(header: Header) -> WarningRecord | None:
    """Return the warning about workers under a GIL that their interpreter starts without, or None."""
    found = [one for one in header.contenders if one.gil and header.build_of(one).gil is False]
    if not found:
        return None
    told = (f"{one.id} (by {one.gil_by or 'what did not say so'})" for one in found)
    return record(Warned.GIL_CAME_ON, f"The GIL came on as a model was opened: {', '.join(told)}.")


Check: TypeAlias = Callable[[Mapping[str, Any]], str | None]
ENVIRONMENT_CHECKS: Mapping[Warned, Check] = {
    Warned.HIGH_LOAD: _high_load,
    Warned.GOVERNOR: _governor,
    Warned.DEBUG_BUILD: _debug_build,
    Warned.PYTHON_VARIABLES: _variables,
    Warned.TRACING: _tracing,
    Warned.ONE_CPU: _one_cpu,
    Warned.CPU_QUOTA: _cpu_quota,
    Warned.BATTERY: _battery,
    Warned.COARSE_CLOCK: _coarse_clock,
    Warned.DIRTY_CHECKOUT: _dirty,
    Warned.UNKNOWN_COMMIT: _unknown_commit,
}


def warnings_for(environment: Mapping[str, Any], groups: Sequence[Sequence[int]]) -> list[WarningRecord]:
    """Return the warnings, as records, for the environment that ``environment.describe`` gives.

    ``groups`` are readings of the calibration loop in ns, each group in the order of time and judged by its
    own fast level; of several that give reason to the same warning, the worst is told. Nothing is said of a
    group with fewer than 20, nor of any where one reading is not above zero. Raises KeyError for a record
    that lacks a source.
    """
    found = _calibration_warnings(groups)
    for warned, check in ENVIRONMENT_CHECKS.items():
        seen = check(environment)
        if seen is not None:
            found.append(record(warned, seen))
    return found
