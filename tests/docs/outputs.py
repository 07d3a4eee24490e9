"""What documented commands print and write about recorded files: all that does not depend on when and where.

``python -m tests.docs.outputs`` keeps it anew in ``tests/docs/kept``; with the name of a folder it writes all
of it there in full, so that two commits can be compared file by file (``PYTHONPATH=OLD/src python -m …``).
"""

import csv
import gzip
import hashlib
import html
import io
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd

from concbench.commands import list_, main

HERE = Path(__file__).parent
KEPT = HERE / "kept"
ROOT = HERE.parents[1]
LONGEST = 6000
VERBS = (
    "",
    "aa",
    "advise",
    "compare",
    "convert",
    "docs",
    "doctor",
    "help",
    "history",
    "ladder",
    "lesson",
    "list",
    "report",
    "run",
    "seeds",
    "show",
    "trace",
    "verify",
    "why",
)
COMMANDS = {f"help-{verb or 'concbench'}": f"{verb} --help" for verb in VERBS} | {
    "list": "list",
    "docs": "docs",
    "show": "show example.jsonl.gz",
    "show-json": "show example.jsonl.gz --json",
    "report": "report example.jsonl.gz --output page.html",
    "report-json": "report example.jsonl.gz --json",
    "report-two": "report outcomes.jsonl.gz resumed.jsonl.gz --output two.html",
    "convert-csv": "convert example.jsonl.gz --output table.csv",
    "convert-all": "convert runs asv pyperf.json pytest-benchmark.json --output all.csv",
    "convert-parquet": "convert example.jsonl.gz --output table.parquet",
    "convert-pyperf": "convert example.jsonl.gz --to pyperf --metric wall --output all.json",
    "convert-github": "convert example.jsonl.gz --to github --metric memory",
    "compare": "compare example.jsonl.gz again.jsonl",
    "compare-json": "compare example.jsonl.gz again.jsonl --json",
    "history-asv": "history asv",
    "history-runs": "history runs",
    "history-steps": "history steps.js --html steps.html",
    "history-json": "history steps.js --json",
    "old-first": "show first.jsonl.gz",
    "old-compare": "show compare.jsonl.gz",
    "old-live": "show live-001.jsonl.gz",
    "old-outcomes": "show outcomes.jsonl.gz",
    "old-pairs": "show pairs-001.jsonl.gz",
    "old-pythons": "show pythons.jsonl.gz",
    "old-resumed": "show resumed.jsonl.gz",
}
"""What is called, by what its output is called. The files of ``old`` are of every schema that was ever
written, and the first of them is of the first commit that could write one.
"""


NOT_INSTALLED: dict[str, Any] = dict.fromkeys(
    ("anyio", "curio", "gevent", "interpreters_backport", "rloop", "tinyio", "trio", "uvloop", "zuvloop")
)
"""Packages that some machines have and others have not: here nobody can import them."""


def prepare() -> None:
    """Put recorded files into the current folder, and a made-up history with one step."""
    sys.modules.update(NOT_INSTALLED)
    vars(list_).update(models_here=list)  # whose process would know of packages
    files = ROOT / "tests" / "results" / "files"
    example = shutil.copy(ROOT / "reports" / "example.jsonl.gz", "example.jsonl.gz")
    header, _, rest = gzip.decompress(Path(example).read_bytes()).decode().partition("\n")
    Path("again.jsonl").write_text(f"{json.dumps(json.loads(header) | {'run': '0' * 32})}\n{rest}")
    for path in (KEPT / "runs" / "first.jsonl.gz", files / "pyperf.json", files / "pytest-benchmark.json"):
        shutil.copy(path, path.name)
    for name in ("asv", "runs"):
        shutil.copytree(files / name, name)
    for path in (files / "runs").iterdir():
        shutil.copy(path, path.name)
    Path("steps.js").write_text(made_up_history())


def made_up_history() -> str:
    """Return a ``data.js`` of two benchmarks over 48 commits, of which one has a step."""
    commits = [
        {
            "commit": {
                "id": f"{number:02x}" * 20,
                "timestamp": f"2026-{number // 28 + 3:02}-{number % 28 + 1:02}T10:00:00Z",
            },
            "date": 1772000000000 + number * 86400000,
            "tool": "customSmallerIsBetter",
            "benches": [
                {
                    "name": name,
                    "unit": "ns",
                    "value": (100 + number * 37 % 11 / 5) * (1.12 if number >= at else 1),
                }
                for name, at in (("steps", 24), ("level", 99))
            ],
        }
        for number in range(48)
    ]
    data = {"lastUpdate": 1776000000000, "repoUrl": "", "entries": {"made up": commits}}
    return f"window.BENCHMARK_DATA = {json.dumps(data)}"


