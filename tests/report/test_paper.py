"""On paper a table that is wider than a sheet has lines of named figures: whatever its columns are called."""

from concbench.report.blocks import Section, Table
from concbench.report.page.paper import MOST_COLUMNS, is_wide, labels_css


def table(*columns: str, heads: int = 1) -> Table:
    return Table(name="t-1", caption="", columns=columns, rows=(), heads=heads)


def test_only_what_does_not_fit_is_told_in_lines() -> None:
    assert not is_wide(table(*"abcdefghi"))
    assert is_wide(table(*"abcdefghij"))
    assert labels_css([Section("s", "S", [table(*"abcdefghi")])]) == ""


def test_figures_are_named_and_heads_are_not() -> None:
    rules = labels_css([Section("s", "S", [table("cell", "late p50", *"cdefghij", heads=1)])])
    assert '#t-1 td:nth-child(2)::before { content: "late\\20 p50: " }' in rules
    assert "nth-child(1)" not in rules
    assert rules.count("nth-child") == MOST_COLUMNS


def test_a_name_cannot_end_the_string_the_rule_or_the_style() -> None:
    hostile = '"; } body { display: none } </style><script>alert(1)</script>{{ x }} é\\'
    rules = labels_css([Section("s", "S", [table("cell", hostile, *"cdefghij")])])
    (rule,) = [line for line in rules.splitlines() if "nth-child(2)" in line]
    inside = rule.partition('"')[2].rpartition('"')[0]
    assert set('"<>;{}') & set(inside) == set()
    assert "script" in inside
