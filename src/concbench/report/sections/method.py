"""Method and raw data: what the figures stand on, every warning, and the tidy table to take along."""

import json
from typing import Any

from concbench.analysis.contenders import differences
from concbench.analysis.dataset import Dataset
from concbench.analysis.noise import noise_of
from concbench.analysis.scope import left_out
from concbench.report.blocks import Block, Row, Section, Table, Words, text
from concbench.report.sections.processes import download
from concbench.results import queries
from concbench.results.measured import Measured

METHOD = (
    "Every cell was witnessed at its own size before it was timed: what did not do the promised work was"
    " not measured. Contenders took turns in short slices, in fresh processes; a process counts as one"
    " observation, the samples in it are reduced to their median, and nothing is trimmed. Wall and CPU time"
    " come from the same samples, memory from processes of its own."
)


def method(dataset: Dataset) -> Section:
    """Return the section."""
    blocks: list[Block] = [Words(METHOD)]
    for number, run in enumerate(dataset.runs):
        several = f" of run {number + 1}" if len(dataset.runs) > 1 else ""
        blocks.append(Words(f"{run.path.name}: {noise_of(run).words}."))
        blocks += [Words(f"{one[0].upper()}{one[1:]}.") for one in left_out(run.header)]
        blocks.append(_environment(run, f"environment-{number}", several))
    blocks += [Words(f"The runs differ in {words}") for words in differences(dataset.runs)]
    blocks.append(_warnings(dataset))
    blocks.append(download(dataset))
    line = "what all this stands on: machine, versions, warnings, and a table of every process"
    return Section("method", "Method and raw data", blocks, line)


def _environment(run: Measured, name: str, several: str) -> Table:
    header = run.header
    about = {
        "run file": run.path.name,
        "run": header.run,
        "started": header.started,
        "complete": "yes" if queries.is_complete(run) else "no",
        "torn line": run.torn or "none",
        "garbage collector": header.gc or "not recorded",
        "seed": header.seed,
        **{f"identity, {key}": value for key, value in header.about.identity.items()},
        "models": ", ".join(f"{one.id} {one.version or ''}".rstrip() for one in header.contenders),
        **{f"setting, {key}": _setting(key, value) for key, value in header.settings.items()},
        **{key: spelled(value) for key, value in header.environment.items() if key != "identity"},
    }
    rows = tuple(Row((text(str(key)), text(str(value)))) for key, value in about.items())
    return Table(
        name=name, caption=f"Environment and settings{several}", columns=("what", "value"), rows=rows
    )


def _setting(name: str, value: Any) -> str:
    """Return a setting in words: where no model or workload was chosen, all were measured."""
    return "all" if name in ("models", "workloads") and not value else spelled(value)


def spelled(value: Any) -> str:
    """Return plain data in words: text as it is, nothing as ``none``, the rest as JSON."""
    if value in (None, "", [], {}):
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _warnings(dataset: Dataset) -> Table | Words:
    found = [
        (number, warning) for number, run in enumerate(dataset.runs) for warning in queries.warnings(run)
    ]
    if not found:
        return Words("There were no warnings.")
    several = len(dataset.runs) > 1
    rows = tuple(
        Row(
            (
                *((text(f"{number + 1}"),) if several else ()),
                *(text(getattr(warning, key)) for key in ("name", "seen", "why", "todo")),
            )
        )
        for number, warning in found
    )
    columns = (*(("run",) if several else ()), "warning", "what was seen", "why it matters", "what to do")
    return Table(name="warnings", caption="Warnings", columns=columns, rows=rows)
