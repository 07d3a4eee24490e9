"""Comparison: whether head is slower than base, cell by cell, with intervals."""

from collections.abc import Iterator, Mapping

from concbench.analysis.alike import alike
from concbench.analysis.compared import (
    change_words,
    columns_words,
    figure_words,
    lead_words,
    margin_words,
    rates_words,
)
from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.analysis.stored import WARNING
from concbench.analysis.wording import params_words
from concbench.metrics import BETTER, INSTRUCTIONS, METRICS, WORSE
from concbench.report.blocks import Block, Field, Folded, Picture, Row, Section, Table, Words, text
from concbench.report.charts.palette import Look, looks_of
from concbench.report.charts.ratios import ratio_chart
from concbench.report.sections.compared import told_lines
from concbench.report.sections.method import spelled
from concbench.words import sentence, several

MOST_ALARMS = 5
"""Cells that could not be compared, each told for itself; more have a table."""

CHART_READING = (
    "Each row is a cell: the mark is the estimate, the line its interval, the band the margin within which"
    " ratios count as the same. A mark that points to the right is slower, to the left faster, a square is"
    " the same, and an open circle is not decided. An upright stroke is the ratio of instructions, where they"
    " were counted."
)
PLAIN = "a benchmark"
"""Whose look all benchmarks of a picture have."""

OF_PAIRS = "A pair is one fresh process of either side, alive together and taking turns."
OF_RUNS = "Nothing is paired; processes are those of the run that has fewer."


def table_reading(comparison: Comparison) -> str:
    """Return how to read the table, and why its columns seem to contradict each other, if they do."""
    odd = columns_words(comparison.lines, paired=comparison.paired)
    return (
        "Ratios and differences are of head to base, with their intervals; what is the same lies within the"
        f" margin; what is not decided is in grey, and sorted last."
        f" {OF_PAIRS if comparison.paired else OF_RUNS} Where there is a floor to sleep through, the time"
        " above it and the lateness are compared by difference. Instructions are counted, not timed:"
        f" neither figure replaces the other.{f' {odd}' if odd else ''}"
    )


def comparison_sections(comparison: Comparison) -> list[Section]:
    """Return the parts of a page on a comparison: the answer, and what it stands on."""
    models = list(dict.fromkeys(line.model for line in comparison.lines))
    looks = (
        {} if comparison.served else looks_of(models)
    )  # benchmarks have no colours: their names are enough
    parts = [Section("comparison", "The answer", _answer(comparison, looks))]
    pictures = list(_pictures(comparison, looks or dict.fromkeys(models, *looks_of([PLAIN]).values())))
    if pictures:
        line = "the ratios of head to base, with their intervals and the margin"
        parts.append(Section("ratios", "Head against base", pictures, line))
    if comparison.lines:
        line = f"{several(len(comparison.lines), 'figure')} of either side, with verdict and margin"
        parts.append(
            Section("lines", f"Every {comparison.word} and metric", [_table(comparison, looks)], line)
        )
    sides = _sides(comparison)
    if sides:
        parts.append(Section("sides", "The sides", sides, "what base and head are"))
    return parts


def _answer(comparison: Comparison, looks: dict[str, Look]) -> list[Block]:
    """Return what is read first: what got slower by how much, how sure that is, and what is amiss."""
    blocks: list[Block] = [Words(lead_words(comparison), "lead"), *told_lines(comparison, looks)]
    blocks.append(Words(rates_words(comparison)))
    said_already = () if comparison.paired else (WARNING,)
    blocks += [Words(sentence(one), "alarm") for one in comparison.warnings if one not in said_already]
    return [*blocks, *_failed(comparison)]


def _failed(comparison: Comparison) -> list[Block]:
    """Return what could not be compared, and why: each cell for itself, or many in a table."""
    groups = alike(comparison)
    told = [(cell, f"{one.outcome} on {one.where}", one.reason) for one in groups for cell in one.cells]
    if len(told) <= MOST_ALARMS:
        each = [f"{cell} could not be compared: {how}, {why}" for cell, how, why in told]
        return [Words(words, "alarm") for words in each]
    count = several(len({cell for cell, _how, _why in told}), comparison.word)
    caption = f"{count} that could not be compared"
    rows = tuple(Row(tuple(text(words) for words in one)) for one in told)
    table = Table(name="failed", caption=caption, columns=(comparison.word, "outcome", "reason"), rows=rows)
    reasons = list(dict.fromkeys(f"{how}, {why}" for _cell, how, why in told))
    more = f" (and {several(len(reasons) - 1, 'other reason')})" if len(reasons) > 1 else ""
    alarm = f"{count} could not be compared: {reasons[0]}{more}"
    return [Words(alarm, "alarm"), Folded(f"{caption}, each with its reason", [table])]


