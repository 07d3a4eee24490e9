"""What two sides differ in besides what was asked for is told, in the run file too."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from concbench.analysis.warnings import Warned
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.side_warnings import side_warnings

ASKED = ComparisonRequest(base="v1", head="v2", project=True)


def side(packages: Mapping[str, str] | None = None, *built: str) -> Side:
    return Side(label="a side", place=Place(Path(sys.executable)), packages=packages or {}, built=built)


def seen(base: Side, head: Side, asked: ComparisonRequest = ASKED) -> dict[str, str]:
    return {one.name: one.seen for one in side_warnings(asked, (base, head))}


def test_sides_that_differ_in_nothing_else_have_nothing_to_tell() -> None:
    both = side({"numpy": "2.1"}, "src/fast.so")
    assert seen(both, both) == {}
    assert seen(side(), side()) == {}


def test_packages_that_nobody_asked_to_compare_are_named() -> None:
    told = seen(
        side({"numpy": "2.1", "six": "1", "old": "3"}), side({"numpy": "2.3", "six": "1", "new": "4"})
    )
    assert told == {
        Warned.OTHER_PACKAGES.label: "The sides differ in packages, too:"
        " new none → 4, numpy 2.1 → 2.3, old 3 → none."
    }


@pytest.mark.parametrize(
    "asked",
    [
        ComparisonRequest(packages=("numpy==2.1", "numpy==2.3")),
        ComparisonRequest(requirements=("old.txt", "new.txt")),
    ],
)
def test_packages_that_are_what_is_compared_are_not(asked: ComparisonRequest) -> None:
    assert seen(side({"numpy": "2.1"}), side({"numpy": "2.3"}), asked) == {}


@pytest.mark.parametrize("which", ["base", "head"])
def test_modules_that_only_the_working_tree_has_built_are_named(which: str) -> None:
    built, plain = side({}, "src/a/fast.so", "src/a/slow.so"), side()
    other = "head" if which == "base" else "base"
    base, head = (plain, built) if which == "head" else (built, plain)
    assert seen(base, head) == {
        Warned.BUILT_IN_PLACE.label: f"{which} has extension modules that were built in the working tree, and"
        f" {other} has not: src/a/fast.so, src/a/slow.so."
    }
