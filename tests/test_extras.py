"""The extras, as the distribution has them and as the package knows them."""

import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from concbench.extras import (
    EXTRAS,
    NAMES,
    NEEDS,
    PAGE,
    PURPOSES,
    TABLES,
    MissingExtra,
    is_there,
    lack_of,
    missing_of,
    refuse_without,
)
from concbench.runs.result import RunResult

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
EXAMPLE = Path(__file__).parents[1] / "reports" / "example.jsonl.gz"


def distributions(extra: str) -> set[str]:
    """Return the names of what an extra brings, those of the extras that it takes in among them."""
    found = set()
    for line in PROJECT["optional-dependencies"][extra]:
        if line.startswith("concbench["):
            found |= {name for one in line[10:-1].split(",") for name in distributions(one)}
        else:
            found.add(re.split(r"[>=; ]", line)[0])
    return found


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_the_package_says(extra: str) -> None:
    known = {NAMES.get(library, library) for library in EXTRAS[extra]} - {"pytest"}  # pytest-benchmark has it
    assert distributions(extra) == known


def test_all_extras_of_the_distribution_are_known_but_those_that_need_no_verb() -> None:
    assert {*PROJECT["optional-dependencies"]} - {*EXTRAS} == {"all", "models", "test", "dev"}
    assert PURPOSES.keys() == EXTRAS.keys()
    assert distributions("all") == distributions("pytest") | distributions("report") | distributions("table")


def test_the_core_is_four_distributions() -> None:
    names = {re.split(r"[>=; ]", line)[0] for line in PROJECT["dependencies"]}
    assert names == {"click", "msgspec", "psutil", "rich"}


@pytest.mark.parametrize("wanted", NEEDS)
def test_whatever_is_needed_one_extra_brings(wanted: str) -> None:
    assert [extra for extra, brought in EXTRAS.items() if {*NEEDS[wanted]} <= {*brought}] != []


def test_a_sentence_names_all_that_is_missing_and_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert lack_of(TABLES, PAGE, "concbench show", "concbench list") is None
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    assert not is_there("matplotlib")
    assert lack_of(TABLES, PAGE) == "a page needs markdown-it-py, matplotlib: pip install 'concbench[report]'"
    monkeypatch.setitem(sys.modules, "scipy", None)
    told = (
        "a run's summary and a page need scipy, markdown-it-py, matplotlib: pip install 'concbench[report]'"
    )
    assert lack_of(TABLES, PAGE) == told
    assert missing_of("report") == ["scipy", "markdown-it-py", "matplotlib"]
    assert missing_of("table") == []


def test_a_program_is_told_too_and_may_take_it_for_a_failed_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtra, match="concbench compare needs numpy, scipy: pip"):
        refuse_without("concbench compare")
    with pytest.raises(
        ImportError, match=r"concbench aa needs numpy, scipy: pip install 'concbench\[report\]'"
    ):
        import_module("concbench.runs").judge()
    result = RunResult(EXAMPLE, complete=True)
    assert set(result.outcomes.values()) > {"ok"}
    for ask in (lambda: result.measured, result.table, result.dataset):
        with pytest.raises(MissingExtra, match=r"numpy(, scipy)?: pip install 'concbench\[(table|report)\]'"):
            ask()


def test_outcomes_are_the_same_whichever_way_a_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with_numpy = RunResult(EXAMPLE, complete=True)
    known, header = dict(with_numpy.outcomes), with_numpy.header
    monkeypatch.setitem(sys.modules, "numpy", None)
    without = RunResult(EXAMPLE, complete=True)
    assert (without.outcomes, without.header) == (known, header)
