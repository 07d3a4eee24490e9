"""Which benchmarks are compared: what head cannot read is among them, for nobody would miss it else."""

from collections.abc import Mapping

from concbench.drive.served.trial import SideTrial, TooMany, Tried
from concbench.runs.served_planning import served_cells, too_many

ABOUT = {"once_ns": 1000, "whole_ns": 1000, "around_ns": 0, "sample": 1, "most": None}
BROKEN = "benchmarks/test_b.py:1: ModuleNotFoundError: No module named 'none_such'"


def trial(*names: str, errors: Mapping[str, str] | None = None) -> SideTrial:
    tests = {name: Tried(name, name.partition("::")[0], ABOUT) for name in names}
    return SideTrial(greeting={}, tests=tests, errors=errors or {}, origins={}, start_s=0.1)


def outcomes(base: SideTrial, head: SideTrial) -> dict[str, list[str]]:
    """Return what became of each on both sides, by its name; ``ok`` of what is measured."""
    found = {}
    for name, cell in served_cells((base, head)):
        found[name] = [one.outcome["outcome"] if one.outcome else "ok" for one in cell.sides]
        assert (cell.pace is not None) == (found[name] == ["ok", "ok"])
        assert cell.group == name.partition("::")[0]
        assert cell.label
    return found


def test_what_head_alone_cannot_read_is_a_failure_of_its_own_though_base_has_nothing_of_it() -> None:
    head = trial("test_a.py::test_a", errors={"test_b.py": BROKEN})
    assert outcomes(trial("test_a.py::test_a"), head) == {
        "test_a.py::test_a": ["ok", "ok"],
        "test_b.py": ["unavailable", "crashed"],
    }
    (cell,) = (cell for name, cell in served_cells((trial("test_a.py::test_a"), head)) if name == "test_b.py")
    assert cell.sides[1].outcome is not None
    assert cell.sides[1].outcome["reason"] == BROKEN


def test_what_neither_side_can_read_is_a_failure() -> None:
    both = trial("test_a.py::test_a", errors={"test_b.py": BROKEN})
    assert outcomes(both, both)["test_b.py"] == ["crashed", "crashed"]


def test_where_base_has_benchmarks_of_it_these_have_failed() -> None:
    base = trial("test_a.py::test_a", "test_b.py::test_b")
    assert outcomes(base, trial("test_a.py::test_a", errors={"test_b.py": BROKEN})) == {
        "test_a.py::test_a": ["ok", "ok"],
        "test_b.py::test_b": ["ok", "crashed"],
    }


def test_of_a_module_that_is_read_in_part_the_rest_is_a_failure() -> None:
    both = trial("bench::time_a", errors={"bench": BROKEN})
    assert outcomes(both, both) == {"bench::time_a": ["ok", "ok"], "bench": ["crashed", "crashed"]}


def test_what_only_base_cannot_read_is_no_loss_once_it_is_gone() -> None:
    base = trial("test_a.py::test_a", errors={"test_b.py": BROKEN})
    assert outcomes(base, trial("test_a.py::test_a")) == {"test_a.py::test_a": ["ok", "ok"]}


def test_where_there_is_no_benchmark_at_all_there_is_nothing_to_compare() -> None:
    assert outcomes(trial(), trial(errors={"test_b.py": BROKEN})) == {}


def test_of_too_many_functions_fewer_are_advised_by_what_chooses_them() -> None:
    words = str(too_many(TooMany(3, 9), "head", "call"))
    assert "3 of the 9 benchmarks of head" in words
    assert "fewer functions" in words
