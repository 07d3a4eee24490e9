"""How often each tool raised a false alarm, and how often it found what was injected, from its calls."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from concbench.stats.proportion import Proportion, proportion
from gates.calls import Call


@dataclass(frozen=True, slots=True)
class Row:
    """One setting of one tool.

    ``runs``: comparisons of identical commits with a false alarm. ``cells``: unchanged cells called worse, in
    all comparisons; cells of one comparison are not independent, so only the share is to be read. ``found``:
    comparisons with more work in which that cell was called worse. ``gates``: has an exit code that tells.
    ``seconds``: of a comparison of identical commits, on average; None of none.
    """

    tool: str
    setting: str
    runs: Proportion
    cells: Proportion
    found: Proportion
    gates: bool
    seconds: float | None


def rows(calls: Iterable[Call]) -> list[Row]:
    """Return a row for each tool and setting, in the order of their first calls."""
    grouped: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        grouped.setdefault((call.tool, call.setting), []).append(call)
    return [_row(tool, setting, group) for (tool, setting), group in grouped.items()]


def _row(tool: str, setting: str, calls: Sequence[Call]) -> Row:
    same = [call for call in calls if call.experiment == "same"]
    more = [call for call in calls if call.experiment == "more"]
    unchanged = sum(len(call.cells) - (call.injected in call.cells) for call in calls)
    return Row(
        tool=tool,
        setting=setting,
        runs=proportion(sum(bool(call.false_alarms) for call in same), len(same)),
        cells=proportion(sum(len(call.false_alarms) for call in calls), unchanged),
        found=proportion(sum(call.injected in call.worse for call in more), len(more)),
        gates=all(call.exit_code is not None for call in calls),
        seconds=sum(call.seconds for call in same) / len(same) if same else None,
    )


HEADINGS = (
    "tool",
    "setting",
    "false alarm in a run",
    "in a cell",
    "× 1.05 found",
    "exit code tells",
    "s a run",
)


def as_markdown(found: Sequence[Row]) -> str:
    """Return the table, as Markdown."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(_words(row) for row in found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _words(row: Row) -> tuple[str, ...]:
    seconds = "–" if row.seconds is None else f"{row.seconds:.0f}"
    cells = f"{row.cells.hits} of {row.cells.trials} ({100 * row.cells.share:.1f} %)"
    gates = "yes" if row.gates else "no"
    return row.tool, row.setting, _with_interval(row.runs), cells, _with_interval(row.found), gates, seconds


def _with_interval(rate: Proportion) -> str:
    if not rate.trials:
        return "–"
    return f"{rate.hits} of {rate.trials} ({100 * rate.low:.0f}–{100 * rate.high:.0f} %)"


def as_plain(found: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows as JSON can hold them."""
    return [asdict(row) for row in found]
