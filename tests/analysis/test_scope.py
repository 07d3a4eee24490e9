"""What a run leaves out, in words."""

from typing import Any

import pytest

from concbench.analysis.scope import left_out
from concbench.models.packages import INSTALL, lacking
from tests.results.examples import header_with, made_header

ABSENT = {
    "uvloop": f"uvloop is not installed: {INSTALL}",
    "trio": f"trio is not installed: {INSTALL}",
    "curio": "curio cannot be imported: no",
}


def told(**changes: Any) -> list[str]:
    return left_out(header_with(made_header(), **changes))


def test_what_one_command_installs_is_told_together_and_the_rest_with_its_reason() -> None:
    assert told(left_out=ABSENT)[:2] == [
        f"not measured, since their packages are not installed: uvloop, trio ({INSTALL})",
        "not measured: curio, curio cannot be imported: no",
    ]


def test_a_run_in_which_everybody_met_everywhere_leaves_out_no_sizes() -> None:
    assert not any("smallest" in line for line in told())


def test_who_was_measured_at_fewer_sizes_than_others_is_named() -> None:
    header = made_header()
    first = header.cells[0]
    last = [cell for cell in header.cells if cell.workload == first.workload][-1]
    rest = [cell for cell in header.cells if cell is not last]
    assert any(last.contender in line and "size" in line for line in told(cells=rest))


def test_a_package_that_nobody_has_is_told_with_the_command_that_installs_it() -> None:
    assert lacking("no_such_package_at_all") == f"no_such_package_at_all is not installed: {INSTALL}"
    assert lacking("json") is None


def test_what_the_command_would_not_install_is_told_without_it() -> None:
    reason = lacking("no_such_package_at_all", "for Python 4", brought=False)
    assert reason == "no_such_package_at_all is not installed, and is for Python 4"
    assert told(left_out={"nothing": reason})[0] == f"not measured: nothing, {reason}"


def test_packages_of_another_python_are_to_be_installed_there() -> None:
    first, *_ = told(
        left_out={"trio@3.13": ABSENT["trio"]}, settings={"preset": "quick", "pythons": ["3.13"]}
    )
    assert first.endswith(f"trio@3.13 ({INSTALL}, in the environment of that Python)")


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ({}, "further sizes, more processes, the memory of every workload"),
        ({"workloads": ["switch"]}, "further sizes, more processes"),
        ({"params": {"tasks": ["10"]}, "memory": False}, "more processes"),
    ],
)
def test_quick_leaves_out_only_what_the_next_preset_would_have(asked: dict[str, Any], more: str) -> None:
    *_, last = told(settings={"preset": "quick"} | asked)
    assert last == f"left out by the preset quick: {more}: --preset standard"
