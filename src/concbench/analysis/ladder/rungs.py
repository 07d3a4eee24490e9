"""The rungs in their order, and the steps between them."""

from collections.abc import Mapping, Sequence

from concbench.analysis.ladder.kernels import KERNELS
from concbench.analysis.ladder.library import LIBRARY
from concbench.analysis.ladder.steps import LadderStep

STEPS: Sequence[LadderStep] = (*KERNELS, *LIBRARY)
"""All steps, from the lowest up: each begins where the one before it ends."""

RUNGS: tuple[str, ...] = (STEPS[0].below, *(step.rung for step in STEPS))
"""The rungs, the lowest first."""

STEP_TO: Mapping[str, LadderStep] = {step.rung: step for step in STEPS}
"""The step that leads to each rung; none leads to the lowest."""

USUAL = ("switch", "spawn", "timers", "parked", "echo")
"""The workloads that tell the story."""

STORY: Mapping[str, tuple[str, ...]] = {
    "tasks": ("1000",),
    "suspensions": ("50",),
    "delay": ("0.2",),
    "spread": ("0.5",),
}
"""Parameters of the same: enough tasks, and suspensions, for what a loop does for each to be seen, and
deadlines that differ, so that sleepers do not all wake at once."""
