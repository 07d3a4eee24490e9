"""``concbench convert``: which format, where to, what is left out, and what is refused."""

import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyperf  # type: ignore[import-untyped]
import pytest

from concbench.commands.convert import left_out_lines
from concbench.report import exports
from concbench.report.exports.cells import LeftOut
from concbench.results import load
from tests.report.hostile import hostile_run
from tests.report.made_up import Cell, always, run_of
from tests.report.pages import everything_run, written

from .concbench import Caller

FILES = Path(__file__).parents[1] / "results" / "files"


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what is in a run file of everything."""
    return written(
        everything_run("alpha", "beta"), tmp_path_factory.mktemp("made") / "run.jsonl"
    ).read_bytes()


@pytest.fixture(autouse=True)
def folder(run_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Call the command in a folder of its own, where there is a run file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.jsonl").write_bytes(run_file)
    return tmp_path


def test_the_table_is_printed_as_csv(concbench: Caller) -> None:
    said = concbench("convert", "run.jsonl", "--to", "csv")
    assert said.code == 0
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0].startswith("workload,model,parameters,metric,unit,value,process,")
    assert len(lines) == 1 + len(load("run.jsonl"))
    assert concbench("convert", "run.jsonl", "--to", "csv", "-o", "-").out == said.out


@pytest.mark.parametrize("name", ["table.csv", "table.CSV", "deep/er/table.parquet"])
def test_the_format_is_guessed_from_the_output_s_suffix(concbench: Caller, name: str) -> None:
    said = concbench("convert", "run.jsonl", "--output", name)
    assert (said.code, said.out) == (0, f"written: {name}\n")
    read = pd.read_parquet if name.endswith("parquet") else pd.read_csv
    assert len(read(name)) == len(load("run.jsonl"))
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0o044


@pytest.mark.parametrize("arguments", [[], ["-o", "table.json"], ["-o", "table"], ["-o", "-"]])
def test_where_it_cannot_be_guessed_it_is_asked_for(concbench: Caller, arguments: list[str]) -> None:
    said = concbench("convert", "run.jsonl", *arguments)
    assert said.code == 2
    assert "say with --to which format is wanted: csv, github, parquet, pyperf" in said.err


LINES = '''"""The tidy table as lines of names."""

from concbench.report.exports import Format


def as_lines(table):
    """Return a line for each row."""
    return "as lines\\n" + "".join(f"{name}\\n" for name in table["metric"]), []


FORMAT = Format(write=as_lines, mark=b"as lines", within=10)
'''


def test_a_format_is_one_file(concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "as_lines.py").write_text(LINES)
    monkeypatch.setattr(exports, "__path__", [*exports.__path__, str(tmp_path / "formats")])
    for _ in range(2):  # the second time it is known again, and written over
        said = concbench("convert", "run.jsonl", "--output", "metrics.lines")
        assert (said.code, said.out) == (0, "written: metrics.lines\n")
    assert len(Path("metrics.lines").read_text().splitlines()) == 1 + len(load("run.jsonl"))
    Path("mine.lines").write_text("a list of mine\n")
    assert concbench("convert", "run.jsonl", "--output", "mine.lines").code != 0
    del sys.modules["concbench.report.exports.as_lines"]


def test_parquet_is_not_printed(concbench: Caller) -> None:
    said = concbench("convert", "run.jsonl", "--to", "parquet")
    assert said.code == 2
    assert "name a file with --output" in said.err


def test_files_of_all_tools_and_folders_of_them_make_one_table(concbench: Caller) -> None:
    assert concbench("convert", "run.jsonl", FILES, "--output", "all.parquet").code == 0
    sources = pd.read_parquet("all.parquet")["source"]
    assert set(sources) == {"concbench", "asv", "pytest-benchmark", "pyperf"}


def test_pyperf_reads_what_is_written_for_it_and_what_it_cannot_hold_is_named(concbench: Caller) -> None:
    said = concbench("convert", "run.jsonl", "--to", "pyperf", "--output", "out.json")
    assert said.code == 0
    assert "left out: early of " in said.err
    names = {one.get_name() for one in pyperf.BenchmarkSuite.load("out.json")}
    assert names
    assert not any("early" in name for name in names)


def test_a_single_cell_that_is_left_out_is_named(concbench: Caller, folder: Path) -> None:
    slow = Cell(contender="slow", cost=always(9), workload="switch")
    odd = Cell(contender="odd", cost=always(-4), workload="switch")
    written(run_of(slow, odd), folder / "odd.jsonl")
    said = concbench("convert", "odd.jsonl", "--to", "pyperf", "--metric", "wall")
    assert said.err == (
        "left out: switch[tasks=10,delay=0.02]/odd wall:"
        " 21 of 21 values are not above zero, as pyperf wants them\n"
    )
    (one,) = pyperf.BenchmarkSuite.loads(said.out)
    assert one.get_name() == "switch[tasks=10,delay=0.02]/slow wall"


@pytest.mark.parametrize(
    ("cells", "named"),
    [(2, "wall of 2 cells (w0, w1): bad"), (5, "wall of 5 cells (w0, w1, w2 and 2 more): bad")],
)
def test_of_several_cells_that_are_left_out_the_first_are_named(cells: int, named: str) -> None:
    left_out = [LeftOut(f"w{number} wall", "wall", "bad") for number in range(cells)]
    assert list(left_out_lines(left_out)) == [named]


@pytest.mark.parametrize("name", exports.format_names())
def test_names_that_were_chosen_to_do_harm_are_written_in_every_format(
    concbench: Caller, folder: Path, name: str
) -> None:
    written(hostile_run(), folder / "hostile.jsonl")
    said = concbench("convert", "hostile.jsonl", "--to", name, "--output", "out")
    assert said.code == 0
    assert all(line.isprintable() for line in said.err.splitlines())


def test_no_escape_sequence_of_a_name_reaches_the_terminal(concbench: Caller, folder: Path) -> None:
    (folder / "bad").mkdir()
    (folder / "bad" / "bad\x1b[31mred.json").write_text("{")
    written(hostile_run(), folder / "bad" / "hostile\x1b[31m\u202e.jsonl")
    said = concbench("convert", "bad", "--to", "csv")
    assert "bad�[31mred.json: not JSON" in said.err
    assert all(line.isprintable() for line in said.err.splitlines())
    assert all(line.isprintable() for line in said.out.split("\n"))
    assert r"bad/hostile\x1b[31m\u202e.jsonl" in said.out
    said = concbench("convert", "bad", "--to", "pyperf", "-o", "out.json")
    assert "left out: " in said.err
    assert all(line.isprintable() for line in said.err.splitlines())


def test_only_the_chosen_metrics_are_written(concbench: Caller) -> None:
    said = concbench("convert", "run.jsonl", "--to", "github", "--metric", "cpu", "--metric", "run_cpu")
    assert {entry["name"].rpartition(" ")[2] for entry in json.loads(said.out)} == {"cpu", "run_cpu"}


def test_a_metric_that_there_is_not_is_refused_with_those_that_there_are(concbench: Caller) -> None:
    said = concbench("convert", FILES / "pyperf.json", "--to", "csv", "--metric", "wall")
    assert said.code == 2
    assert "no metric 'wall' in these files; there are time" in said.err


def test_where_nothing_is_left_nothing_is_written_and_the_exit_code_says_so(
    concbench: Caller, folder: Path
) -> None:
    said = concbench("convert", "run.jsonl", "--to", "pyperf", "--metric", "early", "--output", "out.json")
    assert said.code == 4
    assert "nothing is written" in said.err
    bad = Cell(contender="bad", cost=always(9), outcome={"outcome": "crashed", "reason": "it fell"})
    written(run_of(bad), folder / "bad.jsonl")
    for name in ("out.csv", "out.parquet"):
        assert concbench("convert", "bad.jsonl", "--output", name).code == 4
    assert not list(folder.glob("out.*"))


@pytest.mark.parametrize("name", exports.format_names())
def test_what_it_wrote_itself_is_replaced(concbench: Caller, name: str, folder: Path) -> None:
    for _ in range(2):
        assert concbench("convert", "run.jsonl", "--to", name, "--output", "out").code == 0
    assert {path.name for path in folder.iterdir()} == {"run.jsonl", "out"}


@pytest.mark.parametrize("name", exports.format_names())
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1", b"{}", b"[]"])
def test_a_file_of_anybody_else_is_not_replaced(concbench: Caller, name: str, content: bytes) -> None:
    Path("out").write_bytes(content)
    said = concbench("convert", "run.jsonl", "--to", name, "--output", "out")
    assert said.code == 2
    assert "out exists already, and is no table of ours" in said.err
    assert Path("out").read_bytes() == content


@pytest.mark.parametrize("name", exports.format_names())
@pytest.mark.parametrize("source", ["run.jsonl", "pyperf.json"])
def test_a_file_of_results_is_not_replaced(concbench: Caller, name: str, source: str) -> None:
    shutil.copy(FILES / "pyperf.json", ".")
    before = Path(source).read_bytes()
    assert concbench("convert", source, "--to", name, "--output", source).code == 2
    assert Path(source).read_bytes() == before


def test_a_file_that_cannot_be_read_ends_with_5_and_a_place_that_cannot_be_written_too(
    concbench: Caller, folder: Path
) -> None:
    said = concbench("convert", "nowhere.jsonl", "--to", "csv")
    assert said.code == 5
    assert said.err.startswith("Error: nowhere.jsonl: ")
    (folder / "file").write_text("")
    said = concbench("convert", "run.jsonl", "--output", "file/table.csv")
    assert said.code in (2, 5)
    assert "cannot be written" in said.err


def test_a_run_that_is_not_complete_is_written_and_that_is_said(concbench: Caller, folder: Path) -> None:
    whole = concbench("convert", "run.jsonl", "--to", "csv")
    lines = (folder / "run.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "run.jsonl").write_bytes(b"".join(lines[:-1]))
    said = concbench("convert", "run.jsonl", "--to", "csv")
    assert (said.code, said.out) == (0, whole.out)
    assert said.err == "run.jsonl is not complete: the run was stopped before all was measured\n"
    (folder / "run.jsonl").write_bytes(b"".join(lines) + b"torn")
    said = concbench("convert", "run.jsonl", "--to", "csv")
    assert said.err.startswith(f"run.jsonl is not complete: line {len(lines) + 1} was never finished")
    assert len(said.err.splitlines()) == 1


def test_without_arrow_it_says_which_extra_to_install(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = concbench("convert", FILES / "pyperf.json", "--output", "table.parquet")
    assert said.code == 2
    assert "concbench convert --to parquet needs pyarrow: pip install 'concbench[parquet]'" in said.err
    assert not Path("table.parquet").exists()


def test_of_a_folder_what_can_be_read_is_written_and_what_cannot_is_named_once(
    concbench: Caller, folder: Path
) -> None:
    results = folder / "results"
    shutil.copytree(FILES / "asv", results)
    (results / "laptop" / "notes.json").write_text('{"a": 1}')
    (results / "laptop" / "damaged.json").write_text("{")
    whole = concbench("convert", FILES / "asv", "--to", "csv")
    said = concbench("convert", results, "--to", "csv")
    assert (said.code, len(said.out.splitlines())) == (0, len(whole.out.splitlines()))
    assert [line.partition(": ")[0] for line in said.err.splitlines()] == ["passed over"] * 2
    assert said.err.count("notes.json: JSON, but no results of") == 1
    assert said.err.count("damaged.json: not JSON") == 1


def test_what_is_no_regular_file_is_passed_over_in_a_folder_and_named_once(
    concbench: Caller, folder: Path
) -> None:
    (folder / "a.json").symlink_to("a.json")
    for name in ("b.json", "b.jsonl", "data.js"):
        os.mkfifo(folder / name)
    said = concbench("convert", ".", "--to", "csv")
    assert (said.code, said.out) == (0, concbench("convert", "run.jsonl", "--to", "csv").out)
    told = [line.removeprefix("passed over: ") for line in said.err.splitlines()]
    assert [line.partition(", ")[0].partition(" (")[0] for line in told] == [
        "a.json: cannot be read",
        *(f"{name}: is a named pipe" for name in ("b.json", "b.jsonl", "data.js")),
    ]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a" * 300])
def test_a_name_that_leads_nowhere_is_told_with_the_reason(
    concbench: Caller, folder: Path, name: str
) -> None:
    if len(name) < 255:
        (folder / name).symlink_to(name)
    said = concbench("convert", name, "--to", "csv")
    assert (said.code, said.out) == (5, "")
    assert f"Error: {name}: cannot be read (" in said.err


@pytest.fixture
def piped() -> Iterator[Callable[[bytes], Path]]:
    """Give the path of a pipe with some bytes, as a shell does for ``<(command)``."""
    ends: list[int] = []

    def pipe(content: bytes) -> Path:
        reading, writing = os.pipe()
        ends.append(reading)
        with os.fdopen(writing, "wb") as stream:
            assert os.write(stream.fileno(), content) == len(content)
        return Path(f"/dev/fd/{reading}")

    yield pipe
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("source", ["run.jsonl", "data.js", "pyperf.json", "pytest-benchmark.json"])
def test_a_pipe_that_is_named_is_read_once_and_whole(
    concbench: Caller, folder: Path, piped: Callable[[bytes], Path], source: str
) -> None:
    run = run_of(Cell(contender="alpha", cost=always(100)))
    file = written(run, folder / "run.jsonl") if source == "run.jsonl" else FILES / source
    if source == "data.js":
        file = folder / source
        bench = {"name": "a", "value": 1, "unit": "ns"}
        entry = {"commit": {"id": "0"}, "date": 0, "tool": "go", "benches": [bench]}
        file.write_text(f"window.BENCHMARK_DATA = {json.dumps({'entries': {'S': [entry]}})}")
    pipe = piped(file.read_bytes())
    said = concbench("convert", pipe, "--to", "csv")
    assert (said.code, said.err) == (0, "")
    assert said.out.replace(str(pipe), str(file)) == concbench("convert", file, "--to", "csv").out


def test_of_a_pipe_without_results_it_is_said_what_is_wrong(
    concbench: Caller, piped: Callable[[bytes], Path]
) -> None:
    said = concbench("convert", piped(b"words"), "--to", "csv")
    assert (said.code, "not JSON: Expecting value at line 1, column 1" in said.err) == (5, True)
    said = concbench("history", piped(b""))
    assert (said.code, "delete" in said.err) == (5, False)


def test_a_folder_in_a_folder_that_cannot_be_read_is_named(
    concbench: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir()
    (closed / "machine.json").touch()
    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    said = concbench("convert", ".", "--to", "csv")
    assert (said.code, said.err.count("closed: cannot be read (Permission denied)")) == (0, 1)
    said = concbench("convert", "closed", "--to", "csv")
    assert (said.code, said.err.count("closed: cannot be read (Permission denied)")) == (5, 1)


def test_a_folder_of_which_nothing_can_be_read_and_a_file_that_is_named_end_with_5(
    concbench: Caller, folder: Path
) -> None:
    (folder / "bad").mkdir()
    for name in ("a.json", "b.json"):
        (folder / "bad" / name).write_text("{}")
    said = concbench("convert", "bad", "--to", "csv")
    assert (said.code, said.out) == (5, "")
    assert said.err.count("a.json: JSON, but") == said.err.count("b.json: JSON, but") == 1
    said = concbench("convert", "run.jsonl", "bad/a.json", "--to", "csv")
    assert said.code == 5
    assert said.err.startswith("Error: bad/a.json: JSON, but")


def test_a_result_of_another_machine_is_named_and_not_among_those_of_its_folder(
    concbench: Caller, folder: Path
) -> None:
    results = Path(shutil.copytree(FILES / "asv", folder / "results"))
    path = results / "laptop" / "3461a28f-virtualenv-py3.11.json"
    path.write_text(path.read_text().replace('"machine": "laptop"', '"machine": "server"'))
    said = concbench("convert", results, "--to", "csv")
    assert said.code == 0
    assert "was measured on 'server', and machine.json beside it is of 'laptop'" in said.err
    assert "server" not in said.out
    assert concbench("convert", path, "--to", "csv").code == 5


@pytest.mark.parametrize("name", ["csv", "pyperf", "github"])
def test_figures_beyond_all_bounds_end_in_no_traceback(concbench: Caller, folder: Path, name: str) -> None:
    results = Path(shutil.copytree(FILES / "asv", folder / "results"))
    for path in (results / "laptop").glob("*-*.json"):
        content = json.loads(path.read_text())
        content["results"]["other.time_sleep"][0] = [1e308]
        path.write_text(json.dumps(content))
    said = concbench("convert", results, "--to", name)
    assert said.code == 0
    assert said.err.count("has 1e+308, which nobody can have measured") == 2
