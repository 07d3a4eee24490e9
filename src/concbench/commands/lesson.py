"""``concbench lesson``: from the tutorial's first cell to a loop that serves sockets, in eight steps."""

import json
import re
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concbench.analysis.units import TIME_UNITS, scaled
from concbench.commands.exits import CELL_FAILED, OK
from concbench.commands.loudness import note
from concbench.commands.measuring import Measuring
from concbench.commands.options import refuse_beside
from concbench.commands.progress import watched
from concbench.commands.reporting import refuse_foreign, write_whole
from concbench.commands.streams import tell
from concbench.errors import AnswerError
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.picture import PICTURE_MARK, svg_of
from concbench.lessons.steps import STEPS, new_lines, path_of, source_of, title_of, trace_of
from concbench.lessons.text import prose_of, section_of
from concbench.words import in_encoding

if TYPE_CHECKING:
    from concbench.runs.answers import Held
    from concbench.runs.lessons import Priced

WIDTH = 100
"""Columns of prose."""

MOST_PRINTED = 20
"""Lines that are shown of what an answer prints: it is run many times."""

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

EPILOG = """\b
Examples
  concbench lesson                            the eight steps, and their exercises
  concbench lesson 4                          one of them: text, new lines, trace, price, exercises
  concbench lesson 4 --no-price               without what has to be measured
  concbench lesson 4 --output lanes.svg       with the picture of its trace
  concbench lesson 4 --program > mine.py      its program, to go on from
  concbench lesson 4 --check mine.py          is my answer to its first exercise right?
  concbench lesson 4 --check mine.py --exercise 2
  concbench lesson 4 --check mine.py --json   the same for a program, the exit code as well
"""


@click.command(cls=Measuring, epilog=EPILOG)
@click.argument("step", type=click.IntRange(STEPS[0], STEPS[-1]), required=False)
@click.option("--check", "answer", type=click.Path(path_type=Path), metavar="FILE",
              help="Hold a program of yours against the witness: does it answer the exercise?")  # fmt: skip
@click.option("--exercise", type=click.IntRange(1, 2), default=1, show_default=True,
              help="Which of the step's exercises it answers.")  # fmt: skip
@click.option("--program", is_flag=True, help="Print the step's program alone.")
@click.option("--price/--no-price", default=True, show_default=True,
              help="Measure what the step's loop costs beside the one before: some seconds.")  # fmt: skip
