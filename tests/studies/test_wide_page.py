"""``python studies/wide_page.py``: its file is a run of as many models, whose figures are their own."""

import json
from pathlib import Path

import pytest

from concbench.results import queries
from concbench.results.measured import read_measured
from concbench.results.reader import read_run
from report_cost import EXAMPLE
from wide_page import copies_of, main, write


def test_further_models_are_those_there_are_under_other_names() -> None:
    assert copies_of(["a", "b"], 5) == {"a": ["a", "a-2", "a-3"], "b": ["b", "b-2"]}
    assert copies_of(["a", "b"], 1) == {"a": ["a"], "b": []}


def test_the_file_is_a_whole_run_of_as_many_models_and_workloads(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    run = read_run(EXAMPLE)
    samples = write(path, run, 7, 2)
    wide, once = read_measured(path), read_measured(EXAMPLE)
    assert queries.is_complete(wide)
    assert len(wide.header.contenders) == 7
    workloads = {cell.workload for cell in wide.header.cells}
    assert workloads == {"timers", "spawn"}
    assert samples == wide.samples.cell.size
    kept = [cell.id for cell in once.header.cells if cell.workload in workloads]
    assert {cell.id for cell in wide.header.cells} > set(kept)


def test_no_further_model_has_the_figures_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    write(path, read_run(EXAMPLE), 6, 1)
    samples = [line for line in map(json.loads, path.read_text().splitlines()) if line["type"] == "sample"]
    own, other = (
        {leg["wall_ns"] for one in samples if one["cell"].endswith(f"/{model}") for leg in one["legs"]}
        for model in ("polling", "polling-2")
    )
    assert len(own) > 20
    assert len(other) > 20
    assert len(own & other) < len(own) / 10


@pytest.mark.smoke
@pytest.mark.nightly
def test_it_says_what_the_page_costs_and_whether_that_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--models", "6", "--workloads", "1"]) in (0, 1)
    told = capsys.readouterr().out.splitlines()
    assert "a page of 0." in told[0]
    assert "MB of memory" in told[1]
    assert told[2].startswith("at most 1.5 MB in 15 s at work and 1000 MB of memory: ")
