"""How it runs: who runs when under each model, for a handful of tasks that a witness watched."""

from collections.abc import Mapping, Sequence

from concbench.analysis.dataset import Dataset
from concbench.analysis.loads import lanes_reading
from concbench.report.blocks import Block, Picture, Section, Words
from concbench.report.charts.lanes import lanes_svg
from concbench.report.charts.palette import Look, look_of
from concbench.results.header import HeaderTrace
from concbench.results.measured import Measured

GENERAL = "A bar is a task that runs, a thin line one that does not; time goes to the right."
THREADS = (
    " A task tells when it hands over and when it runs again: a thread that is ready, and waits for the"
    " interpreter lock or a CPU, has a thin line as if it were suspended, and one that is preempted in the"
    " middle of a step has a bar all the while, since nobody tells."
)
BY_CPU = (
    " Here busy loops go by the CPU time of their process, so what the machine did elsewhere is not in their"
    " pictures."
)
NOT_A_TIMING = (
    THREADS + " Watching slows every step, unevenly: this picture shows the order of things, never a cost."
)


def how_it_runs(dataset: Dataset) -> Section:
    """Return the section, with the traces of each run that has any."""
    blocks: list[Block] = []
    for number, run in enumerate(dataset.runs):
        looks = {one.id: look_of(one.place) for one in dataset.contenders_of_run(number)}
        blocks += _pictures(run, number, looks, several=len(dataset.runs) > 1)
    if not blocks:
        words = (
            "These run files hold no traces; “concbench trace timers --tasks 4” draws the picture by itself."
        )
        blocks.append(Words(words))
    return Section("lanes", "How it runs", blocks, "four tasks under each model: who runs when")


def _reading(run: Measured, workload: str, traces: Sequence[HeaderTrace]) -> str:
    by_cpu = BY_CPU if any(trace.clock == "cpu" for trace in traces) else ""
    return (lanes_reading(run, workload) or GENERAL) + by_cpu + NOT_A_TIMING


def _pictures(run: Measured, number: int, looks: Mapping[str, Look], *, several: bool) -> list[Block]:
    traces = run.header.traces_by_workload
    for trace in (trace for mine in traces.values() for trace in mine):
        if trace.outcome is None and not trace.lanes:
            words = f"that of {trace.contender!r} has no lanes"
            return [Words(f"The traces of {run.path.name} cannot be drawn: {words}")]
    where = f", run {number + 1}" if several else ""
    return [
        Picture(
            (lanes_svg(mine, looks, name=f"lanes-{number}-{place}"),),
            f"Who runs when: {workload}{where}",
            _reading(run, workload, mine),
        )
        for place, (workload, mine) in enumerate(traces.items())
    ]
