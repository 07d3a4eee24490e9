"""The table of ``strangers.py``: what each tool said of each project."""

from collections.abc import Mapping, Sequence
from typing import Any

from suites.projects import NEWER, SAME, SLOWER

HEADINGS = (
    "project", "tool", "benchmarks", "next release", "identical: false alarms", "slow-down", "found",
    "s a comparison",
)  # fmt: skip


def as_markdown(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of all records of a file, as Markdown."""
    slowed = {one["project"]: one["ratio"] for one in records if one["type"] == "slowed"}
    asked: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for one in records:
        if one["type"] == "asked":
            asked.setdefault((one["project"], one["tool"]), {})[one["head"]] = one
    rows = [
        _row(project, tool, found, slowed.get(project)) for (project, tool), found in sorted(asked.items())
    ]
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(
    project: str, tool: str, found: Mapping[str, Mapping[str, Any]], ratio: float | None
) -> tuple[str, ...]:
    answers = {head: one["answer"] for head, one in found.items() if one["answer"] is not None}
    if not answers:
        return (project, tool, "cannot: they have no fixture", *["–"] * (len(HEADINGS) - 3))
    seconds = [one["seconds"] for one in answers.values()]
    return (
        project,
        tool,
        str(max(one["judged"] for one in answers.values())),
        _next(answers.get(NEWER)),
        _alarms(answers.get(SAME)),
        "–" if ratio is None else f"× {ratio:.2f}",
        _found(found.get(SLOWER)),
        f"{sum(seconds) / len(seconds):.0f}",
    )


def _next(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "–"
    unsure = f", {answer['unsure']} unsure" if answer["unsure"] else ""
    return f"{len(answer['worse'])} slower, {len(answer['better'])} faster{unsure}"


def _alarms(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "–"
    told = f"{len(answer['worse'])} slower, {len(answer['better'])} faster"
    return told if answer["worse"] or answer["better"] else "none"


def _found(record: Mapping[str, Any] | None) -> str:
    if record is None or record["answer"] is None:
        return "–"
    answer = record["answer"]
    told = "yes" if record["benchmark"] in answer["worse"] else "no"
    return f"{told}: {len(answer['worse'])} slower, {len(answer['better'])} faster"
