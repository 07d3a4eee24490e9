"""docs/PLUGINS.md says what every field is that a plug-in can set, and knows of no other."""

import re
from dataclasses import MISSING, fields
from importlib import import_module
from typing import Any

import pytest

from concbench.metrics import UNITS
from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    GeneratorRuntime,
    Model,
    PollingRuntime,
    Runtime,
)
from concbench.models.capabilities import Capability
from concbench.traits import Traits
from concbench.workloads.base import Promise, Workload
from concbench.workloads.questions import Lanes, Question

from .test_documents import ROOT

PLUGINS = (ROOT / "docs" / "PLUGINS.md").read_text(encoding="utf-8")
RUNTIMES: list[Any] = [
    Runtime,
    PollingRuntime,
    GeneratorRuntime,
    DelegatingRuntime,
    CoroutineRuntime,
    BlockingRuntime,
]


def rows(header: str) -> dict[str, str]:
    """Return the table whose first column has this header: its first cells, each with the rest of its row."""
    (table,) = re.findall(rf"^\| {re.escape(header)} \|.*\n\|[ -|]*\n((?:\|.*\n)+)", PLUGINS, re.MULTILINE)
    return {row.split(" | ")[0]: row.partition(" | ")[2] for row in table.splitlines()}


def spelled(words: str) -> list[str]:
    """Return the names in a text that are spelled as code."""
    return re.findall(r"`(\w+)`", words)


@pytest.mark.parametrize("kind", [Model, Traits, Workload, Promise, Question, Lanes])
def test_every_field_has_a_row_and_every_row_is_a_field(kind: Any) -> None:
    named = [name for cell in rows(f"field of `{kind.__name__}`") for name in spelled(cell)]
    assert sorted(named) == sorted(field.name for field in fields(kind))


def default_of(field: Any) -> str | None:
    """Return what a row says of a field's default; None where words say what its function does."""
    if field.default is MISSING and field.default_factory is MISSING:
        return "required"
    return None if callable(field.default) or field.default is MISSING else f"`{field.default!r}`"


@pytest.mark.parametrize("kind", [Model, Traits, Workload, Promise, Question, Lanes])
def test_every_row_says_whether_a_field_is_required_and_what_its_default_is(kind: Any) -> None:
    defaults = {field.name: default_of(field) for field in fields(kind)}
    for cell, row in rows(f"field of `{kind.__name__}`").items():
        told, wanted = row.split(" | ")[0], list(dict.fromkeys(defaults[name] for name in spelled(cell)))
        if wanted == [None]:
            assert told not in ("", "required"), cell
        else:
            assert told == ", ".join(map(str, wanted)), cell


def test_what_is_said_to_be_imported_from_a_module_is_there() -> None:
    for place, names in rows("imported from").items():
        module = import_module(place.strip("| `"))
        for name in re.findall(r"`([A-Za-z_]+)(?:\(.*?\))?`", names):
            assert name in ("run", "open") or hasattr(module, name), name


def test_every_runtime_has_a_row_that_names_what_it_lends() -> None:
    told = {spelled(row)[0]: set(spelled(row)) for row in rows("dialect").values()}
    assert set(told) == {kind.__name__ for kind in RUNTIMES}
    inherited = {field.name for field in fields(Runtime)}
    for kind in RUNTIMES:
        own = {field.name for field in fields(kind)} - (inherited if kind is not Runtime else set())
        assert own <= told[kind.__name__]


def test_every_capability_is_named() -> None:
    named = set(re.findall(r"`(?:Capability\.)?([A-Z_]+)`", PLUGINS))
    assert {one.name for one in Capability} <= named


@pytest.mark.parametrize("document", ["PLUGINS", "FORMAT"])
def test_every_unit_of_cost_is_named_and_no_other(document: str) -> None:
    text = (ROOT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"`unit`[^\n]*?((?:`[a-z ]+`(?:, | or )?){4,})", text)
    assert sorted(re.findall(r"`([a-z ]+)`", listed)) == sorted(UNITS)
