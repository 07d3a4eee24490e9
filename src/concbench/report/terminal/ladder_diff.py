"""Two neighbouring rungs in the terminal: what they differ in, and what that was predicted to do."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from concbench.analysis.ladder.showing import ShownStep, predictions_of
from concbench.analysis.ladder.steps import Expected, LadderStep, Sign
from concbench.report.terminal.bare import plain

ARROWS: Mapping[Sign, str] = {"less": "↓", "same": "=", "more": "↑"}

STYLES: Mapping[str, str] = {"+": "green", "-": "red", "@": "cyan"}


def print_difference(console: Console, shown: ShownStep) -> None:
    """Print the lines of a diff in the colours that others give one, or what changes where there is none.

    What the imports bring in and what tasks become comes after it, and last what was predicted.
    """
    step = shown.step
    console.print(Text(f"{step.below} → {step.rung}: {step.adds}", style="bold"))
    if shown.files is None or shown.lines is None:
        console.print()
        console.print(plain(f"{step.rung} is no kernel of ours, so there are no two modules to compare."))
        console.print(plain(step.changes))
    else:
        console.print(" → ".join(shown.files), style="dim", highlight=False, soft_wrap=True, end="\n\n")
        _draw(console, shown.lines)
    if shown.brought_in:
        _head(console, "what the imports bring in that the rung below had not:")
    for one in shown.brought_in:
        _indented(console, f"{one.name}: {one.says}" if one.says else one.name, 2)
    for task in shown.reworded:
        _head(console, f"a task of {task.workload}, on {step.below} and on {step.rung}:")
        _draw(console, task.lines)
    _print_predictions(console, step)


def _head(console: Console, words: str) -> None:
    console.print(Text(f"\n{words}", style="bold"))


def _draw(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        style = "bold" if line.startswith(("+++", "---")) else STYLES.get(line[:1], "")
        console.print(Text(line, style=style), soft_wrap=True)


def _indented(console: Console, words: str, by: int) -> None:
    """Print words whose every line begins so far to the right."""
    for line in plain(words).wrap(console, max(20, console.width - by)):
        line.rstrip()
        console.print(Text(" " * by) + line, soft_wrap=True)


def _print_predictions(console: Console, step: LadderStep) -> None:
    _head(console, "predicted, before it was measured (↑ more, ↓ less, = about the same):")
    for workloads, expects in predictions_of(step):
        every = "every other workload" if step.others else "every workload"
        _indented(console, f"{', '.join(workloads) or every}: {_signs(expects)},", 2)
        _indented(console, f"because {expects.why}", 4)


def _signs(expects: Expected) -> str:
    return ", ".join(f"{effect} {ARROWS[sign]}" for effect, sign in expects.signs.items())
