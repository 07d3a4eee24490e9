"""Tests that are named behind ``::``, of which a side may have none."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from concbench.serving.tests.chosen import Chosen, files_of
from tests.serving.processes import serving

TESTS = """
def test_a(benchmark):
    benchmark(len, "")

class TestB:
    def test_c(self, benchmark):
        benchmark(len, "")
"""


def test_pytest_is_given_whole_files_each_once() -> None:
    assert list(files_of(["b/t.py::test_a", "b/t.py::test_b[x::y]", "b"])) == ["b/t.py", "b"]


@pytest.mark.parametrize(
    ("paths", "has"),
    [
        (["b"], [True, True, True, True]),
        (["b/t.py::test_a"], [True, False, False, True]),
        (["b/t.py::test_a[1]"], [True, False, False, True]),
        (["b/t.py::TestB"], [False, False, True, True]),
        (["b/t.py::TestB::test_c", "b/./t.py::test_ab"], [False, True, True, True]),
        (["b/t.py::gone"], [False, False, False, True]),
        (["b/t.py::gone", "b"], [True, True, True, True]),
        (["b/t.py::gone", "b/t.py"], [True, True, True, True]),
    ],
)
def test_a_test_is_asked_for_by_its_file_a_folder_of_it_its_class_or_its_name(
    tmp_path: Path, paths: list[str], has: list[bool]
) -> None:
    own = ["t.py::test_a[1]", "t.py::test_ab", "t.py::TestB::test_c", "u.py::test_d"]
    items = [SimpleNamespace(path=tmp_path / "b" / one.partition("::")[0], nodeid=f"b/{one}") for one in own]
    assert [Chosen(str(tmp_path), paths).has(item) for item in items] == has


def test_a_test_that_a_side_lacks_costs_no_other_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "t.py").write_text(TESTS)
    with serving(tmp_path, "pytest", "t.py::TestB", "t.py::test_new") as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == ["t.py::TestB::test_c"]
