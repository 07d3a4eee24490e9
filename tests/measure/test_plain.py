"""Plain data: what may be looked at, since looking runs nobody's code."""

import sys
from collections import namedtuple
from typing import Any

import pytest

from concbench.measure.plain import DEEPEST, size_of, unlike_plain
from concbench.measure.salting import wrong_with
from concbench.words import a_kind
from concbench.workloads.basics import spawn

pytestmark = pytest.mark.measured_side


class Touchy:
    """Whatever is asked of it is a mistake of the asker's."""

    def _refuse(self, *_: object) -> Any:
        raise AssertionError("it was looked at")

    __eq__ = __ne__ = __iter__ = __len__ = __bool__ = __repr__ = __lt__ = _refuse
    __hash__ = object.__hash__


class Number(int):
    __eq__ = __ne__ = Touchy._refuse
    __hash__ = int.__hash__


@pytest.mark.parametrize(
    "result", [None, True, 1, 1.5, 1j, "a", b"a", (1, (2.0, None)), [1], {1}, frozenset("a"), {"a": [1]}]
)
def test_numbers_text_and_containers_of_them_are_plain(result: Any) -> None:
    assert unlike_plain([result, 1]) is None


@pytest.mark.parametrize(
    ("result", "kind"),
    [(Touchy(), "Touchy"), (Number(3), "Number"), ((1, [Number(3)]), "Number"), ({"a": Touchy()}, "Touchy")],
)
def test_anything_else_is_named_by_its_task_and_type_and_never_touched(result: Any, kind: str) -> None:
    assert unlike_plain([1, result]) == (
        f"task 1 returned a {kind}; results are plain data (numbers, text, tuples …)"
    )


def nested(levels: int) -> Any:
    value: Any = 7
    for _ in range(levels):
        value = [value]
    return value


def test_results_are_nested_so_deep_and_no_deeper() -> None:
    assert unlike_plain([nested(DEEPEST)]) is None
    told = str(unlike_plain([1, nested(DEEPEST + 1)]))
    assert told.startswith(f"task 1 returned data nested more than {DEEPEST} levels deep; results are plain")


@pytest.mark.parametrize("again", [1, 2])
def test_a_result_that_holds_itself_is_nested_without_end(again: int) -> None:
    endless: list[Any] = []
    endless += [endless] * again
    assert "more than 50 levels deep" in str(wrong_with(spawn.WORKLOAD, [endless], spawn.Params(1)))


def test_a_named_tuple_is_a_class_of_its_own() -> None:
    pair = namedtuple("pair", "a b")
    assert unlike_plain([pair(1, 2)]) is not None


class ListOfItsOwn(list[Any]):
    __iter__ = __len__ = __getitem__ = Touchy._refuse


@pytest.mark.parametrize("returned", [None, (0, 1), iter([0, 1]), ListOfItsOwn([0, 1]), Touchy()])
def test_a_run_returns_a_list_and_nothing_like_one(returned: Any) -> None:
    wrong = wrong_with(spawn.WORKLOAD, returned, spawn.Params(2))
    assert wrong == f"run returned {a_kind(type(returned))} instead of a list"


def test_results_have_to_show_the_salt_of_their_run() -> None:
    assert wrong_with(spawn.WORKLOAD, [7, 8], spawn.Params(2), 7) is None
    assert wrong_with(spawn.WORKLOAD, [7, 8], spawn.Params(2), 9) == "task 0 returned 7 instead of 9"


@pytest.mark.parametrize("value", [0, "text", [1, 2], {"a": [1.5]}, ((1,), frozenset({2})), None])
def test_data_takes_at_least_what_its_parts_do(value: Any) -> None:
    assert size_of([value, value]) >= sys.getsizeof([value, value]) + 2 * sys.getsizeof(value)


def test_what_is_within_is_counted_at_every_level() -> None:
    assert size_of([[[10**20] * 100]]) > 100 * sys.getsizeof(10**20)
    assert size_of({1: {2: "x" * 1000}}) > 1000
