"""What ``concbench ladder`` was asked to measure: which runs those are, and how to ask again."""

import shlex
from collections.abc import Mapping, Sequence

from concbench.analysis.ladder.rungs import RUNGS, STORY, USUAL
from concbench.results.header import Settings
from concbench.results.measured import Measured
from concbench.workloads import index

UNSAID: Mapping[str, object] = {"preset": "quick", "affinity": "auto", "timeout": 60.0, "seed": 1}
"""Options whose names are those of the settings, and what they are where nobody gives them."""

_FLIGHTS = {RUNGS[first:last] for last in range(2, len(RUNGS) + 1) for first in range(last - 1)}
"""All that ``--from`` and ``--to`` can name."""


def is_a_ladder(runs: Sequence[Measured]) -> bool:
    """Say whether ``concbench ladder`` asked for these runs."""
    return bool(runs) and all(run.header.asked.command == "ladder" for run in runs)


def story_of(workloads: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the sizes at which the usual workloads tell the story; of others those of the preset stay."""
    if not {*workloads} <= {*USUAL}:
        return {}
    known = {name for one in workloads for name in index.get(one).params.__dataclass_fields__}
    return {name: values for name, values in STORY.items() if name in known}


def spelled(value: object) -> str:
    """Return a value as one types it: a whole number of seconds without its point."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def command_of(asked: Settings) -> str:
    """Return the command that asks for the same rungs, workloads and sizes; usual options are left out.

    Of a file whose models are not rungs that follow each other it is the verb alone.
    """
    words = ["concbench", "ladder"]
    models, workloads = asked.models, tuple(asked.workloads)
    if not models or tuple(models) not in _FLIGHTS:
        return shlex.join(words)
    words += ["--from", models[0]] if models[0] != RUNGS[0] else []
    words += ["--to", models[-1]] if models[-1] != RUNGS[-1] else []
    words += ["-w", ",".join(workloads)] if workloads != USUAL else []
    story = story_of(workloads)
    for name, values in asked.params.items():
        words += ["-p", f"{name}={','.join(values)}"] if tuple(values) != story.get(name) else []
    for name, usual in UNSAID.items():
        given = getattr(asked, name)
        words += [f"--{name}", spelled(given)] if given not in (usual, "", None) else []
    words += ["--no-memory"] if asked.memory is False else []
    words += ["--python", ",".join(asked.pythons)] if asked.pythons else []
    return shlex.join(words)
