"""What is said of a history, on the page and in the terminal: how many steps, how large, whether to worry."""

from collections.abc import Sequence

from concbench.analysis.history import Change, HistorySeries, fewest, shared_place
from concbench.analysis.units import scaled, three_digits, with_interval
from concbench.words import grouped


def found_words(traces: Sequence[HistorySeries]) -> str:
    """Return the answer in a sentence: how much changed, and when last; or that nothing did."""
    told = [trace for trace in traces if trace.reason is None]
    over = f"over {_counted(len({commit for trace in traces for commit in trace.commits}), 'commit')}"
    if not told:
        return (
            f"Nothing can be told yet of {_counted(len(traces), 'trace')} {over}: a trace needs {fewest()}"
            " commits before a step can be told from noise."
        )
    last = max((trace.commits[change.at] for trace in told for change in trace.changes),
               key=lambda commit: commit.date, default=None)  # fmt: skip
    number = _counted(len(told), "trace")
    short = len(traces) - len(told)
    others = f" {_counted(short, 'more trace')} too short to tell." if short else ""
    if last is None:
        return f"Nothing changed: none of {number} {over} has a step.{others}{_alone_words(told)}"
    changed = sum(bool(trace.changes) for trace in told)
    when = f"the last time at {last.short} ({last.date:%Y-%m-%d})"
    return f"{changed} of {number} {over} changed, {when}.{others}{_alone_words(told)}"


def direction_words(change: Change, trace: HistorySeries) -> str:
    """Return which way a figure went, in words that fit what it is: ``slower``, ``more``, ``better``."""
    up = change.middle > (1 if change.kind == "ratio" else 0)
    words = {"time": ("slower", "faster"), "memory": ("more", "less")}.get(trace.unit, ("worse", "better"))
    return words[up != (trace.better == "less")]


def _alone_words(told: Sequence[HistorySeries]) -> str:
    """Return how long a trace has to be for a step that it has alone, where some are shorter."""
    needed = fewest(len(told))
    shorter = sum(len(trace.values) < needed for trace in told)
    if not shorter:
        return ""
    return f" A step in one of so many traces alone needs {needed} commits, which {shorter} do not have."


def left_out_words(traces: Sequence[HistorySeries]) -> str:
    """Return how many figures were left out, or nothing where none were."""
    count = sum(trace.left_out for trace in traces)
    if not count:
        return ""
    return f"{_counted(count, 'figure')} of other versions of their benchmarks are left out."


def alarm_words(traces: Sequence[HistorySeries]) -> str:
    """Return what to look at first where nearly everything stepped at once, or nothing where it did not."""
    shared = shared_place(traces)
    if shared is None:
        return ""
    return (
        f"{shared.may} of {shared.told} traces may have stepped at {shared.commit.short}, where"
        f" {shared.found} are found to. What changes nearly everything at once is rarely the code:"
        " look at the machine, the interpreter and the libraries first."
    )


def change_words(change: Change, trace: HistorySeries) -> str:
    """Return the size of a change: ``× 1.10``, or a difference with its unit.

    Where more is better, as of a rate, it says which it is: everywhere else more is worse.
    """
    size = change.middle - 1 if change.kind == "ratio" else change.middle
    verdict = "" if trace.better == "less" else " (better)" if size > 0 else " (worse)"
    if change.kind == "ratio":
        return f"× {three_digits(change.middle)}{verdict}"
    return f"{scaled(change.middle, trace.units).strip()}{verdict}"


def interval_words(change: Change, trace: HistorySeries) -> str:
    """Return the interval of a change; where figures are too few or too noisy it has no end."""
    low, high = change.ends
    if low is None or high is None:
        return "open: too few or too noisy"
    if change.kind == "ratio":
        return f"{three_digits(low)}–{three_digits(high)}"
    return with_interval(low, change.middle, high, trace.units).partition("[")[2].partition("]")[0]


def _counted(number: int, what: str) -> str:
    return f"{grouped(number)} {what}{'' if number == 1 else 's'}"