def said(words: str) -> str:
    """Return what a command prints, and how it ends."""
    out, err = io.StringIO(), io.StringIO()
    sys.argv, code = ["concbench", *words.split()], 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    progress = rf"^{words.partition(' ')[0]}: .*\n"  # which is shown where it takes long
    told = re.sub(progress, "", err.getvalue(), flags=re.MULTILINE)
    told = f"\n[standard error]\n{told}" if told else ""
    text = re.sub(r"[ \t]+$", "", f"{out.getvalue()}{told}", flags=re.MULTILINE)
    text = text.replace(Path.cwd().as_uri(), "file:///FOLDER")
    return f"$ concbench {words}\n{text}\n[exit code {code}]\n"


def words_of(markup: str) -> str:
    """Return the words of a piece of a page, a line for each row or paragraph."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", "", markup, flags=re.DOTALL)
    broken = re.sub(r"</(p|li|h\d|caption|summary|div)>|(?=<tr\b)|</table>", "\n", bare)
    lines = html.unescape(re.sub(r"<[^>]*>", " ", broken)).split("\n")
    return "".join(f"{line}\n" for line in (" ".join(line.split()) for line in lines) if line)


def parts_of(name: str, page: str) -> Iterator[tuple[str, str]]:
    """Yield the words of each section of a page, and each chart."""
    sections = re.findall(r'<section[^>]*\bid="([^"]+)"[^>]*>(.*?)</section>', page, re.DOTALL)
    rest = re.sub(r"<section\b.*?</section>", "", page, flags=re.DOTALL)
    for key, markup in [("around", rest), *sections]:
        yield f"{name}-{key}", words_of(markup)
        for number, chart in enumerate(re.findall(r"<svg\b.*?</svg>", markup, re.DOTALL)):
            yield f"{name}-{key}-chart{number}", chart


def written() -> Iterator[tuple[str, str]]:
    """Yield what commands wrote into the current folder."""
    for name in ("page", "two", "steps"):
        yield from parts_of(name, Path(f"{name}.html").read_text(encoding="utf-8"))
    for name in ("table.csv", "all.csv", "all.json"):
        yield name, Path(name).read_text(encoding="utf-8")
    table = pd.read_parquet("table.parquet")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [table.columns, table.dtypes, *table.itertuples(index=False)]
    )
    yield "table.parquet", text.getvalue()


def outputs() -> dict[str, str]:
    """Return every output by its name."""
    os.environ |= {"COLUMNS": "120", "NO_COLOR": "1", "CI": "", "TERM": "dumb"}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            prepare()
            every = {name: said(words) for name, words in COMMANDS.items()} | dict(written())
        finally:
            os.chdir(before)
    return {name: rounded(text) for name, text in every.items()}


def rounded(text: str) -> str:
    """Return a text without the digits of its numbers that another processor may calculate otherwise."""
    return re.sub(r"\d+\.\d+(e[+-]?\d+)?", lambda number: _rounded(number[0]), text)


def _rounded(number: str) -> str:
    """Return a number with nine digits, if it has more than ten; the last ones may be zeros elsewhere."""
    if sum(letter.isdigit() for letter in number.partition("e")[0]) < 11:
        return number
    short = f"{float(number):.9g}"
    return short if "." in short or "e" in short else f"{short}.0"


def short(name: str, text: str) -> str:
    """Return a text as it is kept: a long one, or a chart, as its number of lines and its hash."""
    if len(text) <= LONGEST and "-chart" not in name:
        return text
    return f"{text.count(chr(10))} lines, sha256 {hashlib.sha256(text.encode()).hexdigest()}\n"


if __name__ == "__main__":
    to = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else None
    for name, text in outputs().items():
        if to is None:
            (KEPT / f"{name}.txt").write_text(short(name, text), encoding="utf-8")
        else:
            to.mkdir(exist_ok=True)
            (to / f"{name}.txt").write_text(text, encoding="utf-8")
