"""ARCHITECTURE.md names files and tests that there are, and every layer."""

import re
from pathlib import Path

import pytest

from tests.test_layers import LAYERS, PACKAGE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`([\w/]+(?:/|\.py|\.md))`", TEXT)))


@pytest.mark.parametrize("name", PATHS)
def test_what_is_named_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (PACKAGE / name).exists()


def test_every_layer_is_named_in_its_order() -> None:
    drawn = TEXT[TEXT.index("```") : TEXT.index("```\n\n")]
    places = [drawn.find(f"\n{layer}/") for layer in LAYERS if layer != "pytest_plugin"]
    assert -1 not in places
    assert places == sorted(places)


def test_each_addition_names_a_test_that_is_run() -> None:
    rows = re.findall(r"^\| (a \w+) \|.*\| `(tests/[\w/]+\.py)` \|$", TEXT, re.MULTILINE)
    assert [what for what, _test in rows] == [
        "a model", "a workload", "a primitive", "a metric", "a dialect", "a format"
    ]  # fmt: skip
    assert all("def test_" in (ROOT / test).read_text(encoding="utf-8") for _what, test in rows)
