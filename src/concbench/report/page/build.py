"""From run files to the page: one self-contained HTML file."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import resources

import jinja2
from markupsafe import Markup

import concbench
from concbench.analysis.choices import deployed_of
from concbench.analysis.compared import cells_of
from concbench.analysis.comparison import Comparison
from concbench.analysis.dataset import Dataset
from concbench.analysis.history import HistorySeries
from concbench.analysis.ladder.asked import command_of, is_a_ladder
from concbench.analysis.ladder.rungs import RUNGS
from concbench.analysis.noise import noise_of
from concbench.analysis.rates import Rates
from concbench.report.blocks import Section, kind_of
from concbench.report.charts.palette import CHARTS_CSS, COLOURS_CSS
from concbench.report.charts.style import spelled_count
from concbench.report.page.dress import Dress
from concbench.report.page.glossary import glossary_of
from concbench.report.page.paper import is_wide, labels_css
from concbench.report.page.passages import carried_by, seen_from
from concbench.report.page.rows import filters_of, is_long, rows_of
from concbench.report.sections.advice import advice, is_all_of
from concbench.report.sections.answer import answer
from concbench.report.sections.comparison import comparison_sections
from concbench.report.sections.figures import figures
from concbench.report.sections.history import history, history_sections
from concbench.report.sections.ladder import ladder
from concbench.report.sections.lanes import how_it_runs
from concbench.report.sections.map import heat_map
from concbench.report.sections.method import method
from concbench.report.sections.punctuality import punctuality
from concbench.report.sections.rank import rank
from concbench.report.sections.rates import rates_section
from concbench.report.sections.scaling import depth, scaling
from concbench.report.sections.teaching import teaching
from concbench.report.sections.weight import weight
from concbench.results.measured import Measured
from concbench.words import few, plain_text, several

GENERATOR = f"concbench {concbench.__version__}"

_UNIT = r" (?:ns|µs|ms|s|B|KiB|MiB|GiB|%)(?!\w)"
_WHOSE = r"(?:(?<![\w.-])[A-Za-z][\w.-]{0,13} (?=[×+]))?"
FIGURE = re.compile(
    rf"\d{{4}}-\d\d-\d\d(?![\w-])|{_WHOSE}[+×-]?\d[\d.]*(?: \[[^\]]{{1,40}}\](?:{_UNIT})?|{_UNIT})"
)
"""A number with its unit and its interval, ``×1.80 [1.70–1.90]``, ``2.63 [1.60–3.67] ms``, or a date."""

SECTIONS: Sequence[Callable[[Dataset], Section | None]] = (
    answer,
    advice,
    teaching,
    ladder,
    scaling,
    punctuality,
    weight,
    depth,
    heat_map,
    rank,
    history,
    how_it_runs,
    figures,
    method,
)
"""The parts of the page, in the order of reading."""


def page_of(dataset: Dataset, tell: Callable[[str], None] = lambda _name: None) -> str:
    """Return the page. ``tell`` is called with the name of each part before it is made."""
    sections = []
    for make in _in_order(dataset):
        tell(make.__name__.replace("_", " "))
        section = make(dataset)
        if section is not None:
            sections.append(section)
    sources = ", ".join(run.path.name for run in dataset.runs)
    return _page(_title(dataset), _facts(dataset), sections, sources)


def _in_order(dataset: Dataset) -> list[Callable[[Dataset], Section | None]]:
    """Return the parts in the order of reading: what the run was asked for comes first."""
    asked = [(advice, is_all_of(dataset)), (ladder, is_a_ladder(dataset.runs))]
    first: list[Callable[[Dataset], Section | None]] = [make for make, leads in asked if leads]
    return [*first, *(one for one in SECTIONS if one not in first)]


def history_page_of(traces: Sequence[HistorySeries], source: str) -> str:
    """Return a page on a history alone, of one trace at least, that was read from ``source``."""
    commits = sorted({commit.date for trace in traces for commit in trace.commits})
    workloads = ", ".join(dict.fromkeys(trace.workload for trace in traces))
    facts = [
        ("Benchmarks", f"{len({trace.benchmark for trace in traces})}: {workloads}"),
        ("Python", ", ".join(dict.fromkeys(trace.python for trace in traces))),
        ("Machine", ", ".join(dict.fromkeys(trace.machine for trace in traces))),
        ("Commits", f"{len(commits)}, {commits[0]:%Y-%m-%d} to {commits[-1]:%Y-%m-%d}"),
    ]
    return _page("When did what change?", facts, history_sections(traces), source)


def comparison_page_of(comparison: Comparison, source: str) -> str:
    """Return a page on a comparison that was read from ``source``."""
    spent = f" in {comparison.seconds:.0f} s" if comparison.paired else ""
    facts = [
        ("Base", comparison.base),
        ("Head", comparison.head),
        ("Compared", f"{several(len(cells_of(comparison)), comparison.word)}{spent}"),
        ("Run files" if not comparison.paired else "Run file", source),
    ]
    return _page("Is it slower?", facts, comparison_sections(comparison), source)


def rates_page_of(rates: Rates, source: str) -> str:
    """Return a page on the error rates of verdicts, from the pairs in the folder ``source``."""
    facts = [
        ("Cells", f"{rates.cells}, {rates.series} series"),
        ("Recorded", f"{rates.recorded} pairs or more of each"),
        ("Live", f"{rates.live_runs.trials} comparisons, {rates.live_seconds:.0f} s each (median)"),
        ("Pairs in", source),
    ]
    return _page("How far to trust the verdicts", facts, [rates_section(rates)], source)


def _page(title: str, facts: Sequence[tuple[str, str]], sections: Sequence[Section], sources: str) -> str:
    script = _asset("page.js")
    dress, carried = Dress(), carried_by(sections)
    return _template(dress).render(
        carried=carried,
        dress=dress,
        glossary=glossary_of(sections),
        seen={section.id: seen_from(section.id, carried) for section in sections},
        title=title,
        facts=facts,
        generator=GENERATOR,
        script=Markup(script),  # noqa: S704  (our own file)
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        sections=sections,
        sources=sources,
        colours=Markup(f"{COLOURS_CSS}{CHARTS_CSS}"),  # noqa: S704  (our own)
        style=Markup(_asset("page.css")) + labels_css(sections),  # noqa: S704  (our own file)
    )


def _template(dress: Dress) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        finalize=_printable,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["kind"] = kind_of
    environment.filters["unbroken"] = unbroken
    environment.filters["filters"] = filters_of
    environment.filters["rows"] = lambda table: rows_of(table, dress)
    environment.tests["long"] = is_long
    environment.tests["wide"] = is_wide
    return environment.from_string(_asset("page.html"))


def unbroken(words: str) -> Markup:
    """Return words, escaped, whose numbers no line parts from units and intervals, and ratios from a name."""
    plain, made, end = plain_text(words), Markup(), 0
    for found in FIGURE.finditer(plain):
        made += plain[end : found.start()]
        made += Markup('<span class="whole">{}</span>').format(found[0])
        end = found.end()
    return made + plain[end:]


def _printable(value: object) -> object:
    """Return what is about to be written: words of a file as plain text, our own markup as it is."""
    return value if isinstance(value, Markup) else plain_text(value)


def _asset(name: str) -> str:
    return resources.files("concbench.report.page").joinpath(name).read_text(encoding="utf-8")


def _title(dataset: Dataset) -> str:
    if is_a_ladder(dataset.runs):
        rungs = sorted({one.model for one in dataset.contenders} & {*RUNGS}, key=RUNGS.index)
        return f"The ladder: from {rungs[0]} to {rungs[-1]}" if rungs else "The ladder"
    deployed = deployed_of(dataset)
    order = sorted(dataset.contenders, key=lambda one: one not in deployed)  # first whom one may choose
    models = list(dict.fromkeys(contender.model for contender in order))
    shown = ", ".join(models) if len(models) <= 6 else few(models, 5)
    return f"The same work at its whole price: {shown}"


def _facts(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what was compared, on what machine, when, and how noisy it was."""
    runs = dataset.runs
    workloads = few(dataset.workloads(), 8)
    pythons = dict.fromkeys(run.header.python_of(one) for run in runs for one in run.header.contenders)
    started = [datetime.fromisoformat(run.header.started) for run in runs]
    cpus = dict.fromkeys(_identity(run, "cpu").removesuffix(NO_QUOTA) for run in runs)
    commands = dict.fromkeys(command_of(run.header.asked) for run in runs) if is_a_ladder(runs) else ()
    return [
        *(("Command", command) for command in commands),
        ("Workloads", workloads),
        ("Python", "; ".join(pythons)),
        ("When", ", ".join(dict.fromkeys(f"{one:%Y-%m-%d %H:%M} UTC" for one in started))),
        ("Machine", "; ".join(cpus)),
        ("System", "; ".join(dict.fromkeys(_identity(run, "os") for run in runs))),
        ("Noise", "; ".join(dict.fromkeys(noise_of(run).brief for run in runs))),
        ("Measured", _measured(dataset)),
        ("Run files", ", ".join(run.path.name for run in runs)),
    ]


NO_QUOTA = ", quota max"
"""How a run file says that no quota limits its CPUs, which nobody needs to be told."""


def _measured(dataset: Dataset) -> str:
    samples = sum(int(run.samples.counted.sum()) for run in dataset.runs)
    processes = min((cell.summary.processes for cell in dataset.cells if cell.summary.wall), default=0)
    few = f", at least {processes} processes a cell" if processes else ""
    return f"{spelled_count(samples)} samples{few}"


def _identity(run: Measured, key: str) -> str:
    return run.header.about.identity.get(key, "not recorded")