@click.option("--output", "-o", "picture", type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE.svg", help="Write the picture of the trace, too.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def lesson(
    ctx: click.Context,
    step: int | None,
    *,
    answer: Path | None,
    exercise: int,
    program: bool,
    price: bool,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Build an event loop in eight steps: new lines, who runs when, its price, and two exercises each.

    The trace goes by a clock of its own, and is the same each time. Exit code 3 where an answer fails a
    check, 2 for a file that is none: it cannot be run, lacks what was asked for, or is the step's program.
    """
    if step is None:
        refuse_beside(ctx, {"as_json"}, "no step is named, as in: concbench lesson 4")
        _tell_all(as_json=as_json)
    elif answer is not None:
        refuse_beside(ctx, {"step", "answer", "exercise", "as_json"}, "an answer is checked, and no more")
        sys.exit(_checked(step, exercise, answer, as_json=as_json))
    elif program:
        refuse_beside(ctx, {"step", "program"}, "a program is printed, and no more")
        click.echo(source_of(step), nl=False)
    else:
        refuse_beside(ctx, {"step", "price", "picture", "as_json"}, "no answer is checked")
        if picture is not None:
            _draw(step, picture, quiet=as_json)
        _show(step, price=price, as_json=as_json)


def _tell_all(*, as_json: bool) -> None:
    if as_json:
        steps = [
            {"step": one, "title": title_of(one), "new_lines": len(new_lines(one)), "exercises": _asked(one)}
            for one in STEPS
        ]
        click.echo(json.dumps({"steps": steps}, indent=2))
        return
    for step in STEPS:
        tell(f"{step}  {title_of(step)}")
        for number in (1, 2):
            asks = textwrap.wrap(f"{number}. {EXERCISES[step, number].asks}", WIDTH - 3)
            _say(*textwrap.indent("\n".join(asks), "   ").splitlines())
    note("\nconcbench lesson 1 shows the first; concbench docs TUTORIAL has all of it.")


def _asked(step: int) -> list[dict[str, Any]]:
    """Return the exercises of a step as plain data."""
    both = ((number, EXERCISES[step, number]) for number in (1, 2))
    return [{"exercise": number, "asks": one.asks, "sample": one.sample} for number, one in both]


def _refuse_nameless(path: Path, example: str) -> None:
    if not path.name:
        raise click.UsageError(f"no file is named; name one, as in: {example}")


def _draw(step: int, path: Path, *, quiet: bool) -> None:
    """Write the picture of a trace; raises RunFileError, and click.UsageError for what is no place for it."""
    _refuse_nameless(path, "--output lanes.svg")
    if path.suffix.lower() != ".svg":
        raise click.UsageError(f"the picture is SVG: name it {path.with_suffix('.svg')} with --output")
    if not path.parent.is_dir():
        raise click.UsageError(f"there is no folder {path.parent} for the picture; make it first")
    refuse_foreign(path, PICTURE_MARK.encode(), "picture")
    write_whole(path, svg_of(trace_of(step), f"Who runs when, in the scene of step {step}"), "picture")
    note(f"picture: {path}\n", err=quiet)


def _show(step: int, *, price: bool, as_json: bool) -> None:
    trace = trace_of(step)
    if as_json:
        told = [asdict(one) for one in _prices(step)] if price else []
        about = {
            "step": step,
            "title": title_of(step),
            "program": source_of(step),
            "new_lines": new_lines(step),
            "exercises": _asked(step),
        }
        click.echo(json.dumps({**about, "trace": trace.to_dict(), "price": told}, indent=2))
        return
    words, question, answer, _ = (paragraphs(one) for one in prose_of(step))
    _say(f"Step {step}: {section_of(step)[0]}\n", *words, f"\n{path_of(step).name}, new lines marked:\n")
    _say(*marked(step), "", *question)
    _say("\nWho runs when, by the stage's clock (a step takes 1 ms):\n", *trace.lines(), "", *answer)
    _say("\nExercises:", *(line for number in (1, 2) for line in exercise_lines(step, number)))
    if price:
        note("\nmeasuring the price …", err=True)
        _say("\nPrice, a first look (concbench run tells more):", *price_lines(step, _prices(step)))
    note("\n" + "\n".join(next_lines(step)))


def next_lines(step: int) -> list[str]:
    """Return how to have an answer checked, and what comes next."""
    check = f"concbench lesson {step} --check mine.py"
    then = f"concbench lesson {step + 1}" if step < STEPS[-1] else "concbench ladder"
    return [f"Check an answer: {check} (exercise 2: --exercise 2)", f"Next: {then}"]


def exercise_lines(step: int, number: int) -> list[str]:
    """Return what an exercise asks for, and what has to come of a call, as lines."""
    asked = EXERCISES[step, number]
    told = (f"  {number}. {asked.asks}", f"     {asked.sample}")
    return [line for text in told for line in textwrap.wrap(text, WIDTH, subsequent_indent="     ")]


def paragraphs(markdown: str) -> list[str]:
    """Return a text's lines for a terminal: of one width, and without links."""
    plain = LINK.sub(r"\1", markdown)
    return "\n\n".join(textwrap.fill(one, WIDTH) for one in plain.split("\n\n")).splitlines()


def _say(*lines: str) -> None:
    for line in lines:
        tell(in_encoding(line, sys.stdout.encoding))


def marked(step: int) -> list[str]:
    """Return the lines of a program, a mark before those that are new."""
    new = set(new_lines(step))
    numbered = enumerate(source_of(step).splitlines(), 1)
    return [f"{'+' if number in new else ' '} {line}".rstrip() for number, line in numbered]


def _prices(step: int) -> "list[Priced]":
    from concbench.runs import lessons  # noqa: PLC0415  (it imports what only some platforms have)

    return lessons.price(step)


def price_lines(step: int, prices: "Sequence[Priced]") -> list[str]:
    """Return the prices as lines: of the loop before, and of this one."""
    heads = [f"step {step - 1}" if step > 1 else "", f"step {step}"]
    lines = [f"  {'':34}{heads[0]:>10}{heads[1]:>10}"]
    for one in prices:
        before, now = (_figure(one.figure, value) for value in (one.before, one.now))
        lines.append(f"  {one.what:34}{before if step > 1 else '':>10}{now:>10}{_why(one)}")
    return lines


def _why(one: "Priced") -> str:
    return f"  {one.why}" if one.why else ""


def _figure(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if figure == "share" else scaled(value, TIME_UNITS)


def _checked(step: int, exercise: int, file: Path, *, as_json: bool) -> int:
    """Hold an answer against the witness, tell what came of it, and return the exit code."""
    from concbench.runs import answers  # noqa: PLC0415  (likewise)

    _refuse_nameless(file, "--check mine.py")
    about: dict[str, Any] = {"step": step, "exercise": exercise}
    try:
        verdict = watched(answers.check, step=step, exercise=exercise, file=file)
    except AnswerError as error:
        if as_json:
            told = {"right": False, "error": str(error), "checks": [], "notes": [], "printed": []}
            click.echo(json.dumps({**about, **told}, indent=2))
        raise
    if as_json:
        told = {"right": verdict.right, "error": None, "checks": [asdict(one) for one in verdict.held]}
        beside = {"notes": verdict.notes, "printed": verdict.printed}
        click.echo(json.dumps({**about, **told, **beside}, indent=2))
    else:
        _tell_printed(file, verdict.printed)
        heading = f"Step {step}, exercise {exercise}: {EXERCISES[step, exercise].asks}"
        _say(*paragraphs(heading), "", *verdict_lines(verdict.held))
        _say(*(f"look: {one}" for one in verdict.notes))
        _say(f"\n{file.name} is {'right' if verdict.right else 'not right yet'}")
    return OK if verdict.right else CELL_FAILED


def _tell_printed(file: Path, lines: "Sequence[str]") -> None:
    """Pass on what an answer printed, marked, on standard error."""
    if lines:
        note(f"{file.name} printed, in all its runs:", err=True)
        more = [f"… and {len(lines) - MOST_PRINTED} lines more"] if len(lines) > MOST_PRINTED else []
        note("\n".join(f"  | {line}" for line in [*lines[:MOST_PRINTED], *more]), err=True)


def verdict_lines(held: "Sequence[Held]") -> list[str]:
    """Return what came of each workload as lines: right, or which check failed, why, and what to look for."""
    lines = []
    for one in held:
        lines.append(f"{'wrong' if one.wrong else 'right'}  {one.workload}: {one.summary}")
        lines += [f"       {name}: {words}" for name, words in one.wrong.items()]
        lines += [f"       look: {one.hint}"] if one.hint else []
    return lines
