"""docs/TABLE.md says what the code does: its columns, its metrics, its examples."""

import contextlib
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from concbench import results
from concbench.metrics import names_for
from concbench.results.tidy.naming import OF_SUITE
from concbench.results.tidy.schema import DTYPES
from tests.commands.concbench import Caller

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "TABLE.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work where the example run is, and nothing else."""
    (tmp_path / "reports").symlink_to(ROOT / "reports")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture
def concbench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Caller:
    return Caller(monkeypatch, capsys)


def column_of_table(section: str) -> list[str]:
    part = DOCUMENT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [
        name
        for cell in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    ]


def test_the_columns_are_described_in_their_order_with_their_dtypes() -> None:
    section = DOCUMENT.partition("\n## Columns\n")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE)
    assert described == [(name, str(dtype)) for name, dtype in DTYPES.items()]


def test_every_metric_of_ours_is_described() -> None:
    suites = {metric for metric, _unit in OF_SUITE.values()}
    assert set(column_of_table("Metrics")) == {*names_for("table")} | suites | {"time"}
    assert {*results.load("reports/example.jsonl.gz")["metric"]} < {*names_for("table")}


def test_the_first_program_prints_what_stands_below_it() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(blocks("python")[0], {})  # noqa: S102  (our own document)
    expected = blocks("")[0]
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [
        line.rstrip() for line in expected.splitlines()
    ]


def test_the_csv_that_is_shown_is_what_is_written_and_is_read_back_as_shown(concbench: Caller) -> None:
    written = concbench("convert", "reports/example.jsonl.gz", "--to", "csv", "--metric", "memory").out
    assert written.startswith(blocks("")[1])
    Path("table.csv").write_text(written)
    program: dict[str, pd.DataFrame] = {}
    exec(blocks("python")[1], program)  # noqa: S102  (likewise)
    table = results.load("reports/example.jsonl.gz")
    memory = table[table["metric"] == "memory"].reset_index(drop=True)
    assert_frame_equal(program["table"].astype(dict(DTYPES)), memory)


def test_what_pyperf_cannot_hold_is_told_as_shown(concbench: Caller) -> None:
    said = concbench("convert", "reports/example.jsonl.gz", "--to", "pyperf", "--output", "all.json")
    assert said.err + said.out == blocks("")[2]


def test_the_json_for_github_begins_as_shown(concbench: Caller) -> None:
    said = concbench("convert", "reports/example.jsonl.gz", "--to", "github", "--metric", "memory")
    first = blocks("json")[0].removesuffix("\n  }\n]\n")
    assert said.out.startswith(first)


def test_the_benchmarks_that_are_named_exist_in_the_suite() -> None:
    for workload, name in re.findall(r"`(\w+)\.Time\.(time_\w+)`", DOCUMENT):
        assert f"def {name}(" in (ROOT / "benchmarks" / f"{workload}.py").read_text()
