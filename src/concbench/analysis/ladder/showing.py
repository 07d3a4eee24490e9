"""All that ``concbench ladder --diff`` shows of a step, and the same as plain data."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from concbench.analysis.ladder.bringing import BroughtIn, brought_in
from concbench.analysis.ladder.differing import difference, file_of
from concbench.analysis.ladder.steps import Expected, LadderStep
from concbench.analysis.ladder.worded import Reworded, reworded


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as code: the ``lines`` of a diff of two ``files``, both None where there are no two to compare.

    ``brought_in`` is what the imports hide, ``reworded`` what tasks become.
    """

    step: LadderStep
    files: tuple[str, str] | None
    lines: Sequence[str] | None
    brought_in: Sequence[BroughtIn]
    reworded: Sequence[Reworded]


def shown_step(step: LadderStep) -> ShownStep:
    """Return what there is to show of a step."""
    lines = difference(step)
    files = None if lines is None else (file_of(step.below), file_of(step.rung))
    return ShownStep(step, files, lines, brought_in(step), reworded(step))


def predictions_of(step: LadderStep) -> list[tuple[tuple[str, ...], Expected]]:
    """Return what was predicted, and of which workloads; last, under no name, of all others."""
    named = [(tuple(names.split()), expects) for names, expects in step.others.items()]
    return [*named, ((), step.usual)]


def hunks_of(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return a diff in pieces: the lines of each, and the definition that it is in (the module: empty)."""
    hunks: list[dict[str, Any]] = []
    for line in lines:
        if line.startswith("@@ ") or not hunks:
            hunks.append({"in": line.removeprefix("@@ ") if line.startswith("@@ ") else "", "lines": []})
        if not line.startswith("@@ "):
            hunks[-1]["lines"].append(line)
    return hunks


def as_data(shown: ShownStep) -> dict[str, Any]:
    """Return all of it as plain data, ready for JSON."""
    step = shown.step
    return {
        "below": step.below,
        "rung": step.rung,
        "adds": step.adds,
        "files": shown.files,
        "hunks": None if shown.lines is None else hunks_of(shown.lines),
        "changes": step.changes or None,
        "brought_in": [asdict(one) for one in shown.brought_in],
        "reworded": [asdict(one) for one in shown.reworded],
        "predictions": [
            {"workloads": workloads or None, "signs": dict(expects.signs), "because": expects.why}
            for workloads, expects in predictions_of(step)
        ],
    }
