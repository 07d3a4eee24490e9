"""What needs which library, which extra of the distribution brings it, and what is said where it is missing.

The core measures: everything that is not named here works with what ``pip install concbench`` brings alone.
This is the one place that knows, of verbs, of options and of functions; the standard library is all it needs.
"""

from collections.abc import Mapping
from importlib.util import find_spec

from concbench.errors import UserError

JUDGING = ("numpy", "scipy")
SUMMING_UP = (*JUDGING, "pandas")
DRAWING = (*SUMMING_UP, "jinja2", "markdown_it", "matplotlib")
TABLE = ("numpy", "pandas")

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "table": (*TABLE, "pyperf"),
    "report": DRAWING,
    "parquet": (*TABLE, "pyperf", "pyarrow"),
    "pytest": ("pytest", "pytest_benchmark"),
    "asv": ("asv", "virtualenv"),
}
"""The libraries that each extra brings, as they are imported; ``models`` are told with the models.

Where several have what is needed, the first is named.
"""

PURPOSES: Mapping[str, str] = {
    "table": "results of any tool as one table: CSV, pyperf, GitHub's charts",
    "report": "summaries, answers, verdicts and pages",
    "parquet": "the same as Parquet",
    "pytest": "the fixture of pytest",
    "asv": "the suite of asv",
}
"""What each extra is for."""

SAMPLES, TIDY, OF_PYPERF = "reading the samples of a run", "a table of results", "reading results of pyperf"
TABLES, PAGE, PICTURE = "a run's summary", "a page", "a picture"

NEEDS: Mapping[str, tuple[str, ...]] = {
    "concbench aa": JUDGING,
    "concbench aa --report": DRAWING,
    "concbench advise": JUDGING,
    "concbench advise --report": DRAWING,
    "concbench compare": JUDGING,
    "concbench compare --report": DRAWING,
    "concbench convert": TABLE,
    "concbench convert --to parquet": (*TABLE, "pyarrow"),
    "concbench convert --to pyperf": (*TABLE, "pyperf"),
    "concbench history": JUDGING,
    "concbench history --html": DRAWING,
    "concbench report": SUMMING_UP,
    "concbench run --json": JUDGING,
    "concbench run --brief": SUMMING_UP,
    "concbench run --open": DRAWING,
    "concbench run --report": DRAWING,
    "concbench show": SUMMING_UP,
    "concbench trace --output": DRAWING,
    TABLES: SUMMING_UP,
    PAGE: DRAWING,
    PICTURE: DRAWING,
    SAMPLES: ("numpy",),
    TIDY: TABLE,
    OF_PYPERF: (*TABLE, "pyperf"),
}
"""What needs libraries that the core does not bring, and which: verbs, options that need more, and parts of
what others do."""

NAMES: Mapping[str, str] = {"markdown_it": "markdown-it-py", "pytest_benchmark": "pytest-benchmark"}
"""What is installed under another name than it is imported by."""


class MissingExtra(UserError, ImportError):
    """What is asked for needs an extra that is not installed; nothing has been done."""


def is_there(library: str) -> bool:
    """Say whether a library can be found; it is not imported."""
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False


def missing_of(extra: str) -> list[str]:
    """Return the libraries of an extra that are not installed, as they are called where they are."""
    return [NAMES.get(library, library) for library in EXTRAS[extra] if not is_there(library)]


def lack_of(*wanted: str) -> str | None:
    """Return the sentence that says what is missing for any of NEEDS and how to get it, or None."""
    lacking = [one for one in wanted if not all(map(is_there, NEEDS.get(one, ())))]
    if not lacking:
        return None
    needed = dict.fromkeys(library for one in lacking for library in NEEDS[one])
    absent = [NAMES.get(library, library) for library in needed if not is_there(library)]
    extra = next(name for name, brought in EXTRAS.items() if needed.keys() <= {*brought})
    what, need = " and ".join(lacking), "needs" if len(lacking) == 1 else "need"
    return f"{what} {need} {', '.join(absent)}: pip install 'concbench[{extra}]'"


def refuse_without(wanted: str, instead: str = "") -> None:
    """Raise MissingExtra where one of NEEDS lacks a library; ``instead`` says what else can be done."""
    if (lack := lack_of(wanted)) is not None:
        raise MissingExtra(f"{lack}{instead}")