def _sides(comparison: Comparison) -> list[Block]:
    about = comparison.about
    names = list(dict.fromkeys(name for facts in about.values() for name in facts if name != "label"))
    rows = tuple(
        Row((text(name), *(text(spelled(about.get(side, {}).get(name))) for side in ("base", "head"))))
        for name in names
    )
    caption = "What base and head are"
    return (
        [Table(name="about-sides", caption=caption, columns=("what", "base", "head"), rows=rows)]
        if rows
        else []
    )


def _pictures(comparison: Comparison, looks: dict[str, Look]) -> Iterator[Picture]:
    """Yield a picture of the wall time, or of the CPU time where a workload mostly waits, by workload."""
    svgs = []
    counts = {one.cell: one.ratio for one in comparison.counted}
    for number, lines in enumerate(_charted(comparison)):
        first = lines[0]
        params = params_words(first.workload, first.params)
        title = f"{first.workload}, {METRICS[first.metric].what}\n{params}".rstrip()
        svgs.append(ratio_chart(lines, looks, f"ratios{number}", title, counts))
    if svgs:
        yield Picture(
            tuple(svgs),
            f"Ratios with their intervals, by {'file' if comparison.served else 'load'}",
            CHART_READING,
        )


def _charted(comparison: Comparison) -> list[list[Line]]:
    told = [line for line in comparison.lines if line.kind == "ratio" and line.middle is not None]
    timed = {line.cell for line in told if line.metric == "wall"}
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in told:
        if line.metric == "wall" or line.cell not in timed:
            key = (line.workload, tuple(line.params.items()), line.metric)
            groups.setdefault(key, []).append(line)
    return list(groups.values())


def _table(comparison: Comparison, looks: dict[str, Look]) -> Table:
    counts = {one.cell: one for one in comparison.counted}
    columns = [
        "file" if comparison.served else "cell",
        comparison.row,
        "of what",
        "head against base",
        "verdict",
        "base",
        "head",
        "margin",
    ]
    columns.append("pairs" if comparison.paired else "processes")
    return Table(
        name="every-line",
        caption="What head takes, beside base",
        columns=(*columns, *([INSTRUCTIONS] if counts else [])),
        numeric=frozenset({3, 5, 6, 7, 8, 9}),
        heads=2,
        rows=tuple(_row(line, looks, counts) for line in comparison.lines),
        reading=table_reading(comparison),
        filters=True,
    )


def _row(line: Line, looks: dict[str, Look], counts: Mapping[str, Counted]) -> Row:
    changed = line.verdict in WORSE | BETTER
    base, head = figure_words(line)
    fields: list[Field] = [
        text(line.workload, params_words(line.workload, line.params), order=line.cell),
        Field(lines=(line.model,), order=line.model, look=looks.get(line.model)),
        text(METRICS[line.metric].what),
        Field(lines=(change_words(line),), order=line.middle, strong=changed, faint=line.verdict == "unsure"),
        Field(lines=(line.verdict,), order=line.verdict, strong=changed, hover=line.reason or ""),
        text(base, order=line.base if line.pairs else None),
        text(head, order=line.head if line.pairs else None),
        text(margin_words(line), order=line.margin),
        text(str(line.pairs), order=line.pairs),
    ]
    if counts:
        fields.append(_instructions(line, counts))
    return Row(tuple(fields), line.workload, (line.model,) if looks else ())


def _instructions(line: Line, counts: Mapping[str, Counted]) -> Field:
    one = counts.get(line.cell) if line.metric == "wall" else None
    if one is None:
        return text("–", faint=True)
    changed = one.verdict in WORSE | BETTER
    return Field(lines=(f"×{one.ratio:.4f} {one.verdict}",), order=one.ratio, strong=changed)
