"""What a report says, as plain data for scripts: laws, crossings and choices."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from concbench.analysis.choice import Choice
from concbench.analysis.choices import choices_of, taught_of
from concbench.analysis.computing import speedups_of
from concbench.analysis.contrast import Versus
from concbench.analysis.dataset import Dataset, gather
from concbench.analysis.history import Change, HistorySeries
from concbench.analysis.ladder.asked import is_a_ladder
from concbench.analysis.ladder.climbing import ladder_of
from concbench.analysis.ladder.telling import as_data
from concbench.analysis.laws import Crossing, Law, crossings_of, laws_of
from concbench.analysis.loads import loads_of
from concbench.analysis.sweeps import Sweep, sweeps_of
from concbench.results.measured import Measured

Plain = dict[str, Any]


def findings_of(
    runs: Sequence[Measured], *, baseline: str | None = None, different_machines: bool = False
) -> Plain:
    """Return laws and crossings of every sweep, and the choice for every load, ready for JSON.

    ``choices`` are among those that one deploys, ``teaching`` among those that show what a loop costs;
    ``ladder`` has the steps between its rungs.
    What is not determined has its ``reason`` in the place of figures. Times are in ns, memory is in bytes;
    runs are counted from 1. Raises Mismatch for runs that must not stand side by side.
    """
    dataset = gather(runs, baseline=baseline, different_machines=different_machines)
    choices = choices_of(dataset)
    answered = {choice.load for choice in choices}
    return {
        "runs": [{"file": run.path.name, "run": run.header.run} for run in dataset.runs],
        "sweeps": [_sweep(dataset, sweep) for sweep in sweeps_of(dataset)],
        "choices": [_choice(choice) for choice in choices],
        "teaching": [_choice(choice) for choice in choices_of(dataset, taught_of(dataset))],
        "ladder": as_data(dataset, ladder_of(dataset, asked=is_a_ladder(dataset.runs))),
        "unanswered": [load.title for load in loads_of(dataset.runs) if load not in answered],
    }


def _sweep(dataset: Dataset, sweep: Sweep) -> Plain:
    return {
        "workload": sweep.workload,
        "axis": sweep.axis,
        "fixed": sweep.fixed,
        "sizes": list(sweep.xs),
        "laws": [_law(law) for law in laws_of(dataset, sweep)],
        "crossings": [_crossing(crossing) for crossing in crossings_of(dataset, sweep)],
        **_speedups(dataset, sweep),
    }


def _speedups(dataset: Dataset, sweep: Sweep) -> Plain:
    """Return the speed-ups over one task, where tasks only compute."""
    found = [
        {
            "contender": one.contender.label,
            "tasks": one.tasks,
            "speedup": _or_reason(one.found),
            "cores_busy": one.cores,
        }
        for one in speedups_of(dataset, sweep)
    ]
    return {"speedups": found} if found else {}


def _law(law: Law) -> Plain:
    return {
        "contender": law.contender.label,
        "metric": law.metric,
        "power_law": _or_reason(law.power),
        "line": _or_reason(law.line),
        "better": law.better if law.better in ("power law", "line") else {"reason": law.better},
        "knee": None if law.knee is None else _or_reason(law.knee),
    }


def _or_reason(found: Any) -> Plain:
    return {"reason": found} if isinstance(found, str) else asdict(found)


def _crossing(crossing: Crossing) -> Plain:
    return {
        "metric": crossing.metric,
        "cheaper_before": crossing.before.label,
        "cheaper_after": crossing.after.label,
        "at": asdict(crossing.found.at),
        **({} if crossing.share is None else {"share_of_computing": asdict(crossing.share)}),
    }


def _choice(choice: Choice) -> Plain:
    return {
        "load": choice.load.title,
        "run": choice.run + 1,
        "goal": choice.load.goal,
        "workload": choice.point.workload,
        "params": dict(choice.point.params),
        "metric": choice.load.metric,
        "first": choice.first.label,
        "value": choice.value,
        "median": choice.medians[choice.first],
        "as_good": [rival.contender.label for rival in choice.tied],
        "others": {rival.contender.label: _versus(rival.against) for rival in choice.rivals},
        "core_busy": {contender.label: share for contender, share in choice.busy.items()},
    }


def _versus(against: Versus) -> Plain:
    if against.comparison is None:
        return {"reason": against.reason}
    return {"kind": against.kind, "real": against.real, **asdict(against.comparison.interval)}


def history_findings(traces: Sequence[HistorySeries]) -> list[Plain]:
    """Return every trace of a history and its step changes, ready for JSON; ends that are open are None."""
    return [
        {
            "benchmark": trace.benchmark,
            "model": trace.model or None,
            "params": dict(trace.load),
            "machine": trace.machine,
            "env": trace.env,
            "better": trace.better,
            "commits": len(trace.commits),
            "reason": trace.reason,
            "steps": [_change(trace, change) for change in trace.changes],
        }
        for trace in traces
    ]


def _change(trace: HistorySeries, change: Change) -> Plain:
    low, high = change.ends
    return {
        "at": trace.commits[change.at].hash,
        "after": trace.commits[change.first - 1].hash,
        "up_to": trace.commits[change.last].hash,
        "kind": change.kind,
        "change": change.middle,
        "low": low,
        "high": high,
        "p_value": change.p_value,
    }
