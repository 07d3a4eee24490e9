"""Two neighbouring rungs in the terminal: what they differ in, and what that was predicted to do."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from concbench.analysis.ladder.steps import Expected, LadderStep, Sign
from concbench.report.terminal.bare import plain

ARROWS: Mapping[Sign, str] = {"less": "↓", "same": "=", "more": "↑"}

STYLES: Mapping[str, str] = {"+": "green", "-": "red", "@": "cyan"}


def print_difference(console: Console, step: LadderStep, lines: Sequence[str] | None) -> None:
    """Print the lines of a diff in the colours that others give one, or what changes where there is none.

    What was predicted of the step comes after it.
    """
    console.print(Text(f"{step.below} → {step.rung}: {step.adds}", style="bold"), end="\n\n")
    if lines is None:
        console.print(plain(f"{step.rung} is no kernel of ours, so there are no two modules to compare."))
        console.print(plain(step.changes))
    for line in lines or ():
        style = "bold" if line.startswith(("+++", "---")) else STYLES.get(line[:1], "")
        console.print(Text(line, style=style), soft_wrap=True)
    console.print(
        Text("\npredicted, before it was measured (↑ more, ↓ less, = about the same):", style="bold")
    )
    console.print(plain(_predicted("every other workload" if step.others else "every workload", step.usual)))
    for names, expects in step.others.items():
        console.print(plain(_predicted(", ".join(names.split()), expects)))


def _predicted(whose: str, expects: Expected) -> str:
    signs = ", ".join(f"{effect} {ARROWS[sign]}" for effect, sign in expects.signs.items())
    return f"  {whose}: {signs}: {expects.why}"
