"""Method and raw data: all that a header says, every warning, and the tidy table."""

import base64
import gzip
import io
from typing import Any

import pandas as pd
import pytest

from concbench.analysis.dataset import Dataset
from concbench.report.blocks import Download, Table, Words
from concbench.report.sections.method import method, spelled
from concbench.report.sections.processes import ABOUT, column_of, tidy
from concbench.report.sections.processes import spelled as spelled_value
from concbench.results.reader import Run
from tests.report.made_up import Cell, always, dataset_of, run_elsewhere, run_of
from tests.report.pages import everything_run, lines_of, material_of_runs, of_kind, sizes, table_named
from tests.results.examples import made

DOCUMENTED = (
    "run", "workload", "workload_version", "params", "tasks", "model", "contender", "python", "commit",
    "machine", "generation", "unit",
)  # fmt: skip


def environment(dataset: Dataset, name: str = "environment-0") -> dict[str, str]:
    return {row[0][0]: row[1][0] for row in lines_of(table_named(method(dataset), name))}


def small(**header: Any) -> Dataset:
    return material_of_runs(run_of(*sizes("alpha", "spawn", 100.0, 10), **header))


def downloaded(dataset: Dataset) -> pd.DataFrame:
    (download,) = of_kind(method(dataset), Download)
    return pd.read_csv(io.BytesIO(gzip.decompress(base64.b64decode(download.content))))


def test_everything_that_the_header_says_is_told() -> None:
    about: dict[str, Any] = {
        "settings": {
            "preset": "quick",
            "models": [],
            "loops": [],
            "params": {"tasks": ["1"]},
            "memory": False,
        },
        "environment": {"identity": {"machine": "m1", "cpu": "fast"}, "load": [0.5], "on_battery": None},
        "gc": "off",
        "seed": 7,
    }
    told = environment(small(**about))
    assert told["identity, cpu"] == "fast"
    assert told["setting, preset"] == "quick"
    assert told["setting, loops"] == "none"
    assert told["setting, models"] == "all"
    assert told["setting, params"] == '{"tasks": ["1"]}'
    assert told["setting, memory"] == "false"
    assert told["load"] == "[0.5]"
    assert told["on_battery"] == "none"
    assert (told["garbage collector"], told["seed"], told["complete"]) == ("off", "7", "yes")
    assert told["run file"] == "made-up.jsonl"


def test_plain_data_is_spelled_in_words() -> None:
    nothing: list[Any] = [None, "", [], {}]
    assert [spelled(value) for value in nothing] == ["none"] * 4
    assert [spelled(value) for value in ("text", 0, False, ["é"])] == ["text", "0", "false", '["é"]']


def with_warning(run: Run) -> Run:
    return Run(path=run.path, header=run.header, records=(made("warning"), *run.records), torn=None)


def test_every_warning_is_told_with_what_to_do() -> None:
    run = with_warning(run_of(*sizes("alpha", "spawn", 100.0, 10)))
    rows = lines_of(table_named(method(material_of_runs(run)), "warnings"))
    assert rows == [[("noisy",), ("±40 %",), ("intervals are wide",), ("wait",)]]


def test_where_there_was_none_that_is_said() -> None:
    words = [one.text for one in of_kind(method(small()), Words)]
    assert "There were no warnings." in words


def test_of_several_runs_each_has_its_environment_its_noise_and_its_warnings() -> None:
    run = with_warning(everything_run("alpha"))
    dataset = material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98"))
    section = method(dataset)
    assert [row[0] for row in lines_of(table_named(section, "warnings"))] == [("1",), ("2",)]
    assert environment(dataset, "environment-1")["identity, commit"] == "fedcba98"
    words = [one.text for one in of_kind(section, Words)]
    assert "The runs differ in commit: abc123; fedcba98" in words
    assert sum("noise: " in one for one in words) == 2


