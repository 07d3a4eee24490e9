"""``load``: which files are found, which reader reads them, and what is refused.

``files`` holds small files as each tool wrote them, without what they tell of the machine.
"""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from concbench import results
from concbench.results import IncompleteRun
from concbench.results.errors import ResultsError, RunFileError, Unreadable
from concbench.results.partly import SHOWN
from concbench.results.tidy.loading import find
from concbench.results.tidy.schema import DTYPES
from tests.report.made_up import Cell, always, run_of
from tests.report.pages import written
from tests.report.paired import comparison_with, measured
from tests.results.examples import plain

FILES = Path(__file__).parents[1] / "files"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return written(run_of(Cell(contender="alpha", cost=always(100))), tmp_path / "run.jsonl")


def sources(*paths: Path) -> list[str]:
    """Return the tools whose values are in a table, in its order."""
    table = results.load(paths)
    assert dict(table.dtypes) == dict(DTYPES)
    return list(table["source"].unique())


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("asv", "asv"),
        ("asv/laptop", "asv"),
        ("asv/laptop/3461a28f-virtualenv-py3.11.json", "asv"),
        ("pytest-benchmark.json", "pytest-benchmark"),
        ("pytest-benchmark-saved.json", "pytest-benchmark"),
        ("pyperf.json", "pyperf"),
    ],
)
def test_each_tool_s_files_are_known_by_what_is_in_them(name: str, source: str, tmp_path: Path) -> None:
    assert sources(FILES / name) == [source]
    if name.endswith(".json") and source != "asv":
        renamed = tmp_path / "results.json.gz"
        renamed.write_bytes(gzip.compress((FILES / name).read_bytes()))
        assert sources(renamed) == [source]


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.gz", "run.txt", "run.gz"])
def test_a_run_file_is_read_under_any_name(run: Path, tmp_path: Path, name: str) -> None:
    content = run.read_bytes()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert sources(path) == ["concbench"]


@pytest.mark.parametrize("name", ["run.jsonl", "run.json", "run.txt", "run.json.gz"])
def test_a_run_file_that_begins_with_a_byte_order_mark_is_read_under_any_name(
    run: Path, tmp_path: Path, name: str
) -> None:
    content = b"\xef\xbb\xbf" + run.read_bytes()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert sources(path) == ["concbench"]


