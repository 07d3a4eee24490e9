"""``concbench doctor``: what this machine is, its Pythons, how noisy it is, what to mend first."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import click
from msgspec import to_builtins
from rich.console import RenderableType
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from concbench.analysis import warnings
from concbench.commands.consoles import Err, Out
from concbench.commands.loudness import Loudness, loudness, note
from concbench.commands.measuring import Asking
from concbench.drive.host.interpreter_info import InterpreterInfo
from concbench.drive.workers.described import models_here
from concbench.extras import PURPOSES
from concbench.models import index
from concbench.runs.doctor import Examination, examine, interpreters_of
from concbench.stats.noise import MINIMUM_READINGS

EPILOG = """\b
Examples
  concbench doctor
  concbench doctor --python 3.12,3.13 --seconds 20
  concbench doctor --python "3.14,3.14 -X jit=1"
  concbench doctor --json > machine.json
"""


@click.command(cls=Asking, epilog=EPILOG)
@click.option(
    "--python",
    "specs",
    metavar="VERSIONS",
    help="Interpreters to examine: versions, commands or paths, with options of theirs, commas between."
    "  [default: every supported one that is found]",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True, max=3600),
    default=2.0,
    show_default=True,
    help="How long to time the fixed loop; a shared machine shows its moods in 10 or more.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def doctor(specs: str | None, seconds: float, as_json: bool) -> None:
    """Tell what this machine is, how noisy it is, and what would spoil a measurement.

    Nothing is written, and no contender is run. The exit code is 0 whatever is found: a noisy machine can
    be measured on, its verdicts are only unsure more often.
    """
    if math.isnan(seconds):
        raise click.BadParameter("nan is no time", param_hint="--seconds")
    found = _examine(interpreters_of(specs), seconds)
    if as_json:
        click.echo(json.dumps(to_builtins(found.plain()), indent=2, allow_nan=False))
    else:
        console = Out(highlight=False)
        for section in _sections(found):
            console.print(section)


def _examine(pythons: Sequence[InterpreterInfo], seconds: float) -> Examination:
    """Examine this machine, with progress on stderr."""
    what = f"timing a fixed loop for {seconds:g} s"
    live = sys.stderr.isatty() and loudness() is not Loudness.QUIET
    if not live:
        note(f"{what} ...", err=True)
    # Drawn between slices only: a thread that redraws would be part of the noise.
    with Progress(console=Err(), auto_refresh=False, transient=True, disable=not live) as progress:
        return examine(pythons, seconds, partial(progress.track, description=what))


def _sections(found: Examination) -> Iterator[RenderableType]:
    """Yield what is shown, from top to bottom; another table is one more ``yield``."""
    if found.unsupported:
        yield Text(f"{found.unsupported}\n")
    yield _table("Machine", ("", ""), _machine_rows(found.environment))
    pythons = [
        (info.name, _state(info.gil), _jit(info), _configured(info), str(info.executable))
        for info in found.pythons
    ]
    yield _table("Interpreters", ("Python", "GIL", "JIT", "configured with", "executable"), pythons)
    yield _table("Models", ("model", "dialect", "version, or why not"), _model_rows())
    yield _table("Extras", ("extra", "for", "installed, or what is missing"), _extra_rows(found.extras))
    few = f"not known: fewer than {MINIMUM_READINGS} readings, so give more --seconds"
    yield Text(f"\nSpeed is {warnings.noise_in_words(found.noise) if found.noise else few}.\n")
    if not found.warnings:
        yield Text("Nothing was seen that would spoil a measurement.")
    for warning in found.warnings:
        yield Text(f"{warning.name}: {warning.seen}\n  Why: {warning.why}\n  Do: {warning.todo}\n")


def _extra_rows(extras: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    def state(name: str, missing: Sequence[str]) -> str:
        how = f"{', '.join(missing)}: pip install 'concbench[{name}]'"
        return how if missing else "installed"

    return [(name, PURPOSES[name], state(name, missing)) for name, missing in extras.items()]


def _model_rows() -> list[tuple[str, str, str]]:
    models = models_here([index.get(name) for name in index.names()])
    return [
        (model.name, model.dialect, model.unavailable() or f"{model.version()}: {model.source}")
        for model in models
    ]


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _machine_rows(record: dict[str, Any]) -> list[tuple[str, str]]:
    cpu, system, memory, clocks = record["cpu"], record["os"], record["memory"], record["clocks"]
    allowed = "?" if cpu["allowed"] is None else len(cpu["allowed"])
    frequency = cpu["frequency_mhz"]["current"]
    repository = record["repository"]
    load = record["load"]
    return [
        ("machine", f"{record['machine']['id']}, {record['machine']['architecture']}"),
        ("system", f"{_known(system['distribution'])}, {system['system']} {system['kernel']}"),
        ("processor", f"{_known(cpu['model'])}, {_known(frequency, ' MHz')} now"),
        (
            "CPUs",
            f"{allowed} of {_known(cpu['logical'])} allowed, {_known(cpu['physical'])} cores,"
            f" quota {_known(cpu['quota'])}",
        ),
        ("virtualised", _known(cpu["virtualised"])),
        ("governor, turbo", f"{_known(cpu['governor'])}, {_known(cpu['turbo'])}"),
        ("load", "unknown" if load is None else ", ".join(f"{value:.2f}" for value in load)),
        (
            "memory",
            "unknown"
            if memory["total_bytes"] is None
            else f"{memory['available_bytes'] / 2**30:.1f} GiB free of {memory['total_bytes'] / 2**30:.1f}",
        ),
        ("huge pages, ASLR", f"{_known(memory['huge_pages'])}, {_known(system['aslr'])}"),
        ("limits", f"{_known(system['threads_max'])} threads, {_known(system['pids_max'])} pids"),
        ("clock", f"{clocks['perf_counter']['implementation']}, step {clocks['smallest_step_ns']} ns"),
        ("concbench", f"{record['concbench']['version']}, source {record['concbench']['source']}"),
        ("commit", _commit(repository, record.get("commit_unknown"))),
    ]


def _commit(repository: dict[str, Any] | None, unknown: str | None) -> str:
    """Return the commit and where it is known from, or why it is not."""
    if repository is None:
        return f"unknown: {unknown}" if unknown else "unknown"
    return f"{repository['commit']} ({repository['source']})"


def _known(value: object, unit: str = "") -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}{unit}" if isinstance(value, float) else f"{value}{unit}"


def _state(on: bool | None) -> str:
    return "unknown" if on is None else "on" if on else "off"


def _jit(info: InterpreterInfo) -> str:
    return "none" if info.jit_built is False else _state(info.jit)


def _configured(info: InterpreterInfo) -> str:
    """Name what sets this build apart; a distribution may have optimised it by other means."""
    flags = {
        "optimizations": info.optimizations,
        "lto": info.lto,
        "jit": info.jit_built,
        "debug": info.debug,
        "free-threaded": info.free_threaded,
    }
    return ", ".join(name for name, is_set in flags.items() if is_set) or "default options"
