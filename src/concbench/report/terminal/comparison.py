"""A comparison in the terminal: the answer, a table for each workload, and what the verdicts promise."""

from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from concbench.analysis.alike import alike
from concbench.analysis.compared import (
    change_words,
    columns_words,
    figure_words,
    headline,
    nothing_measured,
    rates_words,
    what_words,
    worse_lines,
)
from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.metrics import BETTER, INSTRUCTIONS, METRICS, WORSE
from concbench.report.terminal.bare import add_in_sections, bare_table, plain, width_of
from concbench.workloads.spelling import in_words

NARROWEST_MODEL = 8
"""Letters of a model's name that stand on one line at least; a longer name is folded."""

MOST_NAMED, MOST_LINES = 20, 60
"""Names in a row of words, and lines of a table: a project may have hundreds of benchmarks."""

WORDS = ("size", "of what", "verdict")
"""Columns that hold words; those of the others are figures."""

NUMBER = {True: "pairs", False: "processes"}
"""What is counted where sides are paired, and of two stored runs (of the one that has fewer)."""

MARKS = {
    "slower": "▲ slower",
    "more": "▲ more",
    "better": "▲ better",
    "faster": "▼ faster",
    "less": "▼ less",
    "worse": "▼ worse",
    "unsure": "? unsure",
}
"""Verdicts are told by a sign and a word, and coloured only besides."""


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print a comparison, in as much detail as fits the console."""
    console.print(plain(headline(comparison)), style="bold")
    for one in worse_lines(comparison, gated=False):
        console.print(plain(f"{one.cell}: {what_words(one)}, {one.verdict} (does not count)"))
    console.print(plain(f"base: {comparison.base}"))
    console.print(plain(f"head: {comparison.head}"))
    for words in comparison.warnings:
        console.print(plain(f"warning: {words}"), style="yellow")
    console.print()
    for workload in dict.fromkeys(line.workload for line in comparison.lines):
        _print_workload(console, comparison, [line for line in comparison.lines if line.workload == workload])
    if comparison.refused:  # its first line is the answer
        for line in comparison.refused.reason.splitlines()[1:]:
            console.print(plain(line), style="yellow")
        return
    for lost in alike(comparison):
        words = f"{lost.named(comparison.word)} on {lost.where}: {lost.outcome}: {lost.reason}"
        console.print(plain(words), style="yellow")
    console.print(plain(rates_words(comparison)), style="dim")


def _print_workload(console: Console, comparison: Comparison, lines: Sequence[Line]) -> None:
    if nothing_measured(lines):
        models = _named(lines)
        of = "of" if comparison.served else "under"
        console.print(plain(f"{lines[0].workload}: nothing was measured {of} {models}"))
        console.print()
        return
    shown = _most_telling(lines)
    console.print(_fitting(console, comparison, shown))
    if len(shown) < len(lines):
        more = len(lines) - len(shown)
        words = f"{more} more figures, none slower or faster: --report FILE and --json have them"
        console.print(plain(words), style="dim")
    for reason in dict.fromkeys(line.reason for line in lines if line.reason):
        named = _named([line for line in lines if line.reason == reason])
        console.print(plain(f"unsure ({named}): {reason}"), style="dim")
    if (odd := columns_words(lines, paired=comparison.paired)) is not None:
        console.print(plain(odd), style="dim")
    console.print()


def _named(lines: Sequence[Line]) -> str:
    """Return whose lines these are, no more names than a line or two hold."""
    names = list(dict.fromkeys(line.model for line in lines))
    more = [f"and {len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return ", ".join([*names[:MOST_NAMED], *more])


def _most_telling(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a table: of very many what changed, and others while there is room."""
    changed = [line for line in lines if line.verdict in WORSE | BETTER]
    others = [line for line in lines if line.verdict not in WORSE | BETTER]
    kept = {id(line) for line in [*changed, *others[: max(0, MOST_LINES - len(changed))]]}
    return [line for line in lines if id(line) in kept]


def _fitting(console: Console, comparison: Comparison, lines: Sequence[Line]) -> Table:
    """Return the table with all columns, or without the figures, or with every column wrapped besides."""
    roomy, tight = (_table(comparison, lines, roomy=roomy) for roomy in (True, False))
    if width_of(console, roomy) <= console.width:
        return roomy
    names = _widest_name(comparison, lines)
    folded = width_of(console, tight) - names + min(names, NARROWEST_MODEL)
    return tight if folded <= console.width else _table(comparison, lines, roomy=False, wrapped=True)


def _widest_name(comparison: Comparison, lines: Sequence[Line]) -> int:
    return max(cell_len(name) for name in (comparison.row, *(plain(line.model).plain for line in lines)))


def _table(comparison: Comparison, lines: Sequence[Line], *, roomy: bool, wrapped: bool = False) -> Table:
    counts = {one.cell: one for one in comparison.counted if one.workload == lines[0].workload}
    sizes = list(dict.fromkeys(in_words(line.params) for line in lines))
    title = f"{lines[0].workload}  ({sizes[0]})" if len(sizes) == 1 and sizes[0] else lines[0].workload
    table = bare_table(plain(title), roomy=roomy)
    columns = _columns(comparison, counts, sized=len(sizes) > 1, roomy=roomy)
    for heading in columns:
        if heading == comparison.row:  # it says whose a row is
            names = min(_widest_name(comparison, lines), NARROWEST_MODEL)
            table.add_column(heading, no_wrap=roomy, overflow="fold", min_width=names)
        else:
            justify: JustifyMethod = "left" if heading in WORDS else "right"
            table.add_column(heading, justify=justify, no_wrap=not wrapped, overflow="fold")
    add_in_sections(table, lines, lambda line: [spelled(line) for spelled in columns.values()], "cell")
    return table


def _columns(
    comparison: Comparison, counts: Mapping[str, Counted], *, sized: bool, roomy: bool
) -> dict[str, Callable[[Line], str | Text]]:
    """Return the columns: heading, and how to spell a line."""
    columns: dict[str, Callable[[Line], str | Text]] = {}
    if sized:
        columns["size"] = lambda line: plain(in_words(line.params))
    columns |= {
        comparison.row: lambda line: plain(line.model),
        "of what": lambda line: METRICS[line.metric].what,
    }
    if roomy:
        columns |= {"base": lambda line: figure_words(line)[0], "head": lambda line: figure_words(line)[1]}
    columns |= {"head against base": _change, "verdict": lambda line: _verdict(line.verdict)}
    if roomy:
        columns[NUMBER[comparison.paired]] = lambda line: str(line.pairs)
    if counts:
        columns[INSTRUCTIONS] = lambda line: _count(counts.get(line.cell), line)
    return columns


def _change(line: Line) -> Text:
    """Return how much head differs; in grey where that is not decided, so that it is not read as a result."""
    return Text(change_words(line), style="dim" if line.verdict == "unsure" else "")


def _verdict(verdict: str) -> Text:
    style = "bold red" if verdict in WORSE else "bold green" if verdict in BETTER else ""
    return Text(MARKS.get(verdict, f"= {verdict}"), style=style)


def _count(one: Counted | None, line: Line) -> Text:
    if one is None or METRICS[line.metric].key != "wall_ns":
        return Text("")
    words = Text(f"×{one.ratio:.4f} ")
    return words.append(_verdict(one.verdict))
