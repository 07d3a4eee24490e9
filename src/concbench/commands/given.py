"""What ``compare`` was given, two stored runs compared, and what is told of any comparison."""

import json
import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from concbench.analysis.compared import as_plain
from concbench.analysis.comparison import Comparison
from concbench.analysis.stopping import Margins
from concbench.analysis.stored import STORED_RATIO, stored_comparison
from concbench.analysis.verdicts import gates_by_default, is_comparison
from concbench.commands.consoles import Err
from concbench.commands.options import refuse_beside
from concbench.commands.progress import Bar
from concbench.commands.reporting import make_comparison_report, write_whole
from concbench.commands.show import wide_out
from concbench.commands.streams import tell
from concbench.commands.targets import append
from concbench.errors import UserError
from concbench.metrics import INSTRUCTIONS, margins, names_for
from concbench.report.terminal.comparison import print_comparison
from concbench.results.measured import Measured, read_measured


def gateable() -> tuple[str, ...]:
    """Return what --gate takes."""
    return (*names_for("pairs"), INSTRUCTIONS)


OF_STORED = frozenset(
    {
        *("base", "head", "models", "workloads", "margin", "time_margin", "memory_margin", "gates"),
        *("as_json", "markdown", "annotations", "page"),
    }
)
"""The parameters that mean something where stored runs are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options of ``compare``, as the command line has them."""

    base: str | None
    head: str | None
    pythons: tuple[str, ...]
    packages: tuple[str, ...]
    repo: Path
    models: tuple[str, ...]
    workloads: tuple[str, ...]
    params: Mapping[str, tuple[str, ...]]
    plugins: tuple[str, ...]
    loops: tuple[str, ...]
    margin: float | None
    time_margin: float
    memory_margin: float
    gates: tuple[str, ...]
    budget: float
    memory: bool
    instructions: str
    affinity: str
    timeout: float
    seed: int
    output: Path | None
    as_json: bool
    markdown: Path | None
    annotations: bool | None
    page: Path | None

    def run_files(self) -> tuple[Path, Path] | None:
        """Return the two run files that are named, or None where revisions are.

        Raises click.UsageError where one is a run file and the other is not, or one is no name at all.
        """
        if "" in (self.base, self.head):
            raise click.UsageError(
                "an empty word is no revision (is a variable not set?); leave HEAD out, or say ., to compare"
                " with the working tree"
            )
        files = [Path(side) for side in (self.base, self.head) if side and _is_run_file(side)]
        if not files:
            return None
        if len(files) == 1:
            raise click.UsageError(f"{files[0]} is a run file, which can only be compared with another one")
        return files[0], files[1]

    def margins(self, ratio: float | None = None) -> Margins:
        """Return the margins, with ``ratio``, else each metric's own, where none was asked for."""
        asked = ratio if self.margin is None else self.margin
        return margins(ratio=asked, ns=self.time_margin, nbytes=self.memory_margin)

    def gating(self) -> tuple[str, ...]:
        """Return what counts for the exit code.

        Raises click.UsageError for an unknown metric, and for one that is not going to be measured.
        """
        for name in self.gates:
            if name not in gateable():
                raise click.UsageError(
                    f"--gate: there is no metric {name!r}; there are {', '.join(gateable())}"
                )
        for name, off, option in (
            ("memory", not self.memory, "--no-memory"),
            (INSTRUCTIONS, self.instructions == "off", "--instructions off"),
        ):
            if off and name in self.gates:
                raise click.UsageError(
                    f"--gate {name} needs what {option} switches off; leave one of them out"
                )
        return self.gates or gates_by_default()


def drawn_seed() -> int:
    """Return a seed that nobody chose: one that is always the same would always favour the same side."""
    return secrets.randbelow(2**32)


def _is_run_file(name: str) -> bool:
    return name.endswith((".jsonl", ".jsonl.gz"))


