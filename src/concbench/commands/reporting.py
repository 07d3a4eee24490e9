"""Writing a report: where it goes, what it may replace, and what is told meanwhile.

The libraries that draw take most of a second to import, so they are imported when a report is made.
"""

import os
import re
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

import click

from concbench.commands.progress import Bar
from concbench.errors import UserError
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured

OURS = b'<meta name="generator" content="concbench'
"""How a report of ours is known again."""


class MissingLibrary(UserError):
    """A library that draws the report is not installed."""


def default_report(run: Measured, others: int = 0) -> Path:
    """Return where a report goes: under ``reports``, named by date, machine and number of ``others``."""
    started = datetime.fromisoformat(run.header["started"]).astimezone(UTC)
    machine = run.header["environment"].get("machine")
    name = str(machine.get("id", "unknown") if isinstance(machine, dict) else "unknown")
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:60]
    more = f"-and-{others}-more" if others else ""
    return Path("reports") / f"{started:%Y%m%dT%H%M%SZ}-{safe}{more}.html"


def refuse_foreign(path: Path, mark: bytes = OURS, what: str = "report") -> None:
    """Raise click.UsageError where a file that does not bear our ``mark`` would be replaced."""
    try:
        ours = S_ISREG(path.stat().st_mode) and mark in _start_of(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise click.UsageError(
            f"--output {path} cannot be written ({error.strerror}); name another"
        ) from error
    if not ours:
        raise click.UsageError(f"{path} exists already, and is no {what} of ours; name another with --output")


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4000)


def make_report(
    runs: Sequence[Measured], bar: Bar, *, baseline: str | None = None, different_machines: bool = False
) -> str:
    """Return the page for these runs.

    Raises Mismatch for runs that must not stand side by side, MissingLibrary, and RunFileError for samples
    that are not those of their witness.
    """
    bar.at("report: loading the libraries that draw")
    with _libraries():
        from concbench.report.material import gather  # noqa: PLC0415  (see the module)
        from concbench.report.page.build import page_of  # noqa: PLC0415  (likewise)
    bar.at("report: reducing samples to processes")
    material = gather(runs, baseline=baseline, different_machines=different_machines)
    return page_of(material, lambda name: bar.at(f"report: {name}"))


def make_findings(
    runs: Sequence[Measured], *, baseline: str | None = None, different_machines: bool = False
) -> dict[str, Any]:
    """Return what the page says, as plain data. Raises as :func:`make_report` does."""
    with _libraries():
        from concbench.report.findings import findings_of  # noqa: PLC0415  (see the module)
    return findings_of(runs, baseline=baseline, different_machines=different_machines)


@contextmanager
def _libraries() -> Iterator[None]:
    """Import what takes long; raises MissingLibrary for a library of others that is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("concbench"):
            raise
        raise MissingLibrary(
            f"a report needs the library {error.name}, which is not installed here; install concbench with"
            " its dependencies (python -m pip install .) and make the report from the run file"
        ) from error


def write_whole(path: Path, text: str, what: str = "report") -> None:
    """Write a file whole or not at all, in place of an older one. Raises RunFileError where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{what}-")
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123  (a descriptor has no path)
                file.write(text)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as error:
        reason = f"the {what} cannot be written ({error.strerror}); name another place with --output"
        raise RunFileError(reason, path) from error


def _umask() -> int:
    """Return the mask of new files, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def open_report(path: Path) -> None:
    """Show a report in the browser, or say that there is none."""
    if not webbrowser.open(path.resolve().as_uri()):
        click.echo(f"no browser could be started; open {path} by hand", err=True)
