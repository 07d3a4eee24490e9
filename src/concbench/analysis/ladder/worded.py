"""What a step asks of tasks: the same ones, as the suite has them for the lower rung and for the upper.

Only where the two speak different dialects: there the idea is in the tasks, and the kernels hardly differ.
"""

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import dedent
from typing import Any

from concbench.analysis.ladder.steps import LadderStep
from concbench.models.base import Model
from concbench.models.index import INDEX, family_named
from concbench.workloads import index
from concbench.workloads.base import Version, Workload

SHOWN = ("switch", "parked")
"""Workloads whose tasks are shown: one that hands over, and one that waits."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """A task of a workload in two wordings: the ``lines`` of both, each behind its sign."""

    workload: str
    lines: tuple[str, ...]


def reworded(step: LadderStep) -> list[Reworded]:
    """Return tasks in the wordings of both rungs; none where these speak one dialect."""
    if family_named(step.rung) != "ladder":
        return []
    lower, upper = INDEX.get(step.below), INDEX.get(step.rung)
    if lower.dialect == upper.dialect:
        return []
    return [
        Reworded(name, tuple(_beside(_task(index.get(name), lower), _task(index.get(name), upper))))
        for name in SHOWN
    ]


def _task(workload: Workload[Any], model: Model) -> list[str]:
    """Return the lines of the first task that a wording defines, without types."""
    tree = ast.parse(dedent(inspect.getsource(_wording(workload, model))))
    (wording,) = tree.body
    inside = (one for one in ast.walk(wording) if one is not wording)
    task = next(one for one in inside if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    task.returns = None
    for one in task.args.args:
        one.annotation = None
    return ast.unparse(task).splitlines()


def _wording(workload: Workload[Any], model: Model) -> Any:
    """Return the function that a model's tasks are made by."""
    version = workload.versions[workload.wording_of(model)]
    return version.chosen(model.capabilities) if isinstance(version, Version) else version


def _beside(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return all lines of both, those that differ behind their signs."""
    lines = []
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [f" {line}" for line in after[start:end]]
            continue
        lines += [f"-{line}" for line in before[first:last]]
        lines += [f"+{line}" for line in after[start:end]]
    return lines