def compare_stored(given: Given, base: Path, head: Path) -> tuple[Comparison, bool]:
    """Compare two stored runs; raises click.UsageError for options that mean nothing to them."""
    refuse_beside(click.get_current_context(), OF_STORED, "stored runs were measured already")
    if INSTRUCTIONS in given.gates:
        raise click.UsageError("--gate instructions: stored runs have no counts; compare two revisions")
    margins, gates = given.margins(STORED_RATIO), given.gating()
    runs = read_measured(base), read_measured(head)
    _refuse_no_two_runs(*runs)
    comparison = stored_comparison(*runs, margins, gates, models=given.models, workloads=given.workloads)
    return with_untold(comparison, given.gates), True


def _refuse_no_two_runs(*runs: Measured) -> None:
    """Raise click.UsageError for the file of a comparison, and for one run that is named twice."""
    for run in runs:
        if is_comparison(run):
            raise click.UsageError(
                f"{run.path} holds a comparison, which has both sides already; print it again with concbench"
                f" show {shlex.quote(str(run.path))}"
            )
    if runs[0].header.run == runs[1].header.run:
        raise click.UsageError(f"{runs[0].path} and {runs[1].path} are the same run; name two runs")


def with_untold(comparison: Comparison, named: tuple[str, ...]) -> Comparison:
    """Return a comparison with a warning for every metric that --gate names and that has no figure."""
    untold = tuple(
        f"--gate {name}: nothing of it was measured; choose models and workloads that have it"
        for name in named
        if name not in comparison.told
    )
    return replace(comparison, warnings=(*comparison.warnings, *untold))


def with_undecided(comparison: Comparison) -> Comparison:
    """Return a comparison with a warning where its exit code says less than one would think.

    An exit code of 0 says that nothing was found to be slower, and not that nothing is; where nothing was
    measured it is another one.
    """
    counting = [line for line in comparison.lines if line.gated]
    unsure = [line for line in counting if line.verdict == "unsure"]
    if not unsure or not comparison.told.intersection(comparison.gates):
        return comparison
    words = (
        f"{len(unsure)} of the {len(counting)} figures that count are undecided, and pass: the exit code says"
        f" only that nothing else is slower. A longer --budget (it was {comparison.budget:g} s) or fewer"
        " cells may decide them"
    )
    return replace(comparison, warnings=(*comparison.warnings, words))


def annotates(given: Given) -> bool:
    """Say whether annotations are printed: where they are asked for, else on GitHub."""
    in_github = os.environ.get("GITHUB_ACTIONS") == "true" and not given.as_json
    return in_github if given.annotations is None else given.annotations


def show(comparison: Comparison, given: Given) -> list[UserError]:
    """Print a comparison, and write what else was asked for; return why what was not written was not."""
    if given.as_json:
        click.echo(json.dumps(as_plain(comparison), indent=2, allow_nan=False))
    else:
        print_comparison(wide_out(), comparison)
    failed: list[UserError] = []
    for write in (_write_summary, _write_page):
        try:
            write(comparison, given)
        except UserError as error:
            failed.append(error)
    return failed


def _write_summary(comparison: Comparison, given: Given) -> None:
    """Print the annotations, and add the summary to its file; raises RunFileError where that fails."""
    annotate = annotates(given)
    if not annotate and given.markdown is None:
        return
    from concbench.report import pull_request  # noqa: PLC0415  (it imports what draws)

    for line in pull_request.annotations(comparison) if annotate else ():
        tell(line, err=given.as_json)  # GitHub reads commands on either stream
    if given.markdown is not None:
        append(given.markdown, pull_request.as_markdown(comparison))


def _write_page(comparison: Comparison, given: Given) -> None:
    """Write the page, if it is asked for; raises RunFileError or MissingLibrary."""
    if given.page is None:
        return
    with Bar(Err()) as bar:
        page = make_comparison_report(comparison, _source_of(comparison, given), bar)
        write_whole(given.page, page, option="--report")
    tell(f"report: {given.page}", err=given.as_json)


def _source_of(comparison: Comparison, given: Given) -> str:
    """Return what a comparison was read from: a head that cannot be imported leaves no run file behind."""
    if not comparison.paired:
        return "two run files"
    if not any(comparison.about.values()):
        return "no run file: head cannot be imported"
    return given.output.name if given.output else "the run file in reports/"
