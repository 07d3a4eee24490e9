"""The names of libraries in docs/TUTORIAL.md are names that these libraries have."""

import re
from importlib import import_module
from operator import attrgetter

import pytest

from tests.docs.lesson import TUTORIAL

SECTION = TUTORIAL.read_text(encoding="utf-8").partition("\n## The same in asyncio, trio and curio\n")[2]
TABLE = SECTION.partition("\n## ")[0]


@pytest.mark.parametrize(("library", "least"), [("asyncio", 12), ("trio", 12), ("curio", 12)])
def test_every_name_of_a_library_is_one_that_it_has(library: str, least: int) -> None:
    pytest.importorskip(library)
    named = set(re.findall(rf"\b{library}\.((?:\w+\.)*\w+)", TABLE))
    assert len(named) >= least
    module = import_module(library)
    for name in named:
        attrgetter(name)(module)
