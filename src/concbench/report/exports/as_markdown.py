"""A comparison for a pull request: a summary in GitHub's Markdown, and annotations for its checks."""

from collections.abc import Iterator, Sequence

from concbench.report.charts.style import plain_text
from concbench.report.compared import (
    METRIC_WORDS,
    change_words,
    figure_words,
    headline,
    margin_words,
    rates_words,
)
from concbench.report.comparison import BETTER, WORSE, Comparison, Counted, Line

LONGEST = 65_000
"""Characters: GitHub refuses a comment of more than 65,536."""

SIGNS = {"slower": "🔴", "more": "🔴", "faster": "🟢", "less": "🟢", "unsure": "❔"}
"""A verdict's sign; the word stands beside it."""


def as_markdown(comparison: Comparison) -> str:
    """Return the summary: the answer, what changed, and all else folded away."""
    parts = [f"### {_escaped(headline(comparison))}", ""]
    parts += [f"{code(comparison.base)} → {code(comparison.head)}", ""]
    parts += [f"> ⚠️ {_escaped(words)}\n" for words in comparison.warnings]
    changed = [line for line in comparison.lines if line.verdict in WORSE | BETTER]
    changed.sort(key=lambda line: (line.verdict in BETTER, not line.gated))
    unsure = [line for line in comparison.lines if line.verdict == "unsure"]
    same = [line for line in comparison.lines if line.verdict == "same"]
    if changed:
        parts += [*_table(changed, comparison.counted), ""]
    for one in comparison.failed:
        parts += [f"- {code(one.cell)} on {one.side}: **{one.outcome}**: {_escaped(one.reason)}"]
    for name, lines in (("unsure", unsure), ("the same", same)):
        if lines:
            parts += ["", f"<details><summary>{len(lines)} {name}</summary>", ""]
            parts += [*_table(lines, comparison.counted), "", "</details>"]
    parts += ["", f"<sub>{_escaped(rates_words(comparison))}</sub>", ""]
    return _short_enough(parts)


def _short_enough(parts: Sequence[str]) -> str:
    """Return the lines joined; where that is too long, as many as fit, and a note."""
    text = "\n".join(parts)
    if len(text) <= LONGEST:
        return text
    note = "\n\n(too long for a comment: the rest is in the run file, `concbench show FILE`)\n"
    kept: list[str] = []
    length = len(note) + len("\n</details>")
    for part in parts:
        length += len(part) + 1
        if length > LONGEST:
            break
        kept.append(part)
    open_details = sum(one.startswith("<details>") for one in kept) - kept.count("</details>")
    return "\n".join([*kept, *["\n</details>"] * open_details]) + note


def _table(lines: Sequence[Line], counted: Sequence[Counted]) -> Iterator[str]:
    counts = {one.cell: one for one in counted}
    yield "| cell | of what | base | head | head against base | verdict |" + (
        " instructions |" if counts else ""
    )
    yield "| --- | --- | ---: | ---: | ---: | --- |" + (" ---: |" if counts else "")
    for line in lines:
        figures = [figure_words(value, line.metric) for value in (line.base, line.head)]
        verdict = f"{SIGNS.get(line.verdict, '')} {line.verdict}".strip()
        if line.verdict == "same":
            verdict += f" (within {margin_words(line)})"
        row = [code(line.cell), METRIC_WORDS[line.metric], *figures, change_words(line), verdict]
        if counts:
            one = counts.get(line.cell) if line.metric in ("wall", "above") else None
            row.append(f"×{one.ratio:.4f} {one.verdict}" if one else "")
        yield f"| {' | '.join(row)} |"


def code(words: str) -> str:
    """Return words of a file as a code span, in which nothing is markup and nobody is mentioned."""
    return f"`{plain_text(words).replace('`', chr(0x2019)).replace('|', chr(92) + '|')}`"


def _escaped(words: str) -> str:
    """Return words with every letter that could be markup escaped."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#|@~&!" else letter for letter in plain_text(words))


def annotations(comparison: Comparison) -> list[str]:
    """Return GitHub's workflow commands: errors for what counts, warnings for what else got worse."""
    judged: list[tuple[Line | Counted, str]] = [
        *((line, f"{METRIC_WORDS[line.metric]} {change_words(line)}") for line in comparison.lines),
        *((one, f"instructions ×{one.ratio:.4f}") for one in comparison.counted),
    ]
    told = [
        _command("error" if one.gated else "warning", f"{one.cell} is {one.verdict}", words)
        for one, words in judged
        if one.verdict in WORSE
    ]
    told += [
        _command("error", f"{one.cell} on {one.side}: {one.outcome}", one.reason) for one in comparison.failed
    ]
    return told


def _command(level: str, title: str, message: str) -> str:
    """Return one workflow command, escaped as GitHub's toolkit does it."""
    data = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    name = title.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    name = name.replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={name}::{data}"
