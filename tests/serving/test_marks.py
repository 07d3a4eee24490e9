"""Marks of asv_runner in a suite, with asv_runner and without it: they mean the same."""

import sys
from pathlib import Path

import pytest

from concbench.serving.attending import Skipped
from concbench.serving.suite.benchmark import SuiteBenchmark
from concbench.serving.suite.caches import Caches
from concbench.serving.suite.finding import Found, find
from concbench.serving.suite.marks import lend_marks

SUITE = """
from asv_runner.benchmarks.mark import (
    SkipNotImplemented, benchmark, parameterize, parameterize_class_with, parameterize_func_with,
    skip_benchmark, skip_benchmark_if, skip_for_params, skip_params_if, timeout_at, timeout_class_at,
    timeout_func_at,
)

@skip_benchmark
def time_left_out(): pass

@skip_benchmark_if(True)
def time_left_out_too(): pass

@skip_benchmark_if(False)
def time_kept(): pass

@parameterize({"n": [1, 2], "word": ["a"]})
def time_several(n, word): pass

@parameterize_func_with({"n": [1, 2]})
def time_one(n): pass

@timeout_class_at(5)
@parameterize_class_with({"n": [1, 2]})
class Group:
    @skip_for_params([(1,)])
    def time_skipped(self, n): pass

    @skip_params_if([(1,)], False)
    @timeout_func_at(3)
    def time_not_skipped(self, n): pass

    @timeout_at(3)
    def time_raises(self, n):
        raise SkipNotImplemented("not here")

@benchmark(number=4)
class Numbered:
    def setup(self): self.left = [1] * 4
    def time_it(self): self.left.pop()
    def teardown(self): assert not self.left
"""


@pytest.mark.parametrize("installed", [True, False])
def test_marks_mean_the_same_whether_asv_runner_is_there_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    if installed:
        pytest.importorskip("asv_runner")
    else:
        for name in ("asv_runner", "asv_runner.benchmarks", "asv_runner.benchmarks.mark"):
            monkeypatch.setitem(sys.modules, name, None)
    lend_marks()
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    suite = tmp_path / f"marked_{installed}"
    suite.mkdir()
    (suite / "a.py").write_text(SUITE)
    found = Found(tmp_path)
    find(suite, "", found)
    assert found.errors == {}
    ends = {name: end_of(one, tmp_path) for name, one in found.benchmarks.items()}
    monkeypatch.chdir(tmp_path)
    skipped = {"a.Group.time_raises(1)", "a.Group.time_raises(2)", "a.Group.time_skipped(1)"}
    assert {name for name, end in ends.items() if end == "skipped"} == skipped
    assert {name for name, end in ends.items() if end == "run"} == {
        "a.time_kept", "a.time_several(1, 'a')", "a.time_several(2, 'a')", "a.time_one(1)", "a.time_one(2)",
        "a.Group.time_not_skipped(1)", "a.Group.time_not_skipped(2)", "a.Group.time_skipped(2)",
        "a.Numbered.time_it",
    }  # fmt: skip


def end_of(benchmark: SuiteBenchmark, folder: Path) -> str:
    """Run one sample of a benchmark; return what became of it."""
    try:
        benchmark.run(Caches(folder), lambda case: case.run(case.sample))
    except Skipped:
        return "skipped"
    return "run"
