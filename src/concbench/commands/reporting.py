"""Writing a report: where it goes, what it may replace, and what is told meanwhile.

The libraries that draw take most of a second to import, so they are imported when a report is made.
"""

import os
import tempfile
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from stat import S_ISREG
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from concbench.commands.consoles import Err
from concbench.commands.loudness import note
from concbench.commands.progress import Bar
from concbench.commands.streams import aside, tell
from concbench.errors import UserError
from concbench.extras import PAGE, refuse_without
from concbench.results.errors import ResultsError, RunFileError
from concbench.results.histories import History
from concbench.results.measured import Measured

if TYPE_CHECKING:
    from concbench.analysis.history import HistorySeries

OURS = b'<meta name="generator" content="concbench'
"""How a report of ours is known again."""


LONGEST_STEM = 100
"""Letters of a run file's name in that of a page on two: more might be more than a name may have."""

TRACE_NS = 20_000_000
"""How long it takes to look for steps in a trace, or so (ns)."""


class NoCache(UserError):
    """There is no folder for what matplotlib keeps."""


def default_report(*runs: Measured) -> Path:
    """Return where a report goes: beside its run, as ``run`` puts it; of several, beside the first.

    It is named as they are: by two of them, or by the first and how many more there are. So it takes the
    place of an older one on the same runs, and of none on others. There is one run at least.
    """
    first, *others = (run.path.name.removesuffix(".gz").removesuffix(".jsonl") for run in runs)
    if not others:
        return runs[0].path.with_name(f"{first}.html")
    behind = f"{len(others)}-more" if others[1:] else others[0][:LONGEST_STEM]
    return runs[0].path.with_name(f"{first[:LONGEST_STEM]}-and-{behind}.html")


def refuse_foreign(
    path: Path, mark: bytes = OURS, what: str = "report", within: int = 4000, option: str = "--output"
) -> None:
    """Raise click.UsageError where a file without our ``mark`` in its first bytes would be replaced."""
    try:
        ours = S_ISREG(path.stat().st_mode) and mark in _start_of(path, within)
    except FileNotFoundError:
        return
    except OSError as error:
        raise click.UsageError(
            f"{option} {path} cannot be written ({error.strerror}); name another"
        ) from error
    if not ours:
        raise click.UsageError(f"{path} exists already, and is no {what} of ours; name another with {option}")


def _start_of(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a report is made of: runs, a history, or both.

    ``baseline`` is the contender to compare with, None the one that each run names.
    """

    runs: Sequence[Measured] = ()
    history: History | None = None
    baseline: str | None = None
    different_machines: bool = False

    @property
    def models(self) -> list[str]:
        """The models of the runs, in their order."""
        return [contender.model for run in self.runs for contender in run.header.contenders]


def make_report(sources: Sources, bar: Bar, traces: "Sequence[HistorySeries] | None" = None) -> str:
    """Return the page; ``traces`` are those of :func:`make_traces`, if they are made already.

    Raises Mismatch for runs that must not stand side by side, MissingExtra, RunFileError for samples that
    are not those of their witness, and ResultsError for a history that stands alone and has no figure.
    """
    build = drawing(bar)
    from concbench.analysis.dataset import gather  # noqa: PLC0415  (see the module)

    traces = make_traces(sources, bar) if traces is None else traces
    if sources.history is not None and not sources.runs:
        return str(build.history_page_of(traces, sources.history.name))
    bar.at("report: reducing samples to processes")
    dataset = gather(
        sources.runs, baseline=sources.baseline, different_machines=sources.different_machines, history=traces
    )
    page: str = build.page_of(dataset, lambda name: bar.at(f"report: {name}"))
    return page


def drawing(bar: Bar) -> ModuleType:
    """Import and return what makes pages; raises MissingExtra and NoCache."""
    bar.at("report: loading the libraries that draw")
    return drawing_module()


def drawing_module(name: str = "concbench.report.page.build", wanted: str = PAGE) -> ModuleType:
    """Import what draws, which takes most of a second; raises MissingExtra and NoCache."""
    refuse_without(wanted)
    try:
        return import_module(name)
    except OSError as error:
        if "MPLCONFIGDIR" not in str(error):
            raise
        raise NoCache(
            "drawing needs a folder for matplotlib's cache, and neither the user's own nor the temporary one"
            " can be written to; name one with MPLCONFIGDIR"
        ) from error


def make_findings(sources: Sources, traces: "Sequence[HistorySeries] | None" = None) -> dict[str, Any]:
    """Return what the page says, as plain data. Takes ``traces`` and raises as :func:`make_report` does."""
    from concbench.analysis import findings  # noqa: PLC0415  (see the module)

    told: dict[str, Any] = {}
    if sources.runs:
        told |= findings.findings_of(
            sources.runs, baseline=sources.baseline, different_machines=sources.different_machines
        )
    if sources.history is not None:
        found = make_traces(sources) if traces is None else traces
        told["history"] = findings.history_findings(found)
    return told


def make_traces(sources: Sources, bar: Bar | None = None) -> "Sequence[HistorySeries]":
    """Return the traces of the history, if any, with their steps. Raises as :func:`make_report` does."""
    if sources.history is None:
        return ()
    from concbench.analysis.history import traces_of  # noqa: PLC0415  (see the module)

    args = (bar.counted("history: looking for steps in", TRACE_NS),) if bar else ()
    traces = traces_of(sources.history, sources.models, *args)
    if not traces and not sources.runs:
        raise ResultsError(
            "no benchmark has a figure: all failed, or were not applicable, or were measured with another"
            " version of the benchmark; measure one with `concbench run` or `asv run`",
            sources.history.paths[0],
        )
    return traces


def write_whole(path: Path, content: str | bytes, what: str = "report", option: str = "--output") -> None:
    """Write a file whole or not at all, in place of an older one. Raises RunFileError where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{what}-")
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  (a descriptor has no path)
                file.write(content.encode() if isinstance(content, str) else content)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as error:
        reason = f"the {what} cannot be written ({error.strerror}); name another place with {option}"
        raise RunFileError(reason, path) from error


def write_page(path: Path, make: Callable[[Bar], str], *, err: bool, option: str = "--output") -> None:
    """Make a page, write it and say where; raises RunFileError, and what ``make`` raises."""
    with Bar(Err()) as bar:
        write_whole(path, make(bar), option=option)
    tell_page(path, err=err)


def tell_page(path: Path, *, err: bool, show_it: bool = False) -> None:
    """Say where a page is; open it if it is to be shown."""
    note(f"report: {path}\n        {path.absolute().as_uri()}", err=err)
    if show_it:
        open_report(path, err=err)


def _umask() -> int:
    """Return the mask of new files, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def open_report(path: Path, *, err: bool = False) -> None:
    """Show a report in the browser, or say that there is none; ``err``: its words go to standard error."""
    with aside() if err else nullcontext():
        opened = webbrowser.open(path.resolve().as_uri())
    if not opened:
        tell(f"no browser could be started; open {path} by hand", err=True)
