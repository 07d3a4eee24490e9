"""A comparison for a pull request: a summary in GitHub's Markdown, and annotations for its checks."""

from collections.abc import Iterator, Sequence

from concbench.analysis.compared import (
    change_words,
    columns_words,
    figure_words,
    headline,
    margin_words,
    rates_words,
    what_words,
)
from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.metrics import BETTER, METRICS, WORSE
from concbench.words import plain_text

LONGEST = 65_000
"""Characters: GitHub refuses a comment of more than 65,536."""

SIGNS = {**dict.fromkeys(sorted(WORSE), "🔴"), **dict.fromkeys(sorted(BETTER), "🟢"), "unsure": "❔"}
"""A verdict's sign; the word stands beside it."""


NO_WIDTH = "&#8203;"


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
        parts += [*_table(comparison, changed), ""]
    parts += [
        f"- {code(one.cell)} is **{one.verdict}** by {what_words(one)}"
        for one in comparison.counted
        if one.verdict in WORSE
    ]
    for failed in comparison.failed:
        words = f"**{_escaped(failed.outcome)}**: {_escaped(failed.reason)}"
        parts += [f"- {code(failed.cell)} on {failed.side}: {words}"]
    for name, lines in (("unsure", unsure), ("the same", same)):
        if lines:
            parts += ["", f"<details><summary>{len(lines)} {name}</summary>", ""]
            parts += [*_table(comparison, lines), "", "</details>"]
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


def _table(comparison: Comparison, lines: Sequence[Line]) -> Iterator[str]:
    counts = {one.cell: one for one in comparison.counted}
    yield "| cell | of what | base | head | head against base | verdict |" + (
        " instructions |" if counts else ""
    )
    yield "| --- | --- | ---: | ---: | ---: | --- |" + (" ---: |" if counts else "")
    for line in lines:
        verdict = f"{SIGNS.get(line.verdict, '')} {line.verdict}".strip()
        if line.verdict == "same":
            verdict += f" (within {margin_words(line)})"
        row = [code(line.cell), METRICS[line.metric].what, *figure_words(line), change_words(line), verdict]
        if counts:
            one = counts.get(line.cell) if METRICS[line.metric].key == "wall_ns" else None
            row.append(f"×{one.ratio:.4f} {one.verdict}" if one else "")
        yield f"| {' | '.join(row)} |"
    if (odd := columns_words(lines, paired=comparison.paired)) is not None:
        yield f"\n{odd}"


def code(words: str) -> str:
    """Return words of a file as a code span, in which nothing is markup and nobody is mentioned."""
    return f"`{plain_text(words).replace('`', chr(0x2019)).replace('|', chr(92) + '|')}`"


def _escaped(words: str) -> str:
    """Return words with every letter that could be markup escaped.

    GitHub looks for people and issues after it has taken escapes away, so a space of no width parts them.
    """
    escaped = (f"\\{letter}" if letter in r"\`*_[]<>#|@~&!" else letter for letter in plain_text(words))
    return "".join(f"{letter}{NO_WIDTH}" if letter in (r"\@", r"\#") else letter for letter in escaped)


def annotations(comparison: Comparison) -> list[str]:
    """Return GitHub's workflow commands: errors for what counts and for cells that failed, else warnings.

    A warning is for what got worse without counting, and for what may have got worse: its interval says so,
    but not at the rate over all comparisons.
    """
    told = []
    judged: tuple[Line | Counted, ...] = (*comparison.lines, *comparison.counted)
    for one in judged:
        if one.verdict in WORSE:
            level = "error" if one.gated else "warning"
            told.append(_command(level, f"{one.cell} is {one.verdict}", what_words(one)))
        elif isinstance(one, Line) and _suspicious(one):
            words = f"{what_words(one)}: {one.reason or 'not decided'}"
            told.append(_command("warning", f"{one.cell} may be worse", words))
    for failed in comparison.failed:
        title = f"{failed.cell} on {failed.side}: {failed.outcome}"
        level = "error" if failed in comparison.breaking else "warning"
        told.append(_command(level, title, failed.reason))
    return told


def _suspicious(line: Line) -> bool:
    same = 1.0 if line.kind == "ratio" else 0.0
    return line.gated and line.verdict == "unsure" and line.low is not None and line.low > same


def _command(level: str, title: str, message: str) -> str:
    """Return one workflow command, escaped as GitHub's toolkit does it."""
    data = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    name = title.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    name = name.replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={name}::{data}"