def test_the_tidy_table_has_the_documented_columns_and_a_row_for_each_process_of_each_cell() -> None:
    assert ABOUT == DOCUMENTED
    dataset = small()
    table = tidy(dataset)
    assert tuple(table.columns) == (
        *DOCUMENTED, "wall_ns_per_unit", "cpu_ns_per_unit", "run_wall_ns", "run_cpu_ns",
    )  # fmt: skip
    assert table["wall_ns_per_unit"].tolist() == [100.0 + generation for generation in range(7)]
    assert table["generation"].tolist() == [*range(7)]
    assert set(table["unit"]) == {"task"}
    assert set(table["commit"]) == {"abc123"}
    assert set(table["machine"]) == {"x86_64"}
    assert set(table["run"]) == {dataset.runs[0].header.run}


def test_what_is_downloaded_has_every_value_of_every_process() -> None:
    dataset = material_of_runs(everything_run("alpha", "beta"))
    table = downloaded(dataset)
    assert len(table) == len(dataset.table.drop_duplicates(["cell", "process"]))
    keys = ["workload", "params", "contender", "generation"]
    for metric, ours in dataset.table.groupby("metric"):
        theirs = table.dropna(subset=column_of(str(metric))).set_index(keys)[column_of(str(metric))]
        assert len(theirs) == len(ours)
        for *place, value in ours[[*keys, "value"]].itertuples(index=False):
            assert theirs[tuple(place)] == pytest.approx(value, rel=5e-4)


def test_memory_stands_in_the_rows_of_the_processes_that_were_weighed() -> None:
    table = tidy(material_of_runs(everything_run("alpha")))
    weighed = table[table["memory_B_per_task"].notna()]
    assert weighed["memory_B_per_task"].tolist() == [200.0 + step for step in range(7)]
    assert weighed["wall_ns_per_unit"].isna().all()


def test_bytes_are_whole() -> None:
    cell = Cell(contender="alpha", cost=always(9.0), heavy=[26_705_921] * 7, observed=False)
    assert set(downloaded(dataset_of(cell))["peak_B"].dropna()) == {tidy(dataset_of(cell))["peak_B"].max()}


@pytest.mark.parametrize(
    ("metric", "column"),
    [
        ("wall", "wall_ns_per_unit"),
        ("memory", "memory_B_per_task"),
        ("peak", "peak_B"),
        ("lateness_p99", "lateness_p99_ns"),
        ("early", "early"),
        ("overtakes", "overtakes"),
    ],
)
def test_the_name_of_a_column_tells_the_unit(metric: str, column: str) -> None:
    assert column_of(metric) == column


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1 / 3, "0.3333"), (-1234.5678, "-1235"), (57096234.0, "57100000"), (2.0, "2")],
)
def test_values_have_four_digits_and_no_exponent(value: float, words: str) -> None:
    assert spelled_value(value) == words


def test_no_text_of_the_download_is_a_formula() -> None:
    table = downloaded(material_of_runs(run_of(*sizes("=1+1", "-spawn", 100.0, 10))))
    assert set(table["workload"]) == {"'-spawn"}
    assert set(table["model"]) == {"'=1+1"}
    assert table["wall_ns_per_unit"].dtype.kind in "if"


def test_rows_of_several_runs_are_told_apart() -> None:
    run = everything_run("alpha")
    table = downloaded(material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98")))
    assert table.groupby("run")["commit"].unique().map(list).tolist() == [["fedcba98"], ["abc123"]]


def test_the_same_tables_make_the_same_download() -> None:
    one, other = (of_kind(method(small()), Download)[0].content for _ in range(2))
    assert one == other


def test_where_the_identity_tells_no_commit_it_is_unknown() -> None:
    table = tidy(small(environment={"identity": {}}))
    assert set(table["commit"]) == set(table["machine"]) == {"unknown"}


def test_no_table_of_the_section_is_without_a_name_of_its_own() -> None:
    names = [table.name for table in of_kind(method(small()), Table)]
    assert len(set(names)) == len(names)
