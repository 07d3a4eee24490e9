"""A comparison for a pull request: a summary in GitHub's Markdown, and annotations for its checks."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from concbench.analysis.alike import alike
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
from concbench.analysis.ending import FailOn, undecided, worse_cells
from concbench.metrics import BETTER, METRICS, WORSE
from concbench.words import few, plain_lines, plain_text

LONGEST = 65_000
"""Characters: GitHub refuses a comment of more than 65,536."""

SIGNS = {**dict.fromkeys(sorted(WORSE), "🔴"), **dict.fromkeys(sorted(BETTER), "🟢"), "unsure": "❔"}
"""A verdict's sign; the word stands beside it."""


NO_WIDTH = "&#8203;"

SHOWN = 10
"""Annotations of one level that GitHub shows of a step; it drops the others."""


class Annotation(NamedTuple):
    """An annotation: its title and words, and the line of a file that it is about, if it is about one."""

    title: str
    words: str
    file: str | None = None
    line: int | None = None


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
    if comparison.refused:
        return _short_enough([*parts, *_block(comparison.refused.reason)])
    for one in alike(comparison):
        words = f"**{_escaped(one.outcome)}**: {_escaped(one.reason)}"
        parts += [f"- {one.named(comparison.word, code)} on {one.where}: {words}"]
    for name, lines in (("unsure", unsure), ("the same", same)):
        if lines:
            parts += ["", f"<details><summary>{len(lines)} {name}</summary>", ""]
            parts += [*_table(comparison, lines), "", "</details>"]
    parts += ["", f"<sub>{_escaped(rates_words(comparison))}</sub>", ""]
    return _short_enough(parts)


def _block(words: str) -> list[str]:
    """Return lines of a program's as they are, without anything that could end the block."""
    return ["```text", plain_lines(words).replace("`", "\N{RIGHT SINGLE QUOTATION MARK}"), "```", ""]


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
    yield f"| {comparison.word} | of what | base | head | head against base | verdict |" + (
        " instructions |" if counts else ""
    )
    yield "| --- | --- | ---: | ---: | ---: | --- |" + (" ---: |" if counts else "")
    for line in lines:
        verdict = f"{SIGNS.get(line.verdict, '')} {line.verdict}".strip()
        if line.verdict == "same":
            verdict += f" (within {margin_words(line)})"
        row = [
            code(line.cell),
            METRICS[line.metric].what,
            *figure_words(line),
            _change(comparison, line),
            verdict,
        ]
        if counts:
            one = counts.get(line.cell) if METRICS[line.metric].key == "wall_ns" else None
            row.append(f"×{one.ratio:.4f} {one.verdict}" if one else "")
        yield f"| {' | '.join(row)} |"
    if (odd := columns_words(lines, paired=comparison.paired)) is not None:
        yield f"\n{odd}"


def _change(comparison: Comparison, line: Line) -> str:
    """Return how much head differs; of what is undecided it is said that more pairs may say otherwise."""
    words = change_words(line)
    open_ = comparison.paired and line.verdict == "unsure" and line.middle is not None
    return f"{words} so far" if open_ else words


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
    """Return GitHub's workflow commands: errors for what fails, warnings for what else is to be known.

    That is what got worse without counting, and what counts and is undecided: what may have got worse before
    the rest, since GitHub shows ``SHOWN`` of a level; further ones are told together.
    """
    if (head := comparison.refused) is not None:
        return [_command("error", "head cannot be measured", head.reason, head.file, head.line)]
    levels: dict[str, list[Annotation]] = {"error": [], "warning": []}
    worse, open_ = (level_where(comparison.fail_on, what) for what in ("slower", "unsure"))
    for (level, title), ones in _worse(comparison, worse).items():
        words = ", ".join(map(what_words, ones))
        levels[level].append(Annotation(title, words, _file_of(comparison, ones[0])))
    for failed in comparison.failed:
        level = "error" if failed in comparison.breaking else "warning"
        place = (failed.file, failed.line) if failed.side == "head" else ()  # base's lines are not shown
        levels[level].append(
            Annotation(f"{failed.cell} on {failed.side}: {failed.outcome}", failed.reason, *place)
        )
    levels[open_] += _undecided(comparison)
    return [_command(level, *told) for level, all_ in levels.items() for told in _at_most(all_)]


def _worse(comparison: Comparison, worse: str) -> dict[tuple[str, str], list[Line | Counted]]:
    """Return what got worse by its level and title: what a cell has of one verdict is one annotation."""
    found: dict[tuple[str, str], list[Line | Counted]] = {}
    judged: tuple[Line | Counted, ...] = (*comparison.lines, *comparison.counted)
    for one in judged:
        if one.verdict in WORSE:
            key = worse if one.gated else "warning", f"{one.cell} is {one.verdict}"
            found.setdefault(key, []).append(one)
    return found


def level_where(fail_on: FailOn, what: str) -> str:
    """Return the level of what is ``slower`` or ``unsure``: an error where it makes the comparison fail."""
    return "error" if fail_on in (what, "unsure") else "warning"


def _undecided(comparison: Comparison) -> list[Annotation]:
    """Return a title and words for each cell that is undecided in what counts, and not told as worse."""
    cells: dict[str, list[Line]] = {}
    worse = worse_cells(comparison)
    for line in undecided(comparison):
        if line.cell in worse:
            continue
        cells.setdefault(line.cell, []).append(line)
    told = []
    for cell, lines in cells.items():
        title = f"{cell} may be worse" if any(map(_suspicious, lines)) else f"{cell} is undecided"
        reasons = dict.fromkeys(line.reason for line in lines if line.reason)
        words = f"{', '.join(map(what_words, lines))}: {'; '.join(reasons) or 'not decided'}"
        told.append(Annotation(title, words, _file_of(comparison, lines[0])))
    return sorted(told, key=lambda one: one.title.endswith("undecided"))


def _file_of(comparison: Comparison, one: Line | Counted) -> str | None:
    """Return the file of a test; what else is compared lies in none that is known."""
    return one.workload if comparison.served == "pytest" else None


def _suspicious(line: Line) -> bool:
    same = 1.0 if line.kind == "ratio" else 0.0
    return line.low is not None and line.low > same


def _at_most(told: Sequence[Annotation]) -> Iterator[Annotation]:
    """Yield as many as GitHub shows; the last one stands for all that are too many."""
    if len(told) <= SHOWN:
        yield from told
        return
    yield from told[: SHOWN - 1]
    rest = [one.title for one in told[SHOWN - 1 :]]
    yield Annotation(f"and {len(rest)} more", few(rest, SHOWN))


def _command(level: str, title: str, message: str, file: str | None = None, line: int | None = None) -> str:
    """Return one workflow command, escaped as GitHub's toolkit does it; it may be about a line of a file."""
    about = {"file": file, "line": line, "title": title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in about.items() if value is not None)
    return f"::{level} {told}::{_data(message)}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
