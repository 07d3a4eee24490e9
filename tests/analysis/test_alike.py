"""Cells that could not be compared are told together where they have the same to say."""

from concbench.analysis.alike import Alike, alike
from concbench.analysis.comparison import Comparison, Failed


def failed(cell: str, side: str, reason: str = "no") -> Failed:
    return Failed(cell=cell, workload="a.py", model=cell, side=side, outcome="crashed", reason=reason)


def told(*lost: Failed) -> list[Alike]:
    about: dict[str, dict[str, str]] = {"base": {}, "head": {}}
    made = Comparison(base="b", head="h", failed=lost, rate=0.01, confidence=0.99, gates=(), about=about)
    return alike(made)


def test_both_sides_and_many_cells_with_one_reason_are_one_line() -> None:
    lost = [failed(cell, side) for cell in ("a", "b", "c", "d", "e") for side in ("base", "head")]
    (one,) = told(*lost)
    assert (one.where, one.outcome, one.reason) == ("both sides", "crashed", "no")
    assert one.named("benchmark") == "5 benchmarks (a, b, c and 2 more)"


def test_a_side_of_its_own_or_another_reason_is_another_line() -> None:
    found = told(failed("a", "base"), failed("b", "head"), failed("b", "base", "other"))
    assert [(one.cells, one.where, one.reason) for one in found] == [
        (("a",), "base", "no"), (("b",), "head", "no"), (("b",), "base", "other")
    ]  # fmt: skip
    assert found[0].named("cell") == "a"
