"""Files of earlier schemas are read as today's: one function lifts their records."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from concbench.metrics import METRICS, names_for
from concbench.results.consistency import header_of
from concbench.results.header import SCHEMA
from concbench.results.lift import lifted
from tests.report.paired import header_of as compared

from .examples import example

RUNS = sorted((Path(__file__).parent / "files" / "runs").iterdir())


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.name)
def test_what_is_lifted_is_lifted_once_and_the_rest_stays_as_it_is(path: Path) -> None:
    for line in gzip.decompress(path.read_bytes()).splitlines():
        record = json.loads(line)
        once = lifted(record)
        assert lifted(once) == once
        assert (once == record) == (record["type"] not in ("header", "witness"))


def test_a_leg_has_its_counts_by_unit() -> None:
    legs = [{"tasks": 2, "suspensions": 5}, {"tasks": 2, "suspensions": 7, "counts": {"item": 3}}]
    assert lifted(example("witness", legs=legs))["legs"] == [
        {"counts": {"task": 2, "suspension": 5}},
        {"counts": {"task": 2, "suspension": 7, "item": 3}},
    ]


def test_margins_are_those_of_metrics() -> None:
    old = {"ratio": 0.05, "above_ns": 7.0, "memory_bytes": 9.0}
    settings = compared([])["settings"] | {"margins": old}
    header = header_of(compared([]) | {"schema": 2, "settings": settings})
    assert header.schema == SCHEMA
    found = header.asked.margins
    ratios = [name for name in names_for("pairs") if METRICS[name].compare == "ratio"]
    assert found == dict.fromkeys(ratios, 0.05) | {"above": 7.0, "memory": 9.0}


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (example("header", schema=2), "paired is missing"),
        (compared([]) | {"schema": 1}, "paired is for a comparison"),
    ],
)
def test_a_header_that_belied_its_schema_is_refused(header: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        header_of(header)


@pytest.mark.parametrize("counts", [None, [], 3, "task"])
def test_counts_that_are_none_are_left_to_whoever_checks_them(counts: object) -> None:
    legs = [{"tasks": 2, "suspensions": 4, "counts": counts}]
    assert lifted(example("witness", legs=legs))["legs"] == legs


@pytest.mark.parametrize("schema", [True, 1.0, 2.0])
def test_a_schema_that_is_no_whole_number_is_none_of_ours(schema: object) -> None:
    header = example("header", schema=schema)
    assert lifted(header) == header
