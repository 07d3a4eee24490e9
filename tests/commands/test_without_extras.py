"""What works without any extra, and what says in a sentence which one it needs, before it does anything."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from concbench.commands import VERBS
from concbench.extras import EXTRAS, NAMES, NEEDS
from concbench.lessons.steps import path_of

from .concbench import Said

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "reports" / "example.jsonl.gz")
LIBRARIES = {*EXTRAS["report"], *EXTRAS["parquet"]} - {"markdown_it"}
"""What only extras bring. Rich, which the core has, brings markdown-it-py along."""


def without(libraries: Iterable[str], lines: Sequence[Sequence[str]], folder: Path) -> list[Said]:
    """Return what command lines say, one after the other, where some libraries are not installed."""
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "tests" / "without.py"), ",".join(libraries)],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [Said(*one) for one in json.loads(done.stdout)]


WORKS = [
    ["list", "--json"],
    ["list", "--preset", "quick"],
    ["help", "--man"],
    ["help", "LOADS"],
    ["docs", "LOADS"],
    ["doctor", "--seconds", "0.1", "--python", sys.executable, "--json"],
    ["verify", "-m", "generator", "-w", "spawn", "--json"],
    ["trace", "switch", "-m", "generator"],
    ["trace", "switch", "-m", "generator", "--json"],
    ["seeds", "-m", "generator", "--scale", "0.01"],
    ["ladder", "--diff", "selector"],
    ["lesson", "2", "--no-price"],
    ["lesson", "2", "--check", str(path_of(2).parent / "answers" / "step_2_1.py")],
    ["run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "--no-memory", "-o", "run.jsonl"],
    ["run", "--resume", "run.jsonl"],
    ["run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "--dry-run", "--json"],
    *([verb, "--help"] for verb in VERBS),
]

REFUSED = {
    "aa": ["aa", "-w", "spawn"],
    "advise": ["advise", "--tasks", "2"],
    "compare": ["compare", "HEAD~1", "HEAD"],
    "convert": ["convert", EXAMPLE, "--to", "csv"],
    "history": ["history", EXAMPLE],
    "report": ["report", EXAMPLE],
    "run --brief": ["run", "-w", "spawn", "--brief"],
    "run --json": ["run", "-w", "spawn", "--json"],
    "show": ["show", EXAMPLE],
}
"""Of each verb, and each option of a verb that works otherwise, that needs what reads and judges samples."""

UNDRAWN = {
    "aa --report": ["aa", "-w", "spawn", "--report", "page.html"],
    "advise --report": ["advise", "--tasks", "2", "--report"],
    "compare --report": ["compare", "HEAD~1", "HEAD", "--report", "page.html"],
    "convert --to parquet": ["convert", EXAMPLE, "-o", "table.parquet"],
    "convert --to pyperf": ["convert", EXAMPLE, "--to", "pyperf"],
    "history --html": ["history", EXAMPLE, "--html", "page.html"],
    "run --open": ["run", "-w", "spawn", "--open"],
    "run --report": ["run", "-w", "spawn", "--report"],
    "trace --output": ["trace", "switch", "-o", "picture.svg"],
}
"""Of each option that needs more than its verb."""

DRAWS = ("matplotlib", "jinja2", "pyarrow", "pyperf")


def sentence(subject: str, absent: Iterable[str]) -> str:
    """Return what is said of a verb or option where some libraries are absent."""
    needed = NEEDS[f"concbench {subject}"]
    missing = ", ".join(NAMES.get(one, one) for one in needed if one in absent)
    extra = next(name for name, brought in EXTRAS.items() if {*needed} <= {*brought})
    return f"Error: concbench {subject} needs {missing}: pip install 'concbench[{extra}]'\n"


def test_the_core_measures_and_says_what_its_answers_would_take(tmp_path: Path) -> None:
    said = dict(zip(map(" ".join, WORKS), without(LIBRARIES, WORKS, tmp_path), strict=True))
    assert {line: one.err for line, one in said.items() if one.code} == {}
    run, trace = (
        next(one for line, one in said.items() if line.startswith(verb)) for verb in ("run", "trace")
    )
    assert run.out == "1 of 1 cell measured\n\nrun file: run.jsonl\n"
    assert run.err.splitlines()[-1] == (
        "a run's summary and a page need numpy, scipy, pandas, jinja2, matplotlib: pip install"
        " 'concbench[report]', then: concbench report run.jsonl, or concbench show run.jsonl"
    )
    assert "resumed 3 ×" in trace.out
    assert trace.out.endswith(
        "a picture needs numpy, scipy, pandas, jinja2, matplotlib: pip install 'concbench[report]'\n"
    )
    doctor = next(one for line, one in said.items() if line.startswith("doctor"))
    assert doctor.json["extras"]["table"] == ["numpy", "pandas", "pyperf"]
    assert isinstance(doctor.json["warnings"], list)
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]


@pytest.mark.nightly
def test_a_run_without_the_extra_is_whole_and_is_shown_where_it_is_installed(tmp_path: Path) -> None:
    lines = [
        ["run", "-m", "generator,threads", "-w", "spawn", "-p", "tasks=10", "--no-report", "-o", "run.jsonl"]
    ]
    (said,) = without(LIBRARIES, lines, tmp_path)
    assert "a run's summary needs numpy, scipy, pandas: pip" in said.err
    shown = without(DRAWS, [["show", "run.jsonl"]], tmp_path)[0]
    assert (shown.code, "generator" in shown.out, "threads" in shown.out) == (0, True, True)


@pytest.mark.parametrize(
    ("lines", "absent"), [(REFUSED, LIBRARIES), (UNDRAWN, DRAWS)], ids=["core", "undrawn"]
)
def test_what_needs_an_extra_says_so_before_it_does_anything(
    lines: dict[str, list[str]], absent: Iterable[str], tmp_path: Path
) -> None:
    said = without(absent, list(lines.values()), tmp_path)
    assert [(one.code, one.out, one.err) for one in said] == [
        (2, "", sentence(subject, absent)) for subject in lines
    ]
    assert [*tmp_path.iterdir()] == []


def test_whatever_needs_an_extra_is_tried_here() -> None:
    verbs = {need.removeprefix("concbench ") for need in NEEDS if need.startswith("concbench ")}
    assert verbs == {*REFUSED, *UNDRAWN}


def test_what_a_run_without_the_extra_could_not_measure_is_told_with_its_reason(tmp_path: Path) -> None:
    line = ["run", "-w", "chain", "-m", "generator", "-p", "depth=3", "--no-memory", "-o", "run.jsonl"]
    (said,) = without(LIBRARIES, [line], tmp_path)
    assert said.code == 4
    assert said.out.startswith("0 of 1 cell measured\n")
    assert "generator: not-expressible: " in said.out
    assert "cannot suspend inside a call that it makes" in said.out


ENOUGH = {
    **{subject: line for subject, line in REFUSED.items() if subject not in ("aa", "advise", "compare")},
    **{subject: line for subject, line in UNDRAWN.items() if line[0] in ("convert", "history")},
    "report": ["report", EXAMPLE, "--json"],
    "run --json": ["run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "--json", "--no-report"],
    "run --brief": ["run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "--brief", "--no-report"],
    "run --report": ["run", "-m", "generator", "-w", "spawn", "-p", "tasks=10", "--report"],
    "trace --output": ["trace", "switch", "-m", "generator", "-o", "picture.svg"],
}


@pytest.mark.nightly
@pytest.mark.parametrize("subject", ENOUGH)
def test_a_verb_needs_no_more_than_is_said(subject: str, tmp_path: Path) -> None:
    absent = LIBRARIES - {*NEEDS[f"concbench {subject}"]}
    (said,) = without(absent, [ENOUGH[subject]], tmp_path)
    assert said.code == 0, said.err
