"""Models and workloads in the terminal, by families: a line or two for each; to ``--verbose``, all of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.commands.loudness import Loudness, loudness, note
from concbench.families import FAMILIES, LOAD_FAMILIES, LOAD_WORDS, WORDS
from concbench.models.base import Model
from concbench.workloads.spelling import in_words

MORE = "concbench list -v says what each costs, what parameters mean, and why not"

Entry = tuple[str, Text]
"""A name, and what is said of it."""


def print_models(console: Console, models: Sequence[Model]) -> None:
    """Print what models are, by families, or why they are not to be had."""
    width = max((len(model.name) for model in models), default=0)
    for family in FAMILIES:
        members = [(model.name, _model(model)) for model in models if model.family == family]
        _print_family(console, f"{family}: {WORDS[family]}", members, width)


def print_workloads(console: Console, workloads: Sequence[Mapping[str, Any]]) -> None:
    """Print what is known of workloads, by families, as ``about_workload`` has it."""
    width = max((len(about["name"]) for about in workloads), default=0)
    for family in LOAD_FAMILIES:
        members = [(about["name"], _workload(about)) for about in workloads if about["family"] == family]
        _print_family(console, f"{family}: {LOAD_WORDS[family]}", members, width)


def print_more() -> None:
    """Say how to be told more, to whoever is not."""
    if loudness() is Loudness.USUAL:
        note(f"\n{MORE}")


def _print_family(console: Console, title: str, members: Sequence[Entry], width: int) -> None:
    if not members:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(min_width=width + 2, no_wrap=True)
    table.add_column(overflow="fold")
    for name, words in members:
        table.add_row(Text(f"  {name}"), words)
    console.print(Text(f"\n{title}", style="bold"))
    console.print(table)


def _model(model: Model) -> Text:
    reason = model.unavailable()
    if reason:
        return Text(f"unavailable: {reason}", style="yellow")
    if loudness() is Loudness.VERBOSE:
        return Text(f"{model.dialect}; {model.summary}. Costs {model.cost}.")
    return Text(model.summary)


def _workload(about: Mapping[str, Any]) -> Text:
    """Return what a workload does, the parameters at which it is compared, and where it is not written."""
    cannot: Mapping[str, str] = about["not_expressible"]
    lines = [Text(f"{about['summary']} (cost per {about['unit']})")]
    if loudness() is Loudness.VERBOSE:
        lines.append(Text(" ".join(about["meaning"].replace("``", "").split())))
    lines.append(Text(f"compared at {in_words(about['brief'])}", style="dim"))
    if loudness() is Loudness.VERBOSE:
        lines += [Text(f"not in {dialect}: {reason}", style="yellow") for dialect, reason in cannot.items()]
    elif cannot:
        lines.append(Text(f"not in {', '.join(cannot)}", style="yellow"))
    return Text("\n").join(lines)