def test_a_file_that_is_named_is_refused_however_its_folder_is_spelled(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = Path("bad.json")
    bad.write_text("{")
    for paths in ((tmp_path, bad), (Path(), bad.absolute()), (bad, tmp_path)):
        with pytest.raises(ResultsError, match="not JSON"):
            results.load(paths)


def test_where_no_file_of_several_folders_can_be_read_none_of_these_is_blamed(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        (folder / "bad.json").write_text("{")
    with pytest.raises(ResultsError) as error:
        results.load(folders)
    first, *reasons = str(error.value).splitlines()
    assert first == "no file of results can be read:"
    assert [reason.strip().partition(": ")[0] for reason in reasons] == [
        str(folder / "bad.json") for folder in folders
    ]


def test_of_very_many_figures_that_are_passed_over_the_first_are_told(tmp_path: Path) -> None:
    figures = [{"name": f"n{number}", "value": None, "unit": "s"} for number in range(5000)]
    run = {"commit": {"id": "1"}, "date": 1e12, "tool": "go"}
    good = {"name": "good", "value": 1, "unit": "s"}
    for name in ("a", "b"):
        content = {"lastUpdate": 1, "entries": {"S": [run | {"benches": [good, *figures]}]}}
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    with pytest.warns(results.Unreadable) as told:
        assert len(results.load(tmp_path)) == 2
    assert len(told) == SHOWN + 1
    assert str(told[-1].message) == f"{10_000 - SHOWN} more figures or entries are passed over"


def test_one_path_stands_for_itself_and_several_make_one_table_in_their_order(run: Path) -> None:
    assert len(results.load(run)) == len(results.load(str(run))) == len(results.load([run])) > 0
    assert sources(FILES / "pyperf.json", run) == ["pyperf", "concbench"]


def test_a_folder_is_searched_and_what_is_no_result_in_it_is_passed_over(run: Path, tmp_path: Path) -> None:
    shutil.copytree(FILES, tmp_path / "deep" / "files")
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "run.jsonl.torn").write_text("torn")
    with pytest.warns(Unreadable) as told:
        assert set(sources(tmp_path)) == {"concbench", "asv", "pytest-benchmark", "pyperf"}
    assert all(": a comparison, " in str(one.message) for one in told)


def test_a_file_that_only_has_the_name_of_one_of_asv_s_is_read(tmp_path: Path) -> None:
    shutil.copy(FILES / "pyperf.json", tmp_path / "benchmarks.json")
    assert sources(tmp_path) == ["pyperf"]


def test_in_a_folder_a_file_that_only_has_the_name_of_the_action_s_data_is_no_result(
    run: Path, tmp_path: Path
) -> None:
    assert run.parent == tmp_path
    (tmp_path / "data.js").write_text("export const data = [1, 2, 3];\n")
    assert find([tmp_path]) == [run]
    (tmp_path / "data.js").write_text("window.BENCHMARK_DATA = {}")
    assert find([tmp_path]) == [tmp_path / "data.js", run]
    (tmp_path / "data.js").unlink()
    (tmp_path / "data.js").symlink_to("nowhere")
    assert find([tmp_path]) == [
        tmp_path / "data.js",
        tmp_path / "run.jsonl",
    ]  # it is told of where it is read


def test_the_same_file_is_read_once(run: Path, tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(run)
    assert find([run, tmp_path, run]) == [run]


def test_the_same_run_in_two_files_is_refused(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl.gz"
    copy.write_bytes(gzip.compress(run.read_bytes()))
    with pytest.raises(ResultsError, match="the same run as"):
        results.load([run, copy])
    with pytest.warns(results.Unreadable, match="the same run as"):
        assert len(results.load(tmp_path)) == len(results.load(run))


def test_no_path_and_a_folder_without_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no file is named"):
        results.load([])
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(ResultsError, match="no results in this folder"):
        results.load(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("nowhere.json", "nowhere.jsonl", "nowhere"):
        with pytest.raises(ResultsError, match="no such file") as error:
            results.load(tmp_path / name)
        assert str(error.value).startswith(f"{tmp_path / name}: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "JSON, but no results of asv, pytest-benchmark, pyperf or github-action-benchmark"),
        ([1, 2], "JSON, but no results of"),
        ({"version": 1, "machine": "laptop"}, "JSON, but no results of"),
        ({"version": "0.1", "benchmarks": []}, "pyperf cannot read it: file format"),
        ({"version": [1], "benchmarks": []}, "pyperf cannot read it"),
        ({"version": "1.0", "benchmarks": []}, "pyperf cannot read it"),
        ({"version": "1.0", "benchmarks": [{"runs": [{"values": [0.0]}]}]}, "pyperf cannot read it"),
        ({"version": "1.0", "benchmarks": [{"runs": [{"values": ["1"]}]}]}, ".values[0] is '1', not"),
        ({"version": "1.0", "benchmarks": [{}]}, "benchmarks[0].runs is missing"),
        ({"machine_info": {}, "benchmarks": [], "datetime": "now"}, "datetime is not a date and time"),
        ({"machine_info": {}, "benchmarks": [{}], "datetime": "2026-01-01"}, "fullname is missing"),
    ],
)  # fmt: skip
def test_json_of_something_else_is_refused_with_file_and_reason(
    tmp_path: Path, content: Any, reason: str
) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ResultsError) as error:
        results.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert reason in str(error.value)


def test_a_damaged_run_file_is_refused_with_file_and_line(run: Path) -> None:
    lines = run.read_bytes().splitlines(keepends=True)
    run.write_bytes(b"".join([*lines[:3], b'{"type":"sample"}\n', *lines[3:]]))
    with pytest.raises(RunFileError) as error:
        results.load(run)
    assert str(error.value).startswith(f"{run}:4: ")


def test_a_comparison_is_refused_by_name_and_named_in_a_folder(run: Path) -> None:
    header, records = comparison_with({"w[tasks=1]/asyncio": 1.0})
    path = run.parent / "cmp.jsonl"
    lines = [header, *map(plain, measured(header, records).records)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(ResultsError, match=r"cmp\.jsonl: a comparison, .* see concbench show"):
        results.load(path)
    with pytest.warns(Unreadable, match=r"passed over: .*cmp\.jsonl: a comparison"):
        table = results.load(run.parent)
    assert len(table) == len(results.load(run))


def test_a_run_that_is_not_complete_is_loaded_with_a_warning(run: Path) -> None:
    whole = results.load(run)
    lines = run.read_bytes().splitlines(keepends=True)
    for content, reason in (
        (lines[:-1], f"{run} is not complete: the run was stopped before all was measured"),
        ([*lines[:-1], lines[-1][:-4]], f"{run} is not complete: line {len(lines)} was never finished"),
        ([*lines, b'{"type":'], f"{run} is not complete: line {len(lines) + 1} was never finished"),
    ):
        run.write_bytes(b"".join(content))
        with pytest.warns(IncompleteRun) as told:
            table = results.load(run)
        assert str(told[0].message).startswith(reason)
        assert told[0].filename == __file__
        assert table.equals(whole)


@pytest.mark.parametrize("paths", [None, 3, [None], ["run.jsonl", 3], b"run.jsonl"])
def test_what_is_no_path_is_refused_by_its_type(paths: Any) -> None:
    with pytest.raises(TypeError, match="load takes the path of a file or folder, or several, not "):
        results.load(paths)


def test_a_file_named_dash_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FILES / "pyperf.json", "-")
    assert sources(Path("-")) == ["pyperf"]


def test_the_package_is_imported_without_pandas_and_reading_asv_or_runs_without_pyperf(run: Path) -> None:
    code = (
        "import sys\nimport concbench.results\nassert 'pandas' not in sys.modules\n"
        f"concbench.results.load({[str(run), str(FILES / 'asv')]!r})\nassert 'pyperf' not in sys.modules\n"
        "assert callable(concbench.results.load)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
