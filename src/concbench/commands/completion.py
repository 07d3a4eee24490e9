"""What a shell completes: names, also behind a comma, and their families; run files; documents.

No code of others runs for it: models and workloads are the package's own.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from concbench.families import FAMILIES, LOAD_FAMILIES
from concbench.workloads.names import FAMILY

RUN_FILES = (".jsonl", ".jsonl.gz")

MOST_ENTRIES = 2000
"""Entries of a folder that are looked at: somebody waits."""


def models_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's models, and families of models, that go on as somebody has begun."""
    from concbench.models import index  # noqa: PLC0415  (no other command line needs it this early)

    return _like(incomplete, index.names(), FAMILIES)


def model_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's models that go on as somebody has begun, for a verb that takes one."""
    from concbench.models import index  # noqa: PLC0415  (no other command line needs it this early)

    return _like(incomplete, index.names())


def workloads_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's workloads, and families of workloads, that go on as somebody has begun."""
    return _like(incomplete, _workloads(), LOAD_FAMILIES)


def workload_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's workloads that go on as somebody has begun, for a verb that takes one."""
    return _like(incomplete, _workloads())


def metrics_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the metrics that go on as somebody has begun."""
    from concbench.metrics import METRICS  # noqa: PLC0415

    return _like(incomplete, METRICS)


def gates_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what may count for the exit code, and goes on as somebody has begun."""
    from concbench.runs.comparison_request import gateable  # noqa: PLC0415

    return _like(incomplete, gateable())


def topics_like(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what ``help`` has something to say of, of which ``docs`` knows the documents alone."""
    from concbench.commands.topics import topics  # noqa: PLC0415
    from concbench.documents import documents  # noqa: PLC0415

    group = ctx.find_root().command
    verbs = group.list_commands(ctx) if isinstance(group, click.Group) else []
    known = [*verbs, *topics(), *documents()] if ctx.info_name == "help" else documents()
    return [CompletionItem(name) for name in known if name.lower().startswith(incomplete.lower())]


def runs_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the run files that go on as somebody has begun, also a folder further; for none, any path."""
    found = sorted(_run_files(incomplete))
    return [CompletionItem(path) for path in found] or [CompletionItem(incomplete, type="file")]


def rungs_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the rungs of the ladder that go on as somebody has begun."""
    from concbench.analysis.ladder.rungs import RUNGS  # noqa: PLC0415  (no other verb needs it)

    return [CompletionItem(name) for name in RUNGS if name.startswith(incomplete)]


def rungs_or_runs_like(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the rungs where two are compared, else the run files, that go on as somebody has begun."""
    return (rungs_like if ctx.params.get("differ") else runs_like)(ctx, param, incomplete)


def sides_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the run files that go on as somebody has begun; others are revisions."""
    return [CompletionItem(path) for path in sorted(_run_files(incomplete))]


def _run_files(incomplete: str) -> Iterator[str]:
    folder, begun = os.path.split(incomplete)
    for name in _names(folder, begun):
        path = os.path.join(folder, name)  # noqa: PTH118  (as it was typed: ./ stays)
        if name.endswith(RUN_FILES):
            yield path
        elif Path(path).is_dir():
            inside = (one for one in _names(path, "") if one.endswith(RUN_FILES))
            yield from (os.path.join(path, one) for one in inside)  # noqa: PTH118


def _names(folder: str, begun: str) -> list[str]:
    """Return the names in a folder that begin so; hidden ones only where that is asked for.

    Names that a line of a terminal cannot show (line ends, escape sequences, bytes that are no text) are left
    out.
    """
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, MOST_ENTRIES)]
    except OSError:
        return []
    shown = (name for name in names if name.isprintable())
    return [name for name in shown if name.startswith(begun) and (begun or not name.startswith("."))]


def _workloads() -> list[str]:
    from concbench.workloads import index  # noqa: PLC0415

    return index.names()


def _like(incomplete: str, names: Iterable[str], families: Iterable[str] = ()) -> list[CompletionItem]:
    """Return the names that go on with what stands behind the last comma, and are not there yet."""
    before, comma, begun = incomplete.rpartition(",")
    known = [*names, *(f"{FAMILY}{one}" for one in families)]
    taken = before.split(",")
    return [
        CompletionItem(f"{before}{comma}{name}")
        for name in known
        if name.startswith(begun) and name not in taken
    ]
