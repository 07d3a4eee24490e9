"""docs/LOADS.md begins with a table of every load of the package: its family, its unit, its section."""

import re

from concbench.families import LOAD_FAMILIES
from concbench.workloads import index

from .test_documents import ROOT

LOADS = (ROOT / "docs" / "LOADS.md").read_text(encoding="utf-8")


def test_the_table_has_every_load_with_its_family_and_unit_and_a_section_for_it() -> None:
    rows = re.findall(
        r"^\| (?:\*\*([\w-]+)\*\*|\[(\w+)\]\(#(\w+)\)) \| .* \| ([\w ]*?) ?\|$", LOADS, re.MULTILINE
    )
    found, family = [], ""
    for heading, name, anchor, unit in rows:
        family = heading or family
        if name:
            found.append((family, name, anchor, unit))
    loads = [one for one in map(index.get, index.names()) if one.family != "basics"]
    assert {one.family for one in loads} == {*LOAD_FAMILIES} - {"basics", "own"}
    assert sorted(found) == sorted((one.family, one.name, one.name, one.cost_unit) for one in loads)
    assert [name for _, name, _, _ in found] == re.findall(r"^## (\w+)$", LOADS, re.MULTILINE)
