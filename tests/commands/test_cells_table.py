"""Who meets where, at which sizes: told in as few words as say it."""

import pytest

from concbench.commands.cells_table import SizesRow, company, rows_of, sizes_of

EVERYONE = ("a", "b", "c", "d", "e", "f")


@pytest.mark.parametrize(
    ("models", "told"),
    [
        (EVERYONE, "all 6"),
        ("abcde", "5: all but f"),
        ("abcd", "4: all but e, f"),
        ("abc", "3: a, b, c"),
        ("a", "1: a"),
    ],
)
def test_a_company_is_told_by_the_fewer_names(models: str, told: str) -> None:
    assert company(tuple(models), EVERYONE) == told


def test_one_alone_is_all() -> None:
    assert company(["a"], ["a"]) == "all"


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        ([{"n": 1, "k": 2}], "n 1 (k 2)"),
        ([{"n": 1, "k": 2}, {"n": 3, "k": 2}], "n 1, 3 (k 2)"),
        ([{"n": n, "k": k, "s": 1} for k in (0, 1) for n in (5, 6)], "n 5, 6 × k 0, 1 (s 1)"),
        ([{"n": 1, "k": 0}, {"n": 2, "k": 0}, {"n": 2, "k": 1}], "n 2, k 0; or n 1; or k 1"),
    ],
)
def test_sizes_are_told_as_combinations_or_as_what_differs(sets: list[dict[str, int]], told: str) -> None:
    assert sizes_of(sets) == told


def test_the_same_models_at_a_workload_are_one_row_and_a_workload_s_rows_are_together() -> None:
    points = [
        SizesRow("time", "one", ("a",), [{"n": 1}]),
        SizesRow("time", "two", ("a",), [{"n": 1}]),
        SizesRow("time", "one", ("a",), [{"n": 2}]),
        SizesRow("memory", "one", ("a",), [{"n": 2}]),
    ]
    assert [(row.purpose, row.workload, list(row.sets)) for row in rows_of(points)] == [
        ("time", "one", [{"n": 1}, {"n": 2}]),
        ("memory", "one", [{"n": 2}]),
        ("time", "two", [{"n": 1}]),
    ]
