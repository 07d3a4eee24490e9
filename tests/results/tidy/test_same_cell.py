"""The same cell has the same parameters in the table, whichever tool measured it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import selection
from concbench import results
from concbench.results.tidy.naming import defaults_of, in_asv, of_cell, spelled
from concbench.workloads import index
from concbench.workloads.base import params_from_dict, params_to_dict
from tests.report.made_up import Cell, always, run_of
from tests.report.pages import written

FILES = Path(__file__).parents[1] / "files"
SUITES = {suite.Time.workload: suite for suite in selection.SUITES}
CASES = {
    (case.workload, case.point): case for case in (*selection.full(), *selection.quick())
}  # a case of each point, of some model


def from_run(case: selection.Case, folder: Path) -> str:
    """Return what the table says of a case that ``concbench run`` measured."""
    run = run_of(Cell(contender=case.model, workload=case.workload, cost=always(9), floor_ns=1))
    params = params_to_dict(params_from_dict(index.get(case.workload), case.values))
    run.header.cells[0].params.clear()
    run.header.cells[0].params.update(params)
    return the_one(results.load(written(run, folder / "run.jsonl")), "cpu")


def from_asv(case: selection.Case, folder: Path) -> str:
    """Return what it says of the same case that asv measured."""
    cpu = next(name for name in vars(SUITES[case.workload].Time) if name.startswith("time_cpu_"))
    name = f"{case.workload}.Time.{cpu}"
    names = SUITES[case.workload].Time.param_names
    content = json.loads((FILES / "asv/laptop/3461a28f-virtualenv-py3.11.json").read_text())
    cell = {"model": case.model, **case.values}
    content["result_columns"] = ["result", "params"]
    content["results"] = {name: [[1e-6], [[repr(cell[one])] for one in names]]}
    declared = {"type": "time", "unit": "seconds", "param_names": list(names), "version": "1.1"}
    machine = folder / "asv" / "laptop"
    machine.mkdir(parents=True)
    (machine / "machine.json").write_text("{}")
    (machine / "result.json").write_text(json.dumps(content))
    (folder / "asv" / "benchmarks.json").write_text(json.dumps({name: declared, "version": 2}))
    return the_one(results.load(folder / "asv"), "cpu")


def from_pytest(case: selection.Case, folder: Path) -> str:
    """Return what it says of the same case that pytest-benchmark measured."""
    content = json.loads((FILES / "pytest-benchmark-cells.json").read_text())
    del content["benchmarks"][1:]
    content["benchmarks"][0]["extra_info"] |= {"workload": case.workload, "params": case.values}
    path = folder / "pytest.json"
    path.write_text(json.dumps(content))
    return the_one(results.load(path), "cpu")


def the_one(table: Any, metric: str) -> str:
    (found,) = table[table["metric"] == metric]["parameters"].unique()
    return str(found)


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: f"{case.workload}-{case.point}")
def test_a_cell_of_the_suites_is_spelled_as_a_run_file_has_it(case: selection.Case, tmp_path: Path) -> None:
    spelling = from_run(case, tmp_path)
    assert from_asv(case, tmp_path) == spelling
    assert from_pytest(case, tmp_path) == spelling


@pytest.mark.parametrize("workload", SUITES)
def test_an_exponent_is_of_no_size(workload: str) -> None:
    law = SUITES[workload].Scaling
    stated = [(name, values[0]) for name, values in zip(law.param_names[1:], law.params[1:], strict=True)]
    spelling = of_cell(workload, stated, law.axis)
    assert f"{law.axis}=" not in (spelling or "")
    (track,) = (name for name in vars(law) if name.startswith("track_"))
    params = [("model", "asyncio"), *stated]
    assert in_asv(f"{workload}.Scaling.{track}", params, "track", "exponent").parameters == spelling


@pytest.mark.parametrize("workload", index.names())
@given(st.data())
def test_the_order_in_which_parameters_are_said_does_not_matter(workload: str, data: st.DataObject) -> None:
    defaults = list(defaults_of(workload).items())
    said = data.draw(st.permutations(defaults).flatmap(lambda all_: st.sampled_from([all_, all_[1:], []])))
    assert of_cell(workload, said) == spelled(defaults)


@pytest.mark.parametrize(
    ("workload", "params"),
    [
        ("test_other.py::test_sum", [("n", 1)]),
        ("base", [("tasks", 1)]),
        ("index", [("tasks", 1)]),
        ("spawn", [("tasks", 1), ("colour", "red")]),
        ("nothing", []),
    ],
)
def test_what_is_no_cell_of_ours_is_spelled_as_it_stands(
    workload: str, params: list[tuple[str, Any]]
) -> None:
    assert of_cell(workload, params) == spelled(params)
